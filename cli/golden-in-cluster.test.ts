import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import {writeNotes} from './operations/cluster/minikube-notes.ts'
import {runCli, transcript} from './testing/run-cli.ts'
import {TestMachine} from './toolchain/testing/test-machine.ts'
import {type ClusterAnswers, fakeCluster} from './tools/fake/programs.ts'

// Each kubectl is a process of Node.
vi.setConfig({testTimeout: 300_000})

let machine: TestMachine
beforeEach(async () => {
  machine = await TestMachine.make()
})
afterEach(async () => await machine.remove())

const template = (kind: string, version: string) => ({
  kind: 'PodTemplate',
  metadata: {name: `operate-${kind}`, labels: {'app.kubernetes.io/version': version}},
  template: {
    metadata: {labels: {'app.kubernetes.io/component': 'operate'}, annotations: {'dapr.io/enabled': 'false'}},
    spec: {containers: [{name: 'todo5', image: 'todo5:1'}]},
  },
})
const {version} = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8')) as {version: string}
const templates = (runs = version): string =>
  JSON.stringify({
    items: [
      template('stream', runs),
      template('outbox', runs),
      template('database', runs),
      {kind: 'Pod', metadata: {name: 'operate-stream-old'}, status: {phase: 'Failed'}},
      {kind: 'Pod', metadata: {name: 'operate-stream-runs'}, status: {phase: 'Running'}},
    ],
  })

async function run(line: string, answers: ClusterAnswers, options: {tty?: number; home?: string} = {}) {
  await machine.program('kubectl', fakeCluster('kubectl', {'get podtemplates,pods': {stdout: templates()}, ...answers}))
  return await runCli(line.split(' '), {
    env: {PATH: machine.bin, LANG: 'C.UTF-8'},
    ...options,
  })
}
/** Each call of kubectl, with names that differ each time left out. */
const calls = async (): Promise<string[]> =>
  (await machine.log())
    .trimEnd()
    .split('\n')
    .map((line) => line.replaceAll(/-[0-9a-f]{8}\b/gu, '-NAME').replaceAll(/[^\s=]*\/todo5-pod-\w+/gu, 'FOLDER'))

test('the same command runs in a pod there, which is made for it and removed', async () => {
  const said = await run('dlq list --since 1h --json --target minikube', {
    exec: {stdout: '{\n  "total": 0,\n  "dead_letters": []\n}\n', stderr: 'a note\n'},
  })
  expect(transcript(said)).toBe('{\n  "total": 0,\n  "dead_letters": []\n}\n| a note\n(exit 0)')
  const place = '--namespace=todo5 --context=todo5'
  expect(await calls()).toEqual([
    `kubectl get podtemplates,pods --selector=app.kubernetes.io/component=operate --output=json ${place} --request-timeout=10s`,
    `kubectl create --filename=FOLDER/pod.json --output=name ${place} --request-timeout=10s`,
    `kubectl wait --for=condition=Ready pod/operate-stream-NAME --timeout=120s ${place}`,
    `kubectl exec operate-stream-NAME --container=todo5 --stdin=false --tty=false ${place} -- env TZ=Europe/Berlin COLUMNS=80 TODO5_PERSON=operator TODO5_KUBE_CONTEXT=todo5 TODO5_NAMESPACE=todo5 NO_COLOR=1 LANG=C.UTF-8 todo5 dlq list --since 1h --json --target minikube`,
    `kubectl delete pods operate-stream-NAME operate-stream-old --ignore-not-found=true --wait=false ${place} --request-timeout=10s`,
  ])
})

test('its exit code is that of the command there, whose last word kubectl does not have', async () => {
  const said = await run('consumer show nobody -c minikube', {
    exec: {stderr: 'Error: There is no consumer nobody.\ncommand terminated with exit code 3\n', exit: 3},
  })
  expect(transcript(said)).toBe('| Error: There is no consumer nobody.\n(exit 3)')
  expect((await calls()).at(-1)).toContain('delete pods operate-stream-NAME')
})

