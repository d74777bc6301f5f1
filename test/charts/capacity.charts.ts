import {readFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {parse, parseAllDocuments} from 'yaml'
import {beforeAll, describe, expect, test} from 'vitest'
import {
  ALWAYS_FREE_OKE,
  type Allowance,
  type Capacity,
  capacityOf,
  refuseWhatDoesNotFit,
} from '../../cli/operations/capacity/capacity.ts'
import {allowanceOf} from '../../cli/operations/capacity/allowances.ts'
import {daprPart, EXTERNAL_SECRETS, MONITORING, STRIMZI} from '../../cli/operations/capacity/beside.ts'
import {kafkaKinds} from '../../cli/operations/cloud/kafka-kinds.ts'
import type {Part} from '../../cli/operations/capacity/demand.ts'
import {wantedTopics} from '../../cli/operations/plan-topics.ts'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {chart, helm, render, type Rendered} from './helm.ts'

/** Of the toolchain; its chart is in its Go module. */
const DAPR = 'github.com/dapr/dapr@v1.18.3'
const ROOT = join(import.meta.dirname, '../..')
const KAFKA = join(ROOT, 'templates/kafka/strimzi.yaml')

const objectsOf = (text: string): Rendered[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter((object) => object !== null)

async function dapr(file: string, ...more: string[]): Promise<Rendered[]> {
  const {stdout} = await execa('go', ['mod', 'download', '-json', DAPR], {cwd: tmpdir()})
  const {Dir: folder} = JSON.parse(stdout) as {Dir: string}
  const values = ['--values', chart(file), ...more]
  const {exitCode, all} = await helm('template', 'dapr', join(folder, 'charts/dapr'), ...values)
  if (exitCode !== 0) throw new Error(all)
  return objectsOf(all)
}

let todo5: Part
let platform: Part
let kafka: Part
beforeAll(async () => {
  const values = parse(await readFile(chart('todo5/oke.yaml'), 'utf8')) as object
  todo5 = {name: 'todo5', objects: await render('todo5', values)}
  platform = {name: 'dapr', objects: await dapr('dapr-oke.yaml')}
  kafka = {name: 'kafka', objects: objectsOf(await readFile(KAFKA, 'utf8'))}
})

const used = ({totals}: Capacity): Record<string, number> =>
  Object.fromEntries(totals.map(({resource, used: sum}) => [resource, sum]))

test('the default values of OKE fit into always free, with Kafka in the cluster and all that stands beside it', () => {
  const capacity = capacityOf([platform, EXTERNAL_SECRETS, STRIMZI, kafka, MONITORING, todo5], ALWAYS_FREE_OKE)
  expect(() => refuseWhatDoesNotFit(capacity)).not.toThrow()
  const services = capacity.lines.filter(({part}) => part === 'todo5').map(({item}) => item)
  expect(services).toEqual(SERVICE_NAMES.map((name) => `deployment/${name}`))
  // Three of each, and none without a request, which the sum would not know of.
  const control = capacity.lines.filter(({part, pods}) => part === 'dapr' && pods > 0)
  expect(control.map(({pods}) => pods)).toEqual(control.map(() => 3))
  for (const {milliCores, memory} of control) expect(Math.min(milliCores, memory)).toBeGreaterThan(0)
  // Only the boot volumes.
  expect(used(capacity)).toMatchObject({storage: 100e9, load_balancers: 1})
})

describe.each(['aks', 'gke'] as const)('%s', (target) => {
  const pool = (nodes: number): Allowance => allowanceOf(target, {node_count: nodes})!
  let parts: Part[]
  let cloudKafka: Part
  beforeAll(async () => {
    const values = parse(await readFile(chart(`todo5/${target}.yaml`), 'utf8')) as object
    const own = {name: 'todo5', objects: await render('todo5', values)}
    parts = [{name: 'dapr', objects: await dapr('dapr-cloud.yaml')}, EXTERNAL_SECRETS, MONITORING, own]
    cloudKafka = {name: 'kafka', objects: objectsOf(await kafkaKinds(ROOT, target))}
  })

  test('the default values fit into the pool that Terraform makes, with Kafka in the cluster too', () => {
    const capacity = capacityOf([...parts, STRIMZI, cloudKafka], allowanceOf(target)!)
    expect(() => refuseWhatDoesNotFit(capacity)).not.toThrow()
    const services = capacity.lines.filter(({part}) => part === 'todo5').map(({item}) => item)
    expect(services).toEqual(SERVICE_NAMES.map((name) => `deployment/${name}`))
    for (const {milliCores, memory} of capacity.lines.filter(({pods}) => pods > 0))
      expect(Math.min(milliCores, memory)).toBeGreaterThan(0)
    // Three volumes of Dapr's scheduler and the one of Kafka are the cloud's: there is no other class of storage.
    const volumes = capacity.lines.filter(({part, storage}) => part !== 'nodes' && storage > 0)
    expect(volumes.map(({item, storage}) => [item, storage / 2 ** 30])).toEqual([
      ['statefulset/dapr-scheduler-server', 6],
      ['kafkanodepool/one', 10],
    ])
    expect(JSON.stringify(cloudKafka.objects)).not.toContain('local-path')
  })

  test('two such nodes carry todo5, Dapr and External Secrets alone; else what takes most is named', () => {
    const alone = parts.filter((part) => part !== MONITORING)
    expect(() => refuseWhatDoesNotFit(capacityOf(alone, pool(2)))).not.toThrow()
    expect(() => refuseWhatDoesNotFit(capacityOf([...parts, STRIMZI, cloudKafka], pool(2)))).toThrow(
      /CPU [\d.]+ cores of 4 cores, most of it /u,
    )
  })
})

test.each([
  ['dapr-oke.yaml', ALWAYS_FREE_OKE],
  ['dapr-cloud.yaml', allowanceOf('aks')!],
])('what is counted of Dapr by %s without its chart is what its chart asks for', async (file, allowance) => {
  const counted = capacityOf([await daprPart(chart(file))], allowance)
  const rendered = capacityOf([{name: 'dapr', objects: await dapr(file)}], allowance)
  const ofDapr = ({lines}: Capacity) =>
    lines.filter(({part}) => part === 'dapr').toSorted((a, b) => a.item.localeCompare(b.item))
  expect(ofDapr(counted)).toEqual(ofDapr(rendered))
  expect(used(counted)).toEqual(used(rendered))
})

test('with Kafka elsewhere they fit into half of it, which is what new accounts are said to get', () => {
  const half = {...ALWAYS_FREE_OKE, nodeMilliCores: 1000, nodeMemory: 6 * 2 ** 30}
  const capacity = capacityOf([platform, EXTERNAL_SECRETS, todo5], half)
  expect(() => refuseWhatDoesNotFit(capacity)).not.toThrow()
})

test("Dapr's own storage would not fit, and is named", async () => {
  const usual = {
    name: 'dapr',
    objects: await dapr('dapr-oke.yaml', '--set', 'dapr_scheduler.cluster.storageClassName=oci-bv'),
  }
  expect(() => refuseWhatDoesNotFit(capacityOf([usual, todo5], ALWAYS_FREE_OKE))).toThrow(
    /block storage 250 GB of 200 GB, most of it dapr statefulset\/dapr-scheduler-server \(150 GB\)/u,
  )
})

test("the topics of Strimzi are those of topic apply, as is the user's way in those of the components", async () => {
  const topics = kafka.objects.filter(({kind}) => kind === 'KafkaTopic') as Rendered[]
  const found = topics.map(({metadata, spec}) => ({
    name: metadata.name,
    partitions: spec.partitions,
    replication: spec.replicas,
    config: Object.fromEntries(Object.entries(spec.config).map(([key, value]) => [key, String(value)])),
  }))
  expect(found).toEqual(wantedTopics('oke', 1))
  const ofKind = (kind: string): Rendered => kafka.objects.find((object) => object['kind'] === kind)
  const [listener] = ofKind('Kafka').spec.kafka.listeners
  expect(listener).toMatchObject({tls: true, authentication: {type: 'scram-sha-512'}})
  expect(ofKind('KafkaUser').spec.authentication).toEqual(listener.authentication)
  for (const target of ['oke', 'aks', 'gke']) {
    const file = join(import.meta.dirname, `../../dapr/environments/${target}.yaml`)
    const environment: Rendered = parse(await readFile(file, 'utf8'))
    expect(environment.values.saslMechanism.oneOf).toContain('SHA-512')
    expect(environment.values).toHaveProperty('kafkaCaSecret')
  }
  const topicNames = new RegExp(`^(${ofKind('Kafka').spec.kafkaExporter.topicRegex})$`, 'u')
  for (const {name} of found) expect(name).toMatch(topicNames)
})
