import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parse} from 'yaml'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {ALWAYS_FREE_OKE, capacityOf} from '../../cli/operations/capacity/capacity.ts'
import {BUNDLES} from '../../cli/toolchain/program-table.ts'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {namesOf, ofKind, render, type Rendered, renderMonitoring} from './helm.ts'
import {promtool} from './promtool.ts'

let objects: Rendered[]
let folder: string
beforeAll(async () => {
  objects = await renderMonitoring()
  folder = await mkdtemp(join(tmpdir(), 'todo5-monitoring-'))
})
afterAll(async () => await rm(folder, {recursive: true}))

const configuration = (): Record<'prometheus.yml' | 'rules.yml', string> => ofKind(objects, 'ConfigMap')[0].data

test('Prometheus takes its configuration, with our rules', async () => {
  const {'prometheus.yml': scrape, 'rules.yml': rules} = configuration()
  await writeFile(join(folder, 'rules.yml'), rules)
  await writeFile(join(folder, 'prometheus.yml'), scrape.replaceAll('/etc/prometheus', folder))
  const {exitCode, all} = await promtool('check', 'config', join(folder, 'prometheus.yml'))
  expect([exitCode, all]).toEqual([0, expect.stringContaining('rules found')])
  expect(rules).toContain('Todo5OutboxStuck')
})

test('it finds the services by labels and ports that they have', async () => {
  interface Scrape {
    scrape_configs: {job_name: string; relabel_configs: {regex?: string; source_labels: string[]}[]}[]
  }
  const {scrape_configs: jobs} = parse(configuration()['prometheus.yml']) as Scrape
  const kept = jobs.map(({job_name: name, relabel_configs: [keep]}) => [name, keep!.regex])
  expect(Object.fromEntries(kept)).toEqual({todo5: 'todo5;app', daprd: 'todo5;dapr-metrics', dapr: 'dapr;metrics'})
  const deployments = ofKind(await render('todo5'), 'Deployment')
  expect(namesOf(deployments)).toEqual([...SERVICE_NAMES].toSorted())
  for (const {spec} of deployments) {
    const {metadata, spec: pod} = spec.template
    expect(metadata.labels['app.kubernetes.io/part-of']).toBe('todo5')
    expect(pod.containers[0].ports).toContainEqual({name: 'app', containerPort: 3000})
  }
})

test('it may look for pods where they are, and nothing else', () => {
  const roles = ofKind(objects, 'Role')
  expect(roles.map(({metadata}) => metadata.namespace)).toEqual(['todo5', 'dapr-system'])
  for (const {rules} of roles)
    expect(rules).toEqual([{apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch']}])
  const accounts = ofKind(objects, 'Deployment').map(({spec}) => spec.template.spec.automountServiceAccountToken)
  expect(accounts).toEqual([true, false])
  expect(ofKind(objects, 'ClusterRole')).toEqual([])
})

test('the images are of the versions that the host target has', () => {
  const images = ofKind(objects, 'Deployment').map(({spec}) => spec.template.spec.containers[0].image)
  expect(images).toEqual([
    `prom/prometheus:v${BUNDLES.prometheus.release}`,
    `openzipkin/zipkin:${BUNDLES.zipkin.release}`,
  ])
})

test('without rules there is no file of them', async () => {
  const [map] = ofKind(await render('todo5-platform', {prometheus: {enabled: true}}), 'ConfigMap')
  expect(Object.keys(map.data)).toEqual(['prometheus.yml'])
  expect(map.data['prometheus.yml']).not.toContain('rule_files')
})

test('with all that it watches it asks for what doctor minikube says: 1 CPU and 3 GB', async () => {
  const own = {name: 'monitoring', objects}
  const parts = [own, {name: 'todo5', objects: await render('todo5')}]
  parts.push({name: 'platform', objects: await render('todo5-platform')})
  const lines = capacityOf(parts, ALWAYS_FREE_OKE).lines.filter(({part}) => parts.some(({name}) => name === part))
  const sum = (what: 'milliCores' | 'memory') => lines.reduce((total, line) => total + line[what], 0)
  expect(sum('milliCores')).toBeLessThanOrEqual(1000)
  expect(sum('memory')).toBeLessThanOrEqual(3e9)
  // And more than nothing: each says what it wants.
  expect(lines).toHaveLength(10)
  expect(Math.min(...lines.map(({milliCores, memory}) => Math.min(milliCores, memory)))).toBeGreaterThan(0)
})
