import {mkdtemp, readdir, readFile, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import * as ports from '../../../services/database/server/port.ts'
import {readApiKey} from '../../client/credentials.ts'
import {HttpClient, type OpenHttp} from '../../client/http-client.ts'
import {readSelection} from '../../client/selection.ts'
import {WaitingChanges} from '../../offline/waiting-changes.ts'
import type {Paths} from '../../paths.ts'
import {FakeApi} from '../../testing/fake-api.ts'
import {NOW, ROOT} from '../../testing/run-cli.ts'
import {MinikubeWorld, type World} from '../../tools/fake/minikube-world.ts'
import {TestMachine} from '../../toolchain/testing/test-machine.ts'
import {downMinikube} from './down-minikube.ts'
import {readNotes} from './minikube-notes.ts'
import type {StageEvent} from './stages.ts'
import {planUpMinikube, upMinikube, type UpMinikubeRequest} from './up-minikube.ts'

// Each program of these machines is a process of Node, and there are many.
vi.setConfig({testTimeout: 600_000})

let machine: TestMachine
let home: string
let api: FakeApi
beforeEach(async () => {
  machine = await TestMachine.make()
  home = await mkdtemp(join(tmpdir(), 'todo5-up-'))
  api = await FakeApi.start(NOW)
  const create = api.store.create.bind(api.store)
  api.store.create = (body) => {
    const task = create(body)
    const mail = {id: task.id, received_at: '2026-11-20T09:00:01Z', from: 'a@b.c', to: 'you@localhost', message_id: '1'}
    api.mails.push({...mail, text: '', html: null, subject: task.title, headers: {}})
    return task
  }
})
afterEach(async () => {
  await api.stop()
  await machine.remove()
  await rm(home, {recursive: true, force: true})
})

const events: StageEvent[] = []
const paths = (): Paths => ({state: home}) as Paths
function requestOf(over: Partial<UpMinikubeRequest> = {}): UpMinikubeRequest {
  const http: OpenHttp = async (options) => new HttpClient({...options, apiUrl: `${api.url}/api/v1`, userAgent: 'test'})
  return {
    place: {target: 'minikube', kubeContext: 'todo5', namespace: 'todo5'},
    driver: 'docker',
    wanted: {cpus: 4, memoryMegabytes: 8192},
    port: undefined,
    daprChart: '/dapr.tgz',
    values: [],
    set: ['logLevel=debug'],
    monitoring: undefined,
    root: ROOT,
    version: '7.8.9',
    typedAs: 'todo5',
    paths: paths(),
    http,
    toolchain: machine.toolchain,
    ports,
    signal: new AbortController().signal,
    now: () => NOW,
    by: {person: 'ann', host: 'laptop', process: 7},
    ...over,
  }
}
const up = async (over: Partial<UpMinikubeRequest> = {}) => {
  events.length = 0
  return await upMinikube(requestOf(over), (event) => void events.push(event))
}
const down = async (deleteData: boolean, dryRun = false, signal = new AbortController().signal) =>
  await downMinikube({
    deleteData,
    dryRun,
    confirm: async () => undefined,
    paths: paths(),
    toolchain: machine.toolchain,
    signal,
  })
const make = async (change: Partial<World> = {}) => await MinikubeWorld.make(machine, change)
const plain = (lines: readonly string[]): string[] =>
  lines.map((line) =>
    line
      .replaceAll(ROOT, '/package')
      .replaceAll(/\/tmp\/todo5-up-\w+/gu, '/F')
      .replaceAll(/\S*todo5-notes-\w+/gu, '--filename=/N')
      .replaceAll(/127\.0\.0\.1:\d+/gu, '127.0.0.1:PORT'),
  )

const FROM_NOTHING = [
  'minikube start --profile=todo5 --driver=docker --cpus=4 --memory=8192mb --ports=127.0.0.1:PORT:30636',
  'minikube image load todo5:7.8.9 --profile todo5',
  'kubectl apply --server-side --force-conflicts --filename=- --context=todo5 --request-timeout=20s',
  'helm upgrade --install dapr /dapr.tgz --namespace=dapr-system --kube-context=todo5 --wait --timeout=600s --history-max=10 --create-namespace',
  'kubectl create namespace todo5 --context=todo5 --request-timeout=20s',
  'kubectl apply --filename=- --namespace=todo5 --context=todo5 --request-timeout=20s',
  'helm upgrade --install todo5-platform /package/charts/todo5-platform --namespace=todo5 --kube-context=todo5 --set-string=mailbox.image=todo5:7.8.9 --wait --timeout=600s --history-max=10',
  'helm upgrade --install todo5-monitoring /package/charts/todo5-platform --namespace=todo5-monitoring --kube-context=todo5 --set=postgresql.enabled=false --set=kafka.enabled=false --set=mailbox.enabled=false --set=zipkin.enabled=true --set=zipkin.namespaces={todo5} --set=prometheus.enabled=true --set=prometheus.namespaces={todo5,dapr-system} --set-file=prometheus.rules=/package/charts/todo5/files/prometheus/alerts.yaml --wait --timeout=600s --history-max=10 --create-namespace',
  'helm upgrade --install todo5 /package/charts/todo5 --namespace=todo5 --kube-context=todo5 --values=/F/dapr.yaml --values=/package/charts/todo5/minikube.yaml --set-string=image.tag=7.8.9 --set=publicUrl=http://127.0.0.1:PORT --set=tracing.zipkinEndpoint=http://zipkin.todo5-monitoring.svc.cluster.local:9411/api/v2/spans --set=logLevel=debug --wait --timeout=600s --history-max=10',
]

const NOTED =
  'kubectl apply --server-side --force-conflicts --field-manager=todo5 --filename=/N/notes.json --namespace=todo5 --context=todo5 --request-timeout=20s'

test('from nothing to a todo5 that was used; what was planned is what ran; a second time nothing changes', async () => {
  const world = await make()
  const plan = plain(await planUpMinikube(requestOf()))
  expect(await world.changes()).toEqual([])
  const result = await up()
  expect(result).toMatchObject({already_running: false, profile: 'todo5', namespace: 'todo5'})
  const changes = plain(await world.changes())
  expect(changes).toEqual([...FROM_NOTHING, NOTED])
  const unquoted = plan.map((step) => step.replaceAll("'", ''))
  for (const change of FROM_NOTHING) expect(unquoted.some((step) => step.includes(change))).toBe(true)
  const ran = plain(events.flatMap((event) => (event.kind === 'step' ? [event.text] : [])))
  expect(ran).toEqual(plan)

  const {secrets, notes} = await world.read()
  expect(JSON.parse(notes!['1']!)).toMatchObject({
    image: 'todo5:7.8.9',
    by: {person: 'ann'},
    updated_at: '2026-11-22T10:00:00.000Z',
    verified_at: new Date(NOW).toISOString(),
    failure: null,
  })
  expect(Object.keys(secrets)).toHaveLength(8)
  const text = await machine.log()
  for (const data of Object.values(secrets))
    for (const value of Object.values(data)) expect(text).not.toContain(Buffer.from(value, 'base64').toString())
  expect(await readApiKey(home, 'minikube')).toBe(api.key)
  expect((await stat(join(home, 'credentials.json'))).mode & 0o777).toBe(0o600)
  expect(text).not.toContain(api.key)
  expect(await readSelection(paths())).toBe('minikube')
  expect(await readNotes(home)).toMatchObject({
    created: {profile: true, dapr: true, namespace: true, monitoring: true},
    monitoring: 'basic',
    verified: '7.8.9',
  })
  expect(api.requests.filter(({method}) => method === 'POST')).toHaveLength(2)

  const again = await up()
  expect(again.stages.filter(({already}) => already === null).map(({stage}) => stage)).toEqual(['verify'])
  expect(again).toMatchObject({already_running: true})
  expect(plain(await world.changes())).toEqual([...FROM_NOTHING, NOTED])
  expect((await world.read()).secrets).toEqual(secrets)
  expect(api.requests.filter(({method}) => method === 'POST')).toHaveLength(2)
  expect(
    plain(await planUpMinikube(requestOf())).filter((step) => /^(helm|minikube|kubectl create)/u.test(step)),
  ).toEqual([])
})

test('it takes what is there, and says so', async () => {
  await make({cpus: 2, memory: 6 * 2 ** 30})
  await up()
  const checks = events.find((event) => event.stage === 'checks' && event.kind === 'done')
  expect(checks).toMatchObject({
    already: 'docker 28.2.2, minikube 1.38.1, kubectl 1.35.1, helm 3.20.2; 2 CPUs of 4 wanted, 6 GB of 8 wanted, go on',
  })
  expect(await machine.log()).toContain('--cpus=2 --memory=6144mb')
})

const FAILING = [
  ['minikube start', 'cluster'],
  ['minikube image load', 'image'],
  ['kubectl apply --server-side', 'dapr'],
  ['helm upgrade --install dapr', 'dapr'],
  ['kubectl create namespace', 'secrets'],
  ['kubectl apply --filename', 'secrets'],
  ['helm upgrade --install todo5-platform', 'platform'],
  ['helm upgrade --install todo5-monitoring', 'monitoring'],
  ['helm upgrade --install todo5 ', 'todo5'],
  ['kubectl rollout', 'verify'],
  ['kubectl exec', 'verify'],
] as const

describe.each(FAILING)('%s', (call, stage) => {
  test('fails: the stage says so with what the pods say, and a repetition goes on from there', async () => {
    const metadata = {name: 'chat-api-1', labels: {'app.kubernetes.io/name': 'chat-api'}}
    const waiting = {waiting: {reason: 'ImagePullBackOff', message: 'Back-off'}}
    const pod = {
      metadata,
      spec: {containers: [{name: 'chat-api', image: 'todo5:7.8.9'}]},
      status: {phase: 'Pending', containerStatuses: [{name: 'chat-api', state: waiting}]},
    }
    const world = await make({fail: call, pods: [pod]})
    const failure = await up().catch((error: unknown) => error)
    expect(failure).toMatchObject({code: expect.stringMatching(/^program_failed$/u), exit: 5})
    expect(events.filter(({kind}) => kind === 'begun').at(-1)).toMatchObject({stage})
    const text = JSON.stringify(failure)
    expect(text).toContain('it was told to fail')
    const asksPods = ['dapr', 'platform', 'monitoring', 'todo5', 'verify'].includes(stage)
    expect(text.includes('chat-api-1: image todo5:7.8.9 not found (ImagePullBackOff)')).toBe(asksPods)
    await world.change({fail: null, pods: []})
    // What failed in use is all there.
    expect(await up()).toMatchObject({already_running: stage === 'verify'})
    await down(true)
    expect(await world.read()).toMatchObject({profiles: {}, releases: {}})
  })

  test('is interrupted: a repetition goes on, and it can be removed as far as it came', async () => {
    const world = await make({hang: call})
    for (const what of ['up', 'down'] as const) {
      await rm(join(machine.root, 'hangs'), {force: true})
      await world.change({hang: call})
      const controller = new AbortController()
      const running = up({signal: controller.signal}).catch((error: unknown) => error)
      await vi.waitFor(async () => expect(await world.hangs()).toContain(call), {timeout: 120_000, interval: 50})
      controller.abort(new Error('Interrupted.'))
      expect(await running).toMatchObject({message: 'Interrupted.'})
      await world.change({hang: null})
      if (what === 'up') await up()
      await down(true)
      expect(await world.read()).toMatchObject({profiles: {}, releases: {}})
      expect(await readNotes(home)).toBeUndefined()
    }
  })
})

describe('what was there before', () => {
  const before = {
    profiles: {shared: true},
    namespaces: ['default', 'mine', 'dapr-system'],
    releases: {'dapr-system/dapr': '1.18.3'},
  }
  const place = {target: 'minikube', kubeContext: 'shared', namespace: 'mine'}

  test('stays, and is named; what todo5 made goes', async () => {
    const world = await make(before)
    await up({place})
    expect(plain(await world.changes())).toEqual([
      'minikube image load todo5:7.8.9 --profile shared',
      'kubectl apply --filename=- --namespace=mine --context=shared --request-timeout=20s',
      ...FROM_NOTHING.slice(-3).map((line) =>
        line
          .replace(
            '--namespace=todo5-monitoring --kube-context=todo5',
            '--namespace=todo5-monitoring --kube-context=shared',
          )
          .replace('namespaces={todo5}', 'namespaces={mine}')
          .replace('namespaces={todo5,', 'namespaces={mine,')
          .replace('--namespace=todo5 --kube-context=todo5', '--namespace=mine --kube-context=shared')
          .replace('http://127.0.0.1:PORT', 'http://192.168.49.2:30636'),
      ),
      NOTED.replace('--namespace=todo5 --context=todo5', '--namespace=mine --context=shared'),
    ])
    const planned = await down(true, true)
    expect(planned).toMatchObject({
      steps: expect.arrayContaining([
        'helm uninstall todo5 --namespace=mine --kube-context=shared --ignore-not-found --wait --timeout=300s',
        'leave the profile shared and its entry in the kubeconfig, which was there before',
        'leave the namespace mine, which was there before',
        'leave Dapr, which was there before',
      ]),
    })
    expect(await down(true)).toMatchObject({found: 'running', stays: expect.arrayContaining(['Dapr'])})
    expect(await world.read()).toMatchObject({...before, secrets: {}, notes: null})
    expect(await readApiKey(home, 'minikube')).toBeUndefined()
  })

  test('plain down stops todo5 alone in it, and up brings it back', async () => {
    const world = await make(before)
    await up({place})
    await down(false)
    expect(await world.read()).toMatchObject({profiles: {shared: true}, scaledDown: true})
    await up({place})
    expect(await world.read()).toMatchObject({scaledDown: false})
  })
})

describe('what watches it', () => {
  const helmChanges = async (world: MinikubeWorld): Promise<string[]> =>
    (await world.changes()).flatMap(
      (line) => /^(helm \w+( --install)? \S+|kubectl delete namespace \S+)/u.exec(line)?.[0] ?? [],
    )
  const before = {profiles: {shared: true}, namespaces: ['default'], releases: {'dapr-system/dapr': '1.18.3'}}
  const place = {target: 'minikube', kubeContext: 'shared', namespace: 'todo5'}

  test('none is remembered; more of it comes later, and todo5 learns of it', async () => {
    const world = await make(before)
    expect(await up({place, monitoring: 'none'})).toMatchObject({monitoring: 'none'})
    expect(await helmChanges(world)).toEqual(['helm upgrade --install todo5-platform', 'helm upgrade --install todo5'])
    expect((await world.read()).sets['todo5/todo5']!.join()).not.toContain('tracing')
    expect(await up({place})).toMatchObject({monitoring: 'none', already_running: true})

    expect(await up({place, monitoring: 'full'})).toMatchObject({monitoring: 'full', already_running: false})
    expect((await helmChanges(world)).slice(2)).toEqual([
      'helm upgrade --install prometheus',
      'helm upgrade --install todo5-monitoring',
      'helm upgrade --install todo5',
    ])
    const {sets, namespaces} = await world.read()
    expect(sets['todo5/todo5']).toEqual(expect.arrayContaining(['monitoring.enabled=true']))
    expect(sets['todo5-monitoring/todo5-monitoring']!.join()).not.toContain('prometheus')
    expect(namespaces).toContain('todo5-monitoring')
    expect(await up({place})).toMatchObject({monitoring: 'full', already_running: true})

    await up({place, monitoring: 'none'})
    expect((await helmChanges(world)).slice(5)).toEqual([
      'helm uninstall prometheus',
      'helm uninstall todo5-monitoring',
      'kubectl delete namespace todo5-monitoring',
      'helm upgrade --install todo5',
    ])
    expect((await world.read()).namespaces).not.toContain('todo5-monitoring')
  })

  test('spans that somebody brings elsewhere stay there', async () => {
    const world = await make(before)
    const set = ['tracing.zipkinEndpoint=http://tempo:9411/api/v2/spans']
    await up({place, set})
    const changes = await helmChanges(world)
    expect(await up({place})).toMatchObject({already_running: true})
    expect(await helmChanges(world)).toEqual(changes)
  })

  test('down --delete takes it away, with its namespace', async () => {
    const world = await make(before)
    await up({place})
    expect(await down(true)).toMatchObject({
      deleted: expect.arrayContaining(['what watched it, with the namespace todo5-monitoring']),
    })
    expect(await world.read()).toMatchObject(before)
  })

  test('a namespace of somebody else is left alone, and it can be left out', async () => {
    const world = await make({...before, namespaces: ['default', 'todo5-monitoring']})
    await expect(up({place})).rejects.toMatchObject({
      code: 'namespace_taken',
      exit: 4,
      hints: [expect.stringContaining('--monitoring none')],
    })
    await up({place, monitoring: 'none'})
    await down(true)
    expect((await world.read()).namespaces).toContain('todo5-monitoring')
  })
})

test('down stops a profile of its own, and up starts it again with all that is in it', async () => {
  const world = await make()
  await up()
  expect(await down(false)).toMatchObject({found: 'running', deleted: []})
  expect((await world.read()).profiles).toEqual({todo5: false})
  expect(await readSelection(paths())).toBeUndefined()
  await up()
  expect(plain((await world.changes()).slice(-3))).toEqual([
    'minikube stop --profile=todo5',
    'minikube start --profile=todo5',
    NOTED,
  ])
})

test('deleted, nothing of it is left among the files of this machine, nor what waited for it alone', async () => {
  await make()
  const waitingFor = (name: string) =>
    new WaitingChanges({stateDir: home, context: {name, apiUrl: api.url}, now: () => NOW})
  const call = {method: 'POST', path: '/tasks/1/complete', key: crypto.randomUUID()} as const
  const change = {time_zone: 'UTC', summary: 'complete 1', task_ids: [1], call}
  await up()
  for (const name of ['minikube', 'work']) {
    await waitingFor(name).noteAccount({user_id: '7', time_zone: 'UTC'})
    await waitingFor(name).add([change])
  }
  const unsent = '1 change that waited here to be sent'
  expect(await down(true, true)).toMatchObject({steps: expect.arrayContaining([`delete ${unsent}`])})
  expect(await down(false)).toMatchObject({deleted: []})
  expect(await waitingFor('minikube').count()).toBe(1)
  expect(await down(true)).toMatchObject({deleted: expect.arrayContaining([unsent])})
  const left = await readdir(home, {recursive: true})
  expect(left.filter((name) => name.includes('minikube'))).toEqual([])
  expect(await readFile(join(home, 'credentials.json'), 'utf8')).toBe('{}\n')
  expect([await waitingFor('work').count(), await waitingFor('work').account()]).toMatchObject([1, {user_id: '7'}])
})

test('another version that runs there is for deploy', async () => {
  const world = await make({profiles: {todo5: true}, namespaces: ['todo5'], releases: {'todo5/todo5': '7.8.8'}})
  await expect(up()).rejects.toMatchObject({
    code: 'other_version',
    exit: 4,
    message: 'todo5:7.8.8 is in todo5, and this is todo5 7.8.9. Nothing was changed.',
    hints: [expect.stringContaining('todo5 deploy minikube ')],
  })
  await world.change({releases: {'todo5/todo5': '7.8.9'}, releaseState: 'pending-install'})
  await expect(up()).rejects.toMatchObject({code: 'release_pending', exit: 4})
  expect(await world.changes()).toEqual([])
})

test('without mTLS it is not verified', async () => {
  const world = await make({mtls: false})
  await expect(up()).rejects.toMatchObject({code: 'verification_failed', message: expect.stringContaining('mTLS')})
  expect(await readFile(join(home, 'minikube.json'), 'utf8')).toContain('"verified": null')
  expect((await world.read()).notes).toBe(null)
})

test('Docker that does not run, and programs that are missing, are said before anything', async () => {
  await make({fail: 'docker info'})
  await expect(up()).rejects.toMatchObject({code: 'docker_not_running', exit: 5})
  await rm(join(machine.bin, 'helm'))
  await expect(up()).rejects.toMatchObject({code: 'program_missing', exit: 4})
})
