import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import {type ClusterAnswers, fakeCluster} from '../../tools/fake/programs.ts'
import {quantity} from '../../tools/kubectl.ts'
import {parseStatus} from '../../tools/minikube.ts'
import {TestMachine} from '../../toolchain/testing/test-machine.ts'
import {AUTHORITY} from '../../supervisor/host/testing/certificates.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'
import type {Verdict} from './check.ts'
import {checkCapacity, checkCluster, checkControlPlane, checkProfile} from './cluster.ts'
import {examineMinikube, hasCluster} from './examine-minikube.ts'

// The programs of these machines are processes of Node: 50 ms each, or seconds beside a build.
vi.setConfig({testTimeout: 300_000})

let machine: TestMachine
beforeEach(async () => {
  machine = await TestMachine.make()
})
afterEach(async () => await machine.remove())

const RUNNING = {Name: 'todo5', Host: 'Running', Kubelet: 'Running', APIServer: 'Running', Kubeconfig: 'Configured'}
const STOPPED = {Name: 'todo5', Host: 'Stopped', Kubelet: 'Stopped', APIServer: 'Stopped', Kubeconfig: 'Stopped'}
const json = (value: unknown) => ({stdout: JSON.stringify(value)})
const deployment = (name: string, availableReplicas = 1) => ({
  metadata: {name},
  spec: {replicas: 1},
  status: {availableReplicas},
})
const DAPR = ['dapr-operator', 'dapr-sentry', 'dapr-sidecar-injector']
const NOW = Date.parse('2026-11-22T10:00:00Z')
const REFUSED = 'The connection to the server 192.168.49.2:8443 was refused'

const WELL: Readonly<Record<'docker' | 'minikube' | 'kubectl' | 'helm', ClusterAnswers>> = {
  docker: {'--version': {stdout: 'Docker version 28.2.2, build e6534b4\n'}, info: json({ServerVersion: '28.2.2'})},
  minikube: {version: {stdout: 'v1.36.0\n'}, status: json(RUNNING)},
  helm: {version: {stdout: 'v3.18.4'}},
  kubectl: {
    version: json({clientVersion: {major: '1', minor: '33', gitVersion: 'v1.33.1'}, kustomizeVersion: 'v5.6.0'}),
    'config get-contexts': {stdout: 'minikube\ntodo5\n'},
    'get --raw /readyz': {stdout: 'ok'},
    'get --raw /version': json({gitVersion: 'v1.33.1'}),
    'get deployments': json({items: DAPR.map((name) => deployment(name))}),
    'get nodes': json({items: [{status: {allocatable: {cpu: '4', memory: '8000000Ki'}}}]}),
    'get pods': json({
      items: [
        {
          metadata: {namespace: 'kube-system'},
          spec: {containers: [{resources: {requests: {cpu: '750m', memory: '170Mi'}}}, {resources: {}}]},
        },
      ],
    }),
  },
}
type Programs = {readonly [name in keyof typeof WELL]?: ClusterAnswers}

async function install(programs: Programs): Promise<void> {
  for (const name of Object.keys(programs) as (keyof Programs)[])
    await machine.program(name, fakeCluster(name, programs[name]!))
}
const PLACE = {target: 'minikube', kubeContext: 'todo5', namespace: 'todo5'}
async function examined(answerWithin?: number, place: ClusterPlace = PLACE): Promise<Record<string, Verdict>> {
  const checks = await examineMinikube({
    toolchain: machine.toolchain,
    answerWithin,
    place,
    person: 'ann',
    clock: () => NOW,
  })
  expect(checks.every(({area}) => area === 'minikube')).toBe(true)
  return Object.fromEntries(checks.map(({check, area: _area, ...verdict}) => [check, verdict]))
}
const found = (all: Record<string, Verdict>): Record<string, string> =>
  Object.fromEntries(Object.entries(all).map(([check, one]) => [check, `${one.state}: ${one.found}`]))

