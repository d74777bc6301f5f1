import {expect, test} from 'vitest'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import type {ClusterCalls} from '../release/cluster-calls.ts'
import {looks} from './stage-parts.ts'
import {runStages} from './stages.ts'

interface Waiting {
  readonly reason: string
  readonly message?: string
}

const pod = (name: string, release: string, waiting: Waiting, over: object = {}): object => ({
  metadata: {name: `${name}-1`, labels: {'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': release}},
  spec: {containers: [{name, image: `registry/${name}:1`}]},
  status: {phase: 'Pending', containerStatuses: [{name, state: {waiting}, ...over}]},
})
const crash = {restartCount: 4, lastState: {terminated: {reason: 'Error', exitCode: 1}}}
const log = '{"level":"ERROR","message":"PORT is not set."}\n'
const ok = (stdout: string) => ({exitCode: 0, stdout, stderr: ''}) as Awaited<ReturnType<ClusterCalls['kubectl']>>

/** With what the cluster shows in one look after the other; the last stays. Resolves when the stage is done. */
async function run(
  namespace: string,
  shown: readonly (readonly object[])[],
  newMs: number,
  oldMs = newMs,
): Promise<string> {
  let looked = 0
  const calls: Pick<ClusterCalls, 'kubectl'> = {
    kubectl: async ([verb]) => {
      if (verb === 'logs') return ok(log)
      looked += 1
      return ok(JSON.stringify({items: shown[Math.min(looked, shown.length) - 1]}))
    },
  }
  const done = new AbortController()
  const work = async (signal: AbortSignal): Promise<void> => {
    // Helm waits until its pods are ready; that they are is seen after some looks here.
    while (looked < 12) await new Promise((resolve) => setImmediate(resolve)).then(() => signal.throwIfAborted())
  }
  const patience = {everyMs: 1, newMs, oldMs}
  const where = {namespace, kubeContext: 'todo5'}
  const stage = {
    name: 'dapr',
    title: 'install Dapr',
    steps: [{kind: 'own' as const, text: 'helm upgrade', work}],
    limitMs: 600_000,
    ...looks(calls as ClusterCalls, where, patience),
  }
  await runStages([stage], {toolchain: {} as Toolchain, signal: done.signal, onEvent: () => undefined})
  return 'done'
}

test.each<[string, string, object, string, string]>([
  [
    'an image that cannot be had',
    'dapr-system',
    pod('dapr-operator', 'dapr', {reason: 'ErrImagePull'}),
    'dapr-operator: image registry/dapr-operator:1 not found (ErrImagePull).',
    'minikube image load registry/dapr-operator:1 --profile=todo5 ',
  ],
  [
    'one crash after the other',
    'mine',
    pod('kafka', 'todo5-platform', {reason: 'CrashLoopBackOff'}, crash),
    'kafka: ended with exit code 1, 5 times (CrashLoopBackOff): PORT is not set.',
    'kubectl logs kafka-1 ',
  ],
  [
    'a secret that is missing',
    'mine',
    pod('chat-api', 'todo5', {reason: 'CreateContainerConfigError', message: 'secret "chat-api" not found'}),
    'chat-api: secret "chat-api" not found (CreateContainerConfigError).',
    'kubectl describe pod chat-api-1 --namespace=mine --context=todo5 ',
  ],
])('%s ends the stage early, with what to do', async (_, namespace, bad, message, hint) => {
  await expect(run(namespace, [[], [bad]], 0)).rejects.toMatchObject({
    message,
    code: 'pod_not_ready',
    exit: 5,
    hints: [expect.stringContaining(hint), expect.stringContaining('todo5 up minikube ')],
    excerpt: [expect.stringContaining(message.replace(/^\S+: |\.$/gu, ''))],
  })
})

const image = (reason: string): object => pod('dapr-operator', 'dapr', {reason})

test('ErrImagePull and ImagePullBackOff take turns: it is one trouble', async () => {
  const turns = Array.from({length: 12}, (_, index) => [image(index % 2 === 0 ? 'ErrImagePull' : 'ImagePullBackOff')])
  await expect(run('dapr-system', turns, 4)).rejects.toMatchObject({code: 'pod_not_ready'})
})

test.each<[string, string, (readonly object[])[], number, number]>([
  ['is within its patience', 'dapr-system', [[], [image('ErrImagePull')]], 600_000, 0],
  ['was so before, and may have been mended', 'dapr-system', [[image('ImagePullBackOff')]], 0, 600_000],
  ['is slow', 'dapr-system', [[], [image('ContainerCreating')]], 0, 0],
  ['is of somebody else', 'mine', [[], [pod('theirs', 'blog', {reason: 'ImagePullBackOff'})]], 0, 0],
])('what %s is waited for', async (_, namespace, shown, newMs, oldMs) => {
  expect(await run(namespace, shown, newMs, oldMs)).toBe('done')
})
