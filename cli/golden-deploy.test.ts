import {mkdtemp, rm, stat} from 'node:fs/promises'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import {writeNotes} from './operations/cluster/minikube-notes.ts'
import {
  deployed,
  FakeCluster,
  type FakeState,
  goodNotes,
  waitingPod,
} from './operations/release/testing/fake-cluster.ts'
import {FakeApi} from './testing/fake-api.ts'
import {runCli, transcript} from './testing/run-cli.ts'
import {TestMachine} from './toolchain/testing/test-machine.ts'

// The programs of these machines are processes of Node: 50 ms each, or seconds beside a build.
vi.setConfig({testTimeout: 300_000})

let machine: TestMachine
let home: string
let api: FakeApi
/** Whether the reminder of the next task can be sent; those after it are. */
let reminding: boolean
beforeEach(async () => {
  machine = await TestMachine.make()
  api = await FakeApi.start(Date.now())
  const create = api.store.create.bind(api.store)
  api.store.create = (body) => {
    const task = create(body)
    for (const reminder of task.reminders) reminder.state = reminding ? 'sent' : 'failed'
    reminding = true
    return task
  }
  reminding = true
  home = await mkdtemp(join(tmpdir(), 'todo5-home-'))
})
afterEach(async () => {
  await api.stop()
  await machine.remove()
  await rm(home, {recursive: true, force: true})
})

const todo5 = async (line: string, options: {tty?: number} = {}) =>
  await runCli(line.split(' '), {env: {PATH: machine.bin, TODO5_HOME: home}, home, now: Date.now(), ...options})