test('all is well', async () => {
  await install(WELL)
  expect(found(await examined())).toEqual({
    minikube: 'ok: 1.36.0',
    kubectl: 'ok: 1.33.1',
    helm: 'ok: 3.18.4',
    engine: 'ok: docker 28.2.2',
    profile: 'ok: todo5 runs',
    cluster: 'ok: Kubernetes v1.33.1 is ready',
    dapr: 'ok: 3 deployments ready',
    capacity: 'ok: 3.3 of 4.0 CPUs and 8.0 of 8.2 GB not requested',
    todo5: 'warning: there is no todo5 in the namespace todo5',
  })
})

test('nothing is installed: where each program comes from', async () => {
  const all = await examined()
  expect(found(all)).toEqual({
    minikube: 'problem: there is no minikube on the PATH',
    kubectl: 'problem: there is no kubectl on the PATH',
    helm: 'problem: there is no helm on the PATH',
    engine: 'problem: there is no docker or podman on the PATH',
  })
  expect(Object.values(all).map(({next}) => next[0])).toEqual(
    [
      'https://minikube.sigs.k8s.io/docs/start',
      'https://kubernetes.io/docs/tasks/tools',
      'https://helm.sh/docs/intro/install',
      'https://docs.docker.com/engine/install',
    ].map((source) => `${source}        where it comes from`),
  )
  expect(await hasCluster(machine.toolchain, 'todo5')).toBe(false)
})

