import {mkdtemp, readFile, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {parse} from 'yaml'
import {fakeCluster} from '../../tools/fake/programs.ts'
import {TestMachine} from '../../toolchain/testing/test-machine.ts'
import {runSteps, stepText} from '../program-steps.ts'
import {installReleaseSteps, type ReleaseRequest} from './install-release.ts'

// The programs of these machines are processes of Node.
vi.setConfig({testTimeout: 300_000})

let folder: string
let machine: TestMachine
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-deploy-'))
  machine = await TestMachine.make()
})
afterEach(async () => {
  await rm(folder, {recursive: true, force: true})
  await machine.remove()
})

const requestOf = (over: Partial<ReleaseRequest> = {}): ReleaseRequest => ({
  place: {target: 'minikube', kubeContext: 'todo5', namespace: 'mine'},
  chart: '/package/charts/todo5',
  imageTag: undefined,
  dapr: {target: 'minikube', values: {}},
  values: [],
  set: [],
  keepValues: false,
  timeoutSeconds: 300,
  ...over,
})

test('one command of helm, with the Dapr resources of the namespace in a file that only its owner reads', async () => {
  await machine.program('helm', fakeCluster('helm', {}))
  const request = requestOf({imageTag: '1.10', values: ['/own.yaml'], set: ['logLevel=debug'], keepValues: true})
  const steps = installReleaseSteps(request, folder)
  expect(steps.map((step) => stepText(step).replaceAll(folder, '/F'))).toEqual([
    'write the Dapr resources of minikube to /F/dapr.yaml',
    'helm upgrade --install todo5 /package/charts/todo5 --namespace=mine --kube-context=todo5 --reset-then-reuse-values --values=/F/dapr.yaml --values=/own.yaml --set-string=image.tag=1.10 --set=logLevel=debug --wait --timeout=300s --history-max=10',
  ])
  const signal = new AbortController().signal
  await runSteps(steps, {toolchain: machine.toolchain, signal, onStep: () => undefined})
  expect((await machine.log()).trim()).toBe(stepText(steps[1]!))

  const file = join(folder, 'dapr.yaml')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const text = await readFile(file, 'utf8')
  const {dapr} = parse(text) as {dapr: {resources: {metadata: {namespace: string}}[]}}
  expect(new Set(dapr.resources.map(({metadata}) => metadata.namespace))).toEqual(new Set(['mine']))
  expect(text).toContain('kafka.mine.svc.cluster.local:9092')
  expect(text).not.toContain('todo5.svc')
})

test('a release that is made anew has the image of its chart and no values from before', () => {
  const [, helm] = installReleaseSteps(requestOf(), folder).map(stepText)
  expect(helm).not.toContain('image.tag')
  expect(helm).not.toContain('reuse')
})
