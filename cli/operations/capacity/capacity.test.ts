import {describe, expect, test} from 'vitest'
import {Output} from '../../output.ts'
import {printCapacity} from '../../views/cloud-lines.ts'
import {ALWAYS_FREE_OKE, type Allowance, amount, capacityOf, refuseWhatDoesNotFit, totalText} from './capacity.ts'
import {bytes, milliCores} from './quantities.ts'

/** An allowance in which nothing is taken beforehand. */
const EMPTY: Allowance = {
  ...ALWAYS_FREE_OKE,
  reservedMilliCores: 0,
  reservedMemory: 0,
  bootVolume: 0,
  ownLoadBalancers: 0,
}

const container = (cpu: string, memory: string, more: object = {}): object => ({
  resources: {requests: {cpu, memory}},
  ...more,
})
const workload = (
  kind: string,
  name: string,
  spec: object,
  podSpec: object,
  annotations = {},
): Record<string, unknown> => ({
  kind,
  metadata: {name},
  spec: {...spec, template: {metadata: {annotations}, spec: podSpec}},
})
const claim = (size: string, storageClassName?: string): object => ({
  metadata: {name: 'data'},
  spec: {storageClassName, resources: {requests: {storage: size}}},
})
const use = (objects: Record<string, unknown>[], allowance = EMPTY): Record<string, number> =>
  Object.fromEntries(
    capacityOf([{name: 'part', objects}], allowance).totals.map(({resource, used}) => [resource, used]),
  )

test.each([
  ['250m', 250],
  ['1', 1000],
  ['0.5', 500],
  [2, 2000],
])('%s of CPU are %i thousandths', (text, wanted) => expect(milliCores(text)).toBe(wanted))

test.each([
  ['128Mi', 134_217_728],
  ['1G', 1_000_000_000],
  ['1.5Gi', 1_610_612_736],
  [1024, 1024],
])('%s are %i bytes', (text, wanted) => expect(bytes(text)).toBe(wanted))

test.each(['', 'much', '1 Gi', '-1'])('%j is no quantity', (text) => {
  expect(() => milliCores(text)).toThrow(RangeError)
  expect(() => bytes(text)).toThrow(RangeError)
})

describe('what is counted', () => {
  test('each pod, its containers together', () => {
    const pod = {containers: [container('100m', '64Mi'), container('50m', '64Mi')]}
    expect(use([workload('StatefulSet', 'a', {replicas: 3}, pod)])).toMatchObject({cpu: 450, memory: 3 * 2 ** 27})
  })

  test('a step before the containers only when it is greedier than they are', () => {
    const pod = {containers: [container('100m', '64Mi')], initContainers: [container('300m', '32Mi')]}
    expect(use([workload('StatefulSet', 'a', {}, pod)])).toMatchObject({cpu: 300, memory: 2 ** 26})
  })

  test("Dapr's sidecar, which is in no manifest, and native sidecars", () => {
    const annotations = {
      'dapr.io/enabled': 'true',
      'dapr.io/sidecar-cpu-request': '25m',
      'dapr.io/sidecar-memory-request': '64Mi',
    }
    const beside = container('10m', '64Mi', {restartPolicy: 'Always'})
    const pod = {containers: [container('50m', '128Mi')], initContainers: [beside]}
    expect(use([workload('StatefulSet', 'a', {}, pod, annotations)])).toMatchObject({cpu: 85, memory: 2 ** 28})
  })

  test('what runs on each node, for each', () => {
    expect(use([workload('DaemonSet', 'a', {}, {containers: [container('100m', '1Mi')]})])['cpu']).toBe(200)
  })

  test('the pods that a roll-out puts on top, or the greediest job before it', () => {
    const pod = {containers: [container('100m', '1Mi')]}
    const rolls = workload('Deployment', 'a', {replicas: 2, strategy: {rollingUpdate: {maxSurge: 1}}}, pod)
    expect(use([rolls])['cpu']).toBe(300)
    expect(use([rolls, workload('Job', 'b', {}, {containers: [container('400m', '1Mi')]})])['cpu']).toBe(600)
  })

  test('volumes as big as the smallest there is, none on the disk of a node', () => {
    const pod = {containers: []}
    expect(
      use([workload('StatefulSet', 'a', {replicas: 3, volumeClaimTemplates: [claim('1Gi')]}, pod)])['storage'],
    ).toBe(150e9)
    expect(
      use([workload('StatefulSet', 'a', {volumeClaimTemplates: [claim('1Gi', 'local-path')]}, pod)])['storage'],
    ).toBe(0)
    expect(use([{kind: 'PersistentVolumeClaim', ...claim('60G')}])['storage']).toBe(60e9)
  })

  test('load balancers, and what Strimzi will make', () => {
    expect(use([{kind: 'Service', metadata: {name: 'a'}, spec: {type: 'LoadBalancer'}}])['load_balancers']).toBe(1)
    const storage = {type: 'jbod', volumes: [{id: 0, type: 'persistent-claim', size: '10Gi'}]}
    const pool = {
      kind: 'KafkaNodePool',
      metadata: {name: 'a'},
      spec: {replicas: 3, storage, resources: {requests: {cpu: '1'}}},
    }
    expect(use([pool])).toMatchObject({cpu: 3000, storage: 150e9})
    const resources = {requests: {cpu: '20m', memory: '1Mi'}}
    const spec = {entityOperator: {topicOperator: {resources}, userOperator: {resources}}, kafkaExporter: {resources}}
    expect(use([{kind: 'Kafka', metadata: {name: 'a'}, spec}])).toMatchObject({cpu: 60, memory: 3 * 2 ** 20})
  })
})