describe('with todo5 in it', () => {
  const KAFKA = {name: 'pubsub-kafka', type: 'pubsub.kafka', version: 'v1'}
  const metadata = (features: readonly string[] = []) => ({
    components: [KAFKA, {name: 'kubernetes', type: 'secretstores.kubernetes', version: 'v1'}],
    subscriptions: ['task-events', 'reminders', 'task-updates'].map((topic) => ({
      pubsubname: 'pubsub-kafka',
      topic,
      deadLetterTopic: `${topic}-dlq`,
    })),
    enabledFeatures: features,
    scheduler: {connected_addresses: ['dapr-scheduler-server-0:50006']},
  })
  const seen = (check: string, state = 'ok', next: readonly string[] = []) => ({
    area: 'minikube',
    check,
    state,
    found: `${check} seen`,
    details: [],
    next,
  })
  const inside = (at: number) => json({at: new Date(at).toISOString(), checks: [seen('database'), seen('topics')]})
  const TEMPLATES = json({
    items: [
      {
        kind: 'PodTemplate',
        metadata: {name: 'operate-outbox', labels: {}},
        template: {metadata: {}, spec: {containers: [{name: 'todo5'}]}},
      },
    ],
  })
  const answers = (more: ClusterAnswers = {}, features?: readonly string[]): ClusterAnswers => ({
    ...more,
    ...WELL.kubectl,
    'get pods': json({items: [{metadata: {namespace: 'shop'}, spec: {containers: [{}]}}]}),
    'get podtemplates,pods': TEMPLATES,
    'get components.dapr.io,resiliencies.dapr.io': json({
      items: [
        {kind: 'Component', metadata: {name: KAFKA.name}, spec: {type: KAFKA.type, version: KAFKA.version}},
        {kind: 'Component', metadata: {name: 'other'}, spec: {type: 'x', version: 'v1'}, scopes: ['somebody']},
      ],
    }),
    'get configmap': json({data: {'ca.crt': AUTHORITY}}),
    'exec deployment/': json(metadata(features)),
    'exec operate-outbox': inside(NOW),
    ...more,
  })
  const SHOP = {target: 'minikube', kubeContext: 'todo5', namespace: 'shop', flags: ' --namespace shop'}
  const look = async (kubectl: ClusterAnswers) => {
    await install({...WELL, kubectl})
    return await examined(undefined, SHOP)
  }

  test('sidecars and certificates from outside, database and stream from inside', async () => {
    const all = await look(answers())
    expect(found(all)).toMatchObject({
      components: 'ok: 5 components in 5 sidecars, as rendered',
      subscriptions: expect.stringMatching(/^ok: \d+ subscriptions$/u),
      scheduler: 'ok: notification-service is connected to dapr-scheduler-server-0:50006',
      certificates: 'ok: the authority ends on 2126-01-01',
      clock: 'ok: the cluster is 0 ms ahead of this machine (± 0 ms)',
      database: 'ok: database seen',
      topics: 'ok: topics seen',
    })
    expect(all['todo5']).toBeUndefined()
    const log = await machine.log()
    expect(log).toMatch(
      /kubectl exec operate-outbox-\w+ .* --namespace=shop --context=todo5 -- env .* todo5 __doctor --target minikube --json --beside= --namespace shop\n/u,
    )
    expect(log).toMatch(/kubectl delete pods operate-outbox-\w+ /u)
  })

  test('a clock that is wrong, sidecars that do not answer or reload, no authority', async () => {
    const all = await look(
      answers(
        {
          'exec deployment/audit-service': {exit: 1, stderr: 'error: no pods'},
          'exec deployment/chat-api': {stdout: 'unauthorized'},
          'exec operate-outbox': inside(NOW + 7000),
          'get configmap': {stdout: ''},
        },
        ['HotReload'],
      ),
    )
    expect(all['clock']).toMatchObject({
      state: 'problem',
      found: 'the cluster is 7000 ms ahead of this machine (± 0 ms)',
    })
    expect(all['components']!.details).toEqual([
      'task-service: HotReload is on: a changed file changes it while it runs',
      'recurring-task-service: HotReload is on: a changed file changes it while it runs',
      'notification-service: HotReload is on: a changed file changes it while it runs',
      'audit-service: its sidecar does not answer',
      'chat-api: its sidecar does not answer',
    ])
    expect(all['components']!.next).toContain(
      'kubectl --context todo5 --namespace shop logs deployment/chat-api --container daprd        why a component did not load',
    )
    expect(all['certificates']).toMatchObject({
      state: 'problem',
      next: ['dapr mtls renew-certificate -k --valid-until 365 --restart        makes a new one'],
    })
  })

  test.each([
    [
      'an older todo5',
      {
        'exec operate-outbox': {
          exit: 2,
          stderr: 'Error: __doctor is not a command\ncommand terminated with exit code 2\n',
        },
      },
      'todo5 in the cluster could not look: __doctor is not a command',
      'todo5 deploy minikube --namespace shop        brings this version there; an older one does not know how',
    ],
    [
      'none that commands can run in',
      {'get podtemplates,pods': json({items: []})},
      'There is no todo5 in the namespace shop of minikube, or one that is too old for this.',
      'todo5 up minikube        installs it',
    ],
  ])('nobody looks inside: %s', async (_name, more, said, next) => {
    const all = await look(answers(more))
    expect(all['clock']).toMatchObject({state: 'problem', found: said})
    expect(all['clock']!.next[0]).toBe(next)
    expect(all['components']!.state).toBe('ok')
    expect(all['database']).toBeUndefined()
  })
})

test('old versions, no cluster, and an engine that does not run', async () => {
  await install({
    docker: {...WELL.docker, info: {exit: 1, stderr: 'Cannot connect to the Docker daemon\n'}},
    minikube: {version: {stdout: 'v1.35.0\n'}, status: {exit: 85, stdout: 'Profile "todo5" not found.'}},
    helm: {version: {stdout: 'v3.16.4'}},
    kubectl: {...WELL.kubectl, version: json({clientVersion: {gitVersion: 'v1.31.9'}})},
  })
  const all = await examined()
  expect(found(all)).toEqual({
    minikube: 'problem: 1.35.0 is too old, 1.36.0 or newer is needed',
    kubectl: 'problem: 1.31.9 is too old, 1.32.0 or newer is needed',
    helm: 'problem: 3.16.4 is too old, 3.17.0 or newer is needed',
    engine: 'problem: docker does not answer: Cannot connect to the Docker daemon',
    profile: 'warning: no cluster todo5',
  })
  expect(await machine.log()).not.toContain('kubectl get')
})