test.each([
  ['topic apply --dry-run', 'stream'],
  ['consumer reset audit-service --to-earliest --dry-run', 'database'],
  ['dlq replay --dry-run', 'stream'],
  ['event tail', 'stream'],
  ['outbox drain --via kafka --dry-run', 'outbox'],
  ['db status', 'database'],
])('%s has what it needs there: %s', async (line, kind) => {
  const said = await run(`${line} --target oke --kube-context prod --namespace shop`, {exec: {stdout: 'done\n'}})
  expect(transcript(said)).toBe('done\n(exit 0)')
  const exec = (await calls()).find((call) => call.startsWith('kubectl exec'))
  expect(exec).toContain(`exec operate-${kind}-NAME --container=todo5`)
  expect(exec).toContain(' --namespace=shop --context=prod -- ')
  expect(exec).toMatch(new RegExp(`todo5 ${line} --target oke --kube-context prod --namespace shop$`, 'u'))
})

test('of another version it is said on a terminal, and nothing else is', async () => {
  const answers = {'get podtemplates,pods': {stdout: templates('0.0.7')}, exec: {stdout: 'topics\n'}}
  expect(transcript(await run('topic list --target minikube', answers))).toBe('topics\n(exit 0)')
  expect(transcript(await run('topic list --target minikube', answers, {tty: 100}))).toContain(
    `| minikube runs todo5 0.0.7, this is ${version}: the command is the one there.`,
  )
})

describe('when it cannot be run there', () => {
  const shown = async (line: string, answers: ClusterAnswers = {}) => transcript(await run(line, answers))

  test('no kubectl', async () => {
    const said = await runCli(['topic', 'list', '--target', 'minikube'], {env: {PATH: machine.bin}})
    expect(transcript(said)).toMatchInlineSnapshot(`
      "| Error: There is no kubectl on the PATH.  [program_missing, exit 4]
      | Try:   https://kubernetes.io/docs/tasks/tools        where it comes from
      (exit 4)"
    `)
  })

  test('no cluster of that name', async () => {
    const gone = {'get podtemplates,pods': {stderr: 'error: context "todo5" does not exist\n', exit: 1}}
    expect(await shown('topic list --target minikube', gone)).toMatchInlineSnapshot(`
      "| Error: There is no cluster minikube: the kubeconfig has no context todo5.  [no_cluster, exit 6]
      | Try:   todo5 up minikube        makes one
      |        --kube-context NAME        kubectl config get-contexts lists them
      (exit 6)"
    `)
    expect(await calls()).toHaveLength(1)
  })

  test('nobody answers', async () => {
    const refused =
      'The connection to the server 192.168.49.2:8443 was refused - did you specify the right host or port?\n'
    const down = {'get podtemplates,pods': {stderr: refused, exit: 1}}
    expect(await shown('topic list --target minikube', down)).toMatchInlineSnapshot(`
      "| Error: minikube does not answer: The connection to the server 192.168.49.2:8443 was refused - did
      |        you specify the right host or port?  [cluster_unreachable, exit 6]
      | Try:   todo5 doctor minikube
      (exit 6)"
    `)
    expect(await shown('topic list --target gke --kube-context prod', down)).toMatchInlineSnapshot(`
      "| Error: gke does not answer: The connection to the server 192.168.49.2:8443 was refused - did you
      |        specify the right host or port?  [cluster_unreachable, exit 6]
      | Try:   kubectl --context prod cluster-info
      (exit 6)"
    `)
  })

  test('no todo5 there', async () => {
    const empty = {'get podtemplates,pods': {stdout: '{"items":[]}'}}
    expect(await shown('dlq list --target minikube', empty)).toMatchInlineSnapshot(`
      "| Error: There is no todo5 in the namespace todo5 of minikube, or one that is too old for this.
      |        [not_running, exit 6]
      | Try:   todo5 up minikube        installs it
      |        --namespace NAME        when it is elsewhere in it
      (exit 6)"
    `)
    expect(await shown('dlq list --target aks --kube-context prod --namespace shop', empty)).toMatchInlineSnapshot(`
      "| Error: There is no todo5 in the namespace shop of aks, or one that is too old for this.
      |        [not_running, exit 6]
      | Try:   todo5 deploy aks        installs it
      |        --namespace NAME        when it is elsewhere in it
      (exit 6)"
    `)
  })

  test('no right to', async () => {
    const forbidden = {
      create: {
        stderr:
          'Error from server (Forbidden): error when creating "pod.json": pods is forbidden: User "amy" cannot create resource "pods" in API group "" in the namespace "todo5"\n',
        exit: 1,
      },
    }
    expect(await shown('dlq list --target minikube', forbidden)).toMatchInlineSnapshot(`
      "| Error: You may not do that in the namespace todo5 of minikube: error when creating "pod.json": pods
      |        is forbidden: User "amy" cannot create resource "pods" in API group "" in the namespace
      |        "todo5"  [cluster_forbidden, exit 4]
      | Try:   docs/operations.md names the rights that an operator needs there
      (exit 4)"
    `)
    // It may have been made all the same.
    expect((await calls()).at(-1)).toContain('delete pods operate-stream-NAME')
  })

  test('the pod does not start', async () => {
    const waiting = {reason: 'ImagePullBackOff', message: 'Back-off pulling image "todo5:1"'}
    const pod = {status: {phase: 'Pending', conditions: [], containerStatuses: [{state: {waiting}}]}}
    const stuck = {
      wait: {stderr: 'error: timed out waiting for the condition on pods/operate\n', exit: 1},
      'get pods': {stdout: JSON.stringify(pod)},
    }
    expect(await shown('dlq list --target minikube', stuck)).toMatchInlineSnapshot(`
      "|   ImagePullBackOff: Back-off pulling image "todo5:1"
      | Error: The pod for the command did not start in minikube within 120 s.  [pod_not_ready, exit 5]
      | Try:   kubectl --context todo5 --namespace todo5 get events
      (exit 5)"
    `)
    expect((await calls()).at(-1)).toContain('delete pods operate-stream-NAME')
  })

  test('the connection breaks', async () => {
    const broken = {exec: {stdout: 'half\n', stderr: 'error: unexpected EOF\n', exit: 1}}
    expect((await shown('event tail --target minikube', broken)).replaceAll(/-[0-9a-f]{8}\b/gu, '-NAME'))
      .toMatchInlineSnapshot(`
      "half
      | error: unexpected EOF
      | Error: The connection to the command in minikube broke (pod operate-stream-NAME); it was ended
      |        there.  [connection_lost, exit 6]
      | Try:   run it again; what it had done stays done
      (exit 6)"
    `)
  })

  test('errors of programs are objects with --json', async () => {
    const {code, stdout, stderr} = await run('dlq list --target minikube --json', {
      'get podtemplates,pods': {stdout: '{"items":[]}'},
    })
    expect([code, stderr]).toEqual([6, ''])
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'not_running'}})
  })
})