const plain = (text: string): string =>
  text
    .replaceAll(/\/[\w/]*todo5-deploy-\w+/gu, '/F')
    .replaceAll(/(?<= )\/\S+\/charts\/todo5/gu, '/C')
    .replaceAll(/  \d+:\d\d$/gmu, '  T')
    .replaceAll(/\S*todo5-toolchain-\w+\/bin\//gu, '')
    .replaceAll(hostname(), 'HOST')
    .replaceAll(String(process.pid), 'PID')
const said = async (line: string, options = {}): Promise<string> => plain(transcript(await todo5(line, options)))

const clusterOf = async (state: Partial<FakeState> = {}): Promise<FakeCluster> =>
  await FakeCluster.on(machine, {api: {port: Number(new URL(api.url).port), key: api.key}, ...state})

/** Two good revisions. */
const two = (over: Partial<FakeState> = {}): Partial<FakeState> => {
  const revisions = deployed('todo5:1.4.1', 'todo5:1.4.2')
  return {revisions, notes: goodNotes(revisions), ...over}
}
const refusedMail = (answer: string, code = 'refused'): NonNullable<FakeApi['reminderDetails']> => ({
  deliveries: [
    {
      channel: 'email',
      revision: 1,
      state: 'failed',
      next_attempt_at: null,
      message_id: null,
      attempts: [{at: '2026-11-20T09:00:01.000Z', outcome: 'failed', code, answer}],
    },
  ],
})
/** What has changed something, in order. */
const ran = async (): Promise<string[]> =>
  plain(await machine.log())
    .split('\n')
    .filter((line) =>
      /^helm (upgrade(?!.*dry-run)|rollback)|^kubectl (delete secret|rollout|get --raw|port-forward)/u.test(line),
    )
const images = async (cluster: FakeCluster): Promise<string[]> =>
  (await cluster.state()).revisions.map(({revision, status, image}) => `${revision} ${status} ${image}`)

test('a release is where up minikube has brought todo5', async () => {
  await clusterOf(two())
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
  for (const line of [
    'release list minikube',
    'rollback minikube --dry-run',
    'deploy minikube --image-tag 1.5.0 --dry-run',
  ])
    await todo5(line)
  const calls = (await machine.log()).trim().split('\n')
  expect(calls.length).toBeGreaterThan(3)
  expect(calls.filter((call) => !/--namespace=mine --(kube-)?context=shared/u.test(call))).toEqual([])
})

describe('deploy', () => {
  test('a version is brought, verified and noted as good', async () => {
    const cluster = await clusterOf(two())
    expect(await said('deploy minikube --image-tag 1.5.0')).toMatchInlineSnapshot(`
      "✔ minikube runs todo5:1.5.0, revision 3
      | ✔ release   todo5:1.5.0 as revision 3  T
      | ✔ verified  services rolled out, and in use  T
      | ✔ noted     todo5:1.5.0 is good  T
      (exit 0)"
    `)
    expect(await images(cluster)).toEqual([
      '1 superseded todo5:1.4.1',
      '2 superseded todo5:1.4.2',
      '3 deployed todo5:1.5.0',
    ])
    const note = JSON.parse((await cluster.state()).notes!['3']!) as Record<string, unknown>
    expect(note).toMatchObject({image: 'todo5:1.5.0', by: {process: process.pid}, failure: null})
    expect([note['updated_at'], note['verified_at']]).not.toContain(null)
    const {stdout} = await todo5('deploy minikube --image-tag 1.6.0 --diff --json')
    expect(JSON.parse(stdout)).toMatchObject({
      target: 'minikube',
      kube_context: 'todo5',
      namespace: 'todo5',
      revision: 4,
      image: 'todo5:1.6.0',
      diff: [{object: 'Deployment/chat-api', change: 'changed'}],
    })
  })

  test('nothing is there: it is installed; at 50 columns lines are broken', async () => {
    const cluster = await clusterOf()
    expect(await said('deploy a-context --namespace tasks', {tty: 50})).toMatchInlineSnapshot(`
      "✔ a-context runs todo5:0.1.0, revision 1
      |   release   todo5:0.1.0 as revision 1 …
      | ✔ release   todo5:0.1.0 as revision 1  T
      |   verified  services rolled out, and in use …
      | ✔ verified  services rolled out, and in use  T
      |   noted     todo5:0.1.0 is good …
      | ✔ noted     todo5:0.1.0 is good  T
      (exit 0)"
    `)
    expect(await images(cluster)).toEqual(['1 deployed todo5:0.1.0'])
  })

  test('the steps of --dry-run are the steps that run, those of the way back too', async () => {
    const cluster = await clusterOf(two())
    expect(await said('deploy minikube --image-tag 1.5.0 --diff --dry-run')).toMatchInlineSnapshot(`
      "~ Deployment/chat-api
               containers:
                 - name: chat-api
        -          image: todo5:1.4.2
        +          image: todo5:1.5.0
       1  note in the cluster who begins revision 3
       2  write the Dapr resources of minikube to /F/dapr.yaml
       3  helm upgrade --install todo5 /C --namespace=todo5 --kube-context=todo5 --reset-then-reuse-values --values=/F/dapr.yaml --set-string=image.tag=1.5.0 --wait --timeout=300s --history-max=10
       4  kubectl rollout status deployment --selector=app.kubernetes.io/instance=todo5 --timeout=60s --namespace=todo5 --context=todo5 --request-timeout=0s
       5  ask chat-api through its Service
       6  wait until the pods of before have ended, which still take events and jobs
       7  forward a port to chat-api: add a task that repeats, wait for its reminder, complete it, see the next one, delete it
       8  note in the cluster that this revision (todo5:1.5.0) is good
      If one fails:
       1  ask the database whether revision 2 (todo5:1.4.2) works with its schema
       2  note in the cluster who begins revision 4
       3  helm rollback todo5 2 --namespace=todo5 --kube-context=todo5 --wait --timeout=450s --history-max=10
       4  kubectl rollout status deployment --selector=app.kubernetes.io/instance=todo5 --timeout=60s --namespace=todo5 --context=todo5 --request-timeout=0s
       5  ask chat-api through its Service
       6  wait until the pods of before have ended, which still take events and jobs
       7  forward a port to chat-api: add a task that repeats, wait for its reminder, complete it, see the next one, delete it
       8  note in the cluster that this revision (todo5:1.4.2) is good
      (exit 0)"
    `)
    expect(await ran()).toEqual([])
    const planned = JSON.parse((await todo5('deploy minikube --image-tag 1.5.0 --dry-run --json')).stdout) as {
      steps: string[]
      steps_back: string[]
    }
    const programs = (steps: readonly string[]): string[] =>
      steps.map(plain).filter((step) => /^(helm|kubectl) /u.test(step))
    const asked = `kubectl get --raw /api/v1/namespaces/todo5/services/chat-api:http/proxy/ --context=todo5 --request-timeout=10s`
    await cluster.change((state) => void state.silent.push(3))
    expect((await todo5('deploy minikube --image-tag 1.5.0')).code).toBe(5)
    const forwarded =
      'kubectl port-forward service/chat-api :http --address=127.0.0.1 --namespace=todo5 --context=todo5'
    expect(await ran()).toEqual([...programs(planned.steps), asked, ...programs(planned.steps_back), asked, forwarded])
    expect(planned.steps.length).toBe(8)
  })

  test.each<[string, Partial<FakeState>]>([
    ['an image that is missing', {endings: ['hang'], pods: {3: [waitingPod('task-service', 'ImagePullBackOff')]}}],
    [
      'a service that crashes again and again',
      {
        endings: ['hang'],
        pods: {
          3: [
            waitingPod('chat-api', 'CrashLoopBackOff', {
              restartCount: 3,
              lastState: {terminated: {reason: 'Error', exitCode: 2}},
            }),
          ],
        },
        logs: {'chat-api-1': '{"level":"INFO","message":"starting"}\n{"level":"ERROR","message":"PORT is not set."}\n'},
      },
    ],
    [
      'a migration that fails',
      {
        endings: ['fail'],
        pods: {
          3: [
            {
              metadata: {name: 'migrate-x', labels: {'app.kubernetes.io/name': 'migrate'}},
              spec: {containers: [{name: 'migrate', image: 'todo5:1.5.0'}]},
              status: {
                phase: 'Failed',
                containerStatuses: [{name: 'migrate', state: {terminated: {reason: 'Error', exitCode: 1}}}],
              },
            },
          ],
        },
        logs: {
          'migrate-x': '{"level":"ERROR","message":"the service could not run","error":{"message":"relation exists"}}',
        },
      },
    ],
    ['helm that fails, and no pod says why', {endings: ['fail']}],
    ['helm that is killed', {endings: ['killed']}],
    ['a verification that fails', {silent: [3]}],
    ['a deployment that is not rolled out', {stuck: [3]}],
  ])('%s: it goes back by itself', async (_, state) => {
    const cluster = await clusterOf(two(state))
    expect(await said('deploy minikube --image-tag 1.5.0')).toMatchSnapshot()
    const [, , third, fourth] = await images(cluster)
    expect(third).toMatch(/^3 (failed|superseded|pending-upgrade) todo5:1\.5\.0$/u)
    expect(fourth).toBe('4 deployed todo5:1.4.2')
    const {notes} = await cluster.state()
    expect(JSON.parse(notes!['3']!)).toMatchObject({verified_at: null, failure: expect.stringMatching(/[^.]$/u)})
    expect(JSON.parse(notes!['4']!)).toMatchObject({image: 'todo5:1.4.2', failure: null})
    expect(JSON.parse(notes!['4']!).verified_at).not.toBe(null)
  })

  test('in use it does not work: it goes back, and the key that worked is kept', async () => {
    const cluster = await clusterOf(two())
    expect((await todo5('deploy minikube --image-tag 1.5.0')).code).toBe(0)
    const asked = async (): Promise<number> => (await machine.log()).split('kubectl exec ').length - 1
    expect(await asked()).toBe(1)
    expect((await stat(join(home, 'state', 'credentials.json'))).mode & 0o777).toBe(0o600)
    expect(await machine.log()).not.toContain(api.key)
    reminding = false
    const {stderr, code} = await todo5('deploy minikube --image-tag 1.6.0')
    expect([code, stderr]).toEqual([5, expect.stringContaining('The reminder of a task could not be sent')])
    expect(await images(cluster)).toHaveLength(5)
    expect(await asked()).toBe(1)
    expect(api.store.tasks.filter((task) => task.deleted_at === null && task.completed_at === null)).toEqual([])
  })

  test('the mail server refuses the one mail of the test: it is good, and what was said is told', async () => {
    const cluster = await clusterOf(two())
    reminding = false
    api.reminderDetails = refusedMail('550 5.1.1 <you@localhost>: no such user')
    expect(await said('deploy minikube --image-tag 1.5.0')).toMatchInlineSnapshot(`
      "✔ minikube runs todo5:1.5.0, revision 3
      | ✔ release   todo5:1.5.0 as revision 3  T
      | ! The mail server took the reminder of the test to you@localhost up to its address, and refused it: 550 5.1.1 <you@localhost>: no such user
      | ✔ verified  services rolled out, and in use  T
      | ✔ noted     todo5:1.5.0 is good  T
      (exit 0)"
    `)
    expect(await images(cluster)).toHaveLength(3)
    expect(JSON.parse((await cluster.state()).notes!['3']!)).toMatchObject({failure: null})
    reminding = false
    api.reminderDetails = refusedMail('535 5.7.8 wrong password', 'retries_exhausted')
    const {stderr, code} = await todo5('deploy minikube --image-tag 1.6.0')
    expect([code, stderr]).toEqual([5, expect.stringContaining('could not be sent: 535 5.7.8 wrong password')])
  })

  test('no port leads to it: it goes back', async () => {
    const cluster = await clusterOf(two())
    await cluster.change((state) => void delete state.api)
    const {stderr, code} = await todo5('deploy minikube --image-tag 1.5.0')
    expect([code, stderr]).toEqual([5, expect.stringContaining('No port could be forwarded to chat-api')])
    expect(await images(cluster)).toHaveLength(4)
  })

  test('never to one that failed, and never to one that nobody verified', async () => {
    const revisions = deployed('todo5:1', 'todo5:2', 'todo5:3')
    const cluster = await clusterOf({revisions, notes: goodNotes(revisions.slice(0, 1)), silent: [4]})
    expect((await todo5('deploy minikube --image-tag 4 --json')).code).toBe(5)
    expect((await images(cluster)).at(-1)).toBe('5 deployed todo5:1')
  })

  test('no revision is good: it stops, and leaves all as it is', async () => {
    const cluster = await clusterOf({silent: [1]})
    expect(await said('deploy minikube')).toMatchInlineSnapshot(`
      "| ✔ release   todo5:0.1.0 as revision 1  T
      | ✖ verified  chat-api does not answer: no endpoints available for service "chat-api"  T
      | Error: The deploy failed: chat-api does not answer: no endpoints available for service "chat-api".
      |        No revision of minikube is known to be good, so all is left as it is to be looked at.
      |        [deploy_failed, exit 5]
      | Try:   kubectl get pods --namespace todo5 --context todo5        what is there now
      |        todo5 release show minikube 1        what it was, and why it failed
      (exit 5)"
    `)
    expect(await images(cluster)).toEqual(['1 deployed todo5:0.1.0'])
  })

  test('both fail: both are told', async () => {
    const cluster = await clusterOf(two({silent: [3], endings: ['ok', 'fail']}))
    expect(await said('deploy minikube --image-tag 1.5.0')).toMatchInlineSnapshot(`
      "| ✔ release   todo5:1.5.0 as revision 3  T
      | ✖ verified  chat-api does not answer: no endpoints available for service "chat-api"  T
      | ✔ schema    works with todo5:1.4.2  T
      | ✖ back      context deadline exceeded  T
      |   Error: UPGRADE FAILED: context deadline exceeded
      | Error: The deploy failed: chat-api does not answer: no endpoints available for service "chat-api".
      |        The way back to revision 2 (todo5:1.4.2) failed, too: context deadline exceeded.
      |        [rollback_failed, exit 5]
      | Try:   kubectl get pods --namespace todo5 --context todo5        what is there now
      |        todo5 release show minikube 3        what it was, and why it failed
      (exit 5)"
    `)
    expect(await images(cluster)).toHaveLength(4)
    const {stdout} = await todo5('deploy minikube --json')
    expect(JSON.parse(stdout)).not.toHaveProperty('error')
  })

  test('nothing is done where helm refuses, and nothing goes back', async () => {
    const cluster = await clusterOf(two({endings: ['refuse']}))
    expect(await said('deploy minikube --image-tag 1.5.0')).toMatchInlineSnapshot(`
      "| ✖ release   values do not meet the specifications of the schema  T
      |   Error: UPGRADE FAILED: values do not meet the specifications of the schema
      | Error: The deploy failed: values do not meet the specifications of the schema. minikube is as it
      |        was.  [program_failed, exit 5]
      (exit 5)"
    `)
    expect(await images(cluster)).toHaveLength(2)
  })

  test('the older code does not know the schema any more: it stays, and says so', async () => {
    const conflict = {kind: 'schema_too_new', migration: '021', needs_version: '1.5.0', back_to: '020'}
    const schema = {'todo5:1.4.2': {todo5_version: '1.4.2', conflict}}
    const cluster = await clusterOf(two({silent: [3], schema}))
    expect(await said('deploy minikube --image-tag 1.5.0')).toMatchInlineSnapshot(`
      "| ✔ release   todo5:1.5.0 as revision 3  T
      | ✖ verified  chat-api does not answer: no endpoints available for service "chat-api"  T
      | ✖ schema    Revision 2 is todo5 1.4.2, and the database is at migration 021, which needs 1.5.0  T
      | Error: The deploy failed: chat-api does not answer: no endpoints available for service "chat-api".
      |        The way back to revision 2 (todo5:1.4.2) failed, too: Revision 2 is todo5 1.4.2, and the
      |        database is at migration 021, which needs 1.5.0.  [rollback_failed, exit 5]
      | Try:   todo5 db rollback --to 020 --database-url URL        takes it back, by todo5 1.5.0; stop its
      |        services first
      |        todo5 deploy minikube --image-tag TAG        goes forth instead: a version from 1.5.0 on
      |        kubectl get pods --namespace todo5 --context todo5        what is there now
      |        todo5 release show minikube 3        what it was, and why it failed
      (exit 5)"
    `)
    expect(await images(cluster)).toHaveLength(3)
  })

  test('the database is away: what fails still goes back, since a service looks at the schema itself', async () => {
    const cluster = await clusterOf(two({silent: [3], schema: {'todo5:1.4.2': 'no JSON'}}))
    expect(await said('deploy minikube --image-tag 1.5.0')).toContain('[rolled_back, exit 5]')
    expect(await images(cluster)).toHaveLength(4)
  })
})

describe('a revision that is pending', () => {
  const pending = (by: {host: string; process: number} | undefined, minutes: number): Partial<FakeState> => {
    const updated = new Date(Date.now() - minutes * 60_000).toISOString()
    const good = deployed('todo5:1.4.2')
    const note = {image: 'todo5:1.5.0', begun_at: updated, updated_at: null, verified_at: null, failure: null}
    return {
      revisions: [
        ...good,
        {revision: 2, updated, status: 'pending-upgrade', description: 'Preparing upgrade', image: 'todo5:1.5.0'},
      ],
      notes: {...goodNotes(good), ...(by && {2: JSON.stringify({...note, by: {person: 'ann', ...by}})})},
    }
  }

  test('somebody works on it: nobody is disturbed', async () => {
    await clusterOf(pending({host: 'laptop', process: 12}, 3))
    expect(await said('deploy minikube')).toMatchInlineSnapshot(`
      "| Error: Revision 2 is pending-upgrade for 3 minutes, begun by ann on laptop (process 12).
      |        [release_pending, exit 4]
      | Try:   wait until it is finished; in 12 min it counts as abandoned, and is finished by todo5 deploy
      |        minikube
      |        todo5 deploy minikube --take-over        when whoever began it has ended
      (exit 4)"
    `)
    expect(await said('rollback minikube', {tty: 50})).toMatchInlineSnapshot(`
      "| Error: Revision 2 is pending-upgrade for 3
      |        minutes, begun by ann on laptop (process
      |        12).  [release_pending, exit 4]
      | Try:   wait until it is finished; in 12 min it
      |        counts as abandoned, and is finished by
      |        todo5 rollback minikube
      |        todo5 rollback minikube --take-over
      |            when whoever began it has ended
      (exit 4)"
    `)
    await clusterOf(pending(undefined, 0))
    expect(await said('deploy minikube')).toContain('for less than a minute, begun by somebody else than todo5')
    expect(await ran()).toEqual([])
  })

  test.each<[string, Partial<FakeState>, string]>([
    ['it is old', pending({host: 'laptop', process: 12}, 16), ''],
    ['its process has ended', pending({host: hostname(), process: 2 ** 22 + 1}, 0), ''],
    ['somebody says so', pending({host: 'laptop', process: 12}, 0), ' --take-over'],
  ])('%s: it is finished first, by the last good one', async (_, state, words) => {
    const cluster = await clusterOf(state)
    const output = await said(`deploy minikube --image-tag 1.6.0${words}`)
    expect(output).toContain('minikube runs todo5:1.6.0, revision 4')
    expect(await images(cluster)).toEqual([
      '1 superseded todo5:1.4.2',
      '2 pending-upgrade todo5:1.5.0',
      '3 superseded todo5:1.4.2',
      '4 deployed todo5:1.6.0',
    ])
  })

  test('it is the first: its record goes, and it is installed anew', async () => {
    const {revisions} = pending(undefined, 20)
    const cluster = await clusterOf({
      revisions: [{...revisions![1]!, revision: 1, status: 'pending-install'}],
    })
    expect(await said('deploy minikube --image-tag 1.6.0')).toContain('minikube runs todo5:1.6.0, revision 1')
    expect(await images(cluster)).toEqual(['1 deployed todo5:1.6.0'])
  })

  test('rollback finishes it, too', async () => {
    await clusterOf(pending(undefined, 20))
    expect(await said('rollback minikube')).toMatchInlineSnapshot(`
      "✔ minikube runs todo5:1.4.2 again, revision 3 (as 1)
      | ✔ schema    works with todo5:1.4.2  T
      | ✔ back      to revision 1 (todo5:1.4.2)  T
      | ✔ verified  services rolled out, and in use  T
      | ✔ noted     todo5:1.4.2 is good  T
      (exit 0)"
    `)
  })
})

describe('release and rollback, as they are read', () => {
  test('the newest first: which is good, which failed, and why', async () => {
    await clusterOf(two())
    expect(await said('release list minikube')).toMatchInlineSnapshot(`
      "   REV  WHEN                    STATE  IMAGE        WHY
      →    2  2026-11-20 09:01+01:00  good   todo5:1.4.2
           1  2026-11-20 09:00+01:00  good   todo5:1.4.1
      (exit 0)"
    `)
    expect(await said('release list minikube', {tty: 50})).toMatchInlineSnapshot(`
      "   REV  WHEN             STATE  IMAGE        WHY
      →    2  20 Nov 09:01:00  good   todo5:1.4.2
           1  20 Nov 09:00:00  good   todo5:1.4.1
      (exit 0)"
    `)
    const {stdout} = await todo5('release list minikube --json')
    expect(JSON.parse(stdout)).toMatchObject({revisions: [{revision: 2}, {revision: 1}]})
  })

  test('one of them', async () => {
    await clusterOf(two())
    expect(await said('release show minikube 2')).toMatchInlineSnapshot(`
      "revision  2, the one that is there now
      state     good
      image     todo5:1.4.2
      chart     todo5-0.1.0
      deployed  2026-11-20 09:01+01:00
      verified  2026-11-20 09:01+01:00
      by        ann on elsewhere (process 7)
      objects   Deployment/chat-api
      (exit 0)"
    `)
    const {stdout} = await todo5('release show minikube 1 --json')
    expect(JSON.parse(stdout)).toMatchObject({revision: 1, image: 'todo5:1.4.1'})
    expect(await said('release show minikube 7')).toMatchInlineSnapshot(`
      "| Error: minikube has no revision 7.  [no_revision, exit 3]
      | Try:   todo5 release list minikube        lists those that there are
      (exit 3)"
    `)
  })

  test('back to one that is named, for a program', async () => {
    const cluster = await clusterOf(two())
    const {code, stdout} = await todo5('rollback minikube --to 1 --json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({target: 'minikube', image: 'todo5:1.4.1', revision: 3})
    expect(await images(cluster)).toContain('3 deployed todo5:1.4.1')
  })
})
