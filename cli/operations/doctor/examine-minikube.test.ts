import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import {type ClusterAnswers, fakeCluster} from '../../tools/fake/programs.ts'
import {quantity} from '../../tools/kubectl.ts'
import {parseStatus} from '../../tools/minikube.ts'
import {TestMachine} from '../../toolchain/testing/test-machine.ts'
import type {Verdict} from './check.ts'
import {checkCapacity, checkCluster, checkControlPlane, checkProfile} from './cluster.ts'
import {examineMinikube, hasCluster} from './examine-minikube.ts'

// The programs of these machines are processes of Node: 50 ms each, or seconds beside a build.
vi.setConfig({testTimeout: 120_000})

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
async function examined(answerWithin?: number): Promise<Record<string, Verdict>> {
  const checks = await examineMinikube({toolchain: machine.toolchain, answerWithin})
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
  expect(await hasCluster(machine.toolchain)).toBe(false)
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
    profile: 'warning: no cluster of todo5',
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
  expect(await hasCluster(machine.toolchain)).toBe(true)
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
    expect(checkProfile({...RUNNING, Kubeconfig: 'Misconfigured'})).toMatchObject({
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
    expect(checkControlPlane([]).state).toBe('warning')
    expect(checkControlPlane([facts('dapr-operator'), facts('dapr-sentry', 0)])).toMatchObject({
      state: 'problem',
      details: ['dapr-sidecar-injector is missing', 'dapr-sentry: 0 of 1 pod ready'],
    })
  })

  test('what is left for todo5', () => {
    expect(checkCapacity({cpu: 2, memory: 4e9}, {cpu: 1.5, memory: 2e9}, true).state).toBe('ok')
    expect(checkCapacity({cpu: 2, memory: 4e9}, {cpu: 1.5, memory: 2e9}, false)).toMatchObject({
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