test('a cluster that is stopped is not asked', async () => {
  await install({...WELL, minikube: {...WELL.minikube, status: {...json(STOPPED), exit: 7}}})
  const all = await examined()
  expect(all['profile']).toMatchObject({
    state: 'warning',
    found: 'node stopped, kubelet stopped and API server stopped',
    next: ['minikube start --profile todo5        starts it again, with all that is in it'],
  })
  expect(all['cluster']).toBeUndefined()
  expect(await hasCluster(machine.toolchain, 'todo5')).toBe(true)
})

test('a cluster that refuses, and one that hangs', async () => {
  await install({...WELL, kubectl: {...WELL.kubectl, 'get --raw /readyz': {exit: 1, stderr: REFUSED}}})
  const refused = await examined()
  expect(refused['cluster']).toMatchObject({state: 'problem', found: `the cluster does not answer: ${REFUSED}`})
  expect(refused['dapr']).toBeUndefined()
  await install({kubectl: {...WELL.kubectl, 'get --raw /readyz': 'hang'}})
  expect((await examined(10_000))['cluster']).toMatchObject({
    state: 'problem',
    found: 'kubectl does not answer in time',
    next: ['kubectl get --raw /readyz --context=todo5 --request-timeout=5s        asks it again'],
  })
})

describe('what is judged', () => {
  test('the profile', () => {
    expect(checkProfile({...RUNNING, Kubeconfig: 'Misconfigured'}, 'todo5')).toMatchObject({
      state: 'problem',
      next: ['minikube update-context --profile todo5        writes the right one'],
    })
    expect(parseStatus(JSON.stringify([RUNNING, {...RUNNING, Worker: true}])).Host).toBe('Running')
  })

  test('kubectl and its cluster are at most one minor apart', () => {
    expect(checkCluster('v1.33.1', '1.32.4').state).toBe('ok')
    expect(checkCluster('v1.35.0', '1.33.1')).toMatchObject({
      state: 'warning',
      found: 'Kubernetes v1.35.0 is ready, and kubectl is 1.33.1',
    })
  })

  test("Dapr's control plane", () => {
    const facts = (name: string, available = 1) => ({name, wanted: 1, available})
    expect(checkControlPlane([], 'todo5').state).toBe('warning')
    expect(checkControlPlane([facts('dapr-operator'), facts('dapr-sentry', 0)], 'todo5')).toMatchObject({
      state: 'problem',
      details: ['dapr-sidecar-injector is missing', 'dapr-sentry: 0 of 1 pod ready'],
    })
  })

  test('what is left for todo5', () => {
    expect(
      checkCapacity({cpu: 2, memory: 4e9}, {cpu: 1.5, memory: 2e9}, {installed: true, profile: 'todo5'}).state,
    ).toBe('ok')
    expect(
      checkCapacity({cpu: 2, memory: 4e9}, {cpu: 1.5, memory: 2e9}, {installed: false, profile: 'todo5'}),
    ).toMatchObject({
      state: 'warning',
      found: '0.5 of 2.0 CPUs and 2.0 of 4.0 GB not requested',
    })
  })

  test.each([
    ['2', 2],
    ['750m', 0.75],
    ['1.5', 1.5],
    ['128Mi', 134_217_728],
    ['1G', 1e9],
    ['12e6', 12e6],
  ])('%s is %d', (text, value) => expect(quantity(text)).toBeCloseTo(value))

  test.each(['', 'x', '1X', '-1', 'Mi'])('%s is no quantity', (text) =>
    expect(() => quantity(text)).toThrow('is no quantity'),
  )
})