test('what does not fit is refused, and the biggest item named for each resource', () => {
  const pod = {containers: [container('100m', '64Mi')]}
  const objects = [
    workload('StatefulSet', 'dapr-scheduler-server', {replicas: 3, volumeClaimTemplates: [claim('1Gi')]}, pod),
    workload('StatefulSet', 'small', {}, pod),
    {kind: 'Service', metadata: {name: 'edge'}, spec: {type: 'LoadBalancer'}},
  ]
  const capacity = capacityOf([{name: 'dapr', objects}], ALWAYS_FREE_OKE)
  expect(capacity.refusals.map(({resource, biggest}) => [resource, biggest])).toEqual([
    ['storage', 'dapr statefulset/dapr-scheduler-server'],
    ['load_balancers', 'terraform load balancer'],
  ])
  expect(() => refuseWhatDoesNotFit(capacity)).toThrow(
    'This does not fit into what there is: block storage 250 GB of 200 GB, most of it dapr statefulset/dapr-scheduler-server (150 GB); load balancers 2 of 1, most of it terraform load balancer (1).',
  )
})

test('what fits is not refused, and the table ends with what there is', () => {
  const pod = {containers: [container('100m', '64Mi')]}
  const capacity = capacityOf([{name: 'todo5', objects: [workload('Deployment', 'a', {}, pod)]}], ALWAYS_FREE_OKE)
  expect(() => refuseWhatDoesNotFit(capacity)).not.toThrow()
  let text = ''
  const sink = {write: (part: string) => void (text += part), isTTY: true, columns: 80}
  const looks = {colour: {stdout: false, stderr: false}, unicode: true, accessible: false, animated: false}
  printCapacity(new Output({terminal: {stdout: sink, stderr: sink}, looks}), capacity)
  const lines = text.trimEnd().split('\n')
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  expect(lines[0]).toMatch(/PART +ITEM +PODS +CPU +MEMORY +DISK +LB/u)
  expect(lines.slice(-4)).toEqual([
    'CPU 0.9 cores of 4 cores',
    'memory 5.3 GiB of 24 GiB',
    'disk 100 GB of 200 GB',
    'load balancers 1 of 1',
  ])
  expect(text).toMatch(/todo5 +a +1 +100m +64 MiB/u)
})

test('what is paid as it comes has no limit, and is not refused', () => {
  const pod = {containers: [container('100m', '64Mi')]}
  const objects = [
    workload('StatefulSet', 'a', {volumeClaimTemplates: [claim('900Gi')]}, pod),
    {kind: 'Service', metadata: {name: 'edge'}, spec: {type: 'LoadBalancer'}},
  ]
  const paid = {...EMPTY, storage: null, loadBalancers: null, once: {milliCores: 3900, memory: 0}}
  const capacity = capacityOf([{name: 'todo5', objects}], paid)
  expect(capacity.refusals).toEqual([])
  expect(capacity.totals.map(totalText)).toEqual([
    'CPU 4 cores of 4 cores',
    'memory 0.1 GiB of 24 GiB',
    'disk 966.4 GB',
    'load balancers 1',
  ])
  // What the cloud takes once counts, whatever the nodes are.
  const more = capacityOf([{name: 'todo5', objects}], {...paid, once: {milliCores: 3901, memory: 0}})
  expect(more.refusals.map(({resource, biggest}) => [resource, biggest])).toEqual([['cpu', 'todo5 statefulset/a']])
})

test('amounts have their unit', () => {
  expect([
    amount('cpu', 2400),
    amount('memory', 7.06 * 2 ** 30),
    amount('storage', 15e10),
    amount('load_balancers', 1),
  ]).toEqual(['2.4 cores', '7.1 GiB', '150 GB', '1'])
})