test('it goes where up minikube has brought todo5', async () => {
  const home = await mkdtemp(join(tmpdir(), 'todo5-home-'))
  const created = {profile: false, dapr: false, namespace: false, monitoring: false}
  await writeNotes(join(home, 'state'), {
    profile: 'shared',
    namespace: 'mine',
    created,
    port: null,
    url: null,
    monitoring: null,
    verified: null,
  })
  try {
    await run('dlq list --target minikube', {exec: {}}, {home})
  } finally {
    await rm(home, {recursive: true})
  }
  const made = await calls()
  expect(made.filter((call) => !call.includes('--namespace=mine --context=shared'))).toEqual([])
  expect(made.join('\n')).toContain('TODO5_KUBE_CONTEXT=shared TODO5_NAMESPACE=mine')
})

test('mistakes are found before a cluster is asked', async () => {
  const shown = async (line: string) => transcript(await run(line, {}))
  expect(await shown('topic list --target oke')).toMatchInlineSnapshot(`
    "| Error: --kube-context is missing: which context of the kubeconfig is oke?
    |        [kube_context_needed, exit 2]
    | Try:   --kube-context NAME        kubectl config get-contexts lists them
    (exit 2)"
  `)
  expect(await shown('consumer list --listen 9308 --target minikube')).toMatchInlineSnapshot(`
    "| Error: --listen is of this machine, and the command runs in minikube.
    |        [flag_of_this_machine, exit 2]
    | Try:   leave it out, or name the --brokers that can be reached from here
    (exit 2)"
  `)
  expect(await shown('dlq list --tpic x --target minikube')).toContain('exit 2]')
  expect(await shown('consumer list --watch --interval 0 --target minikube')).toContain('exit 2]')
  expect(await machine.log()).toBe('')
})

test('with brokers of its own a command runs here', async () => {
  const said = await run('topic list --target minikube --brokers 127.0.0.1:1', {})
  expect(said.code).toBe(6)
  expect(await machine.log()).toBe('')
})
