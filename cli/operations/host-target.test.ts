import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {SERVICE_NAMES, type ServiceName} from '../../services/contracts/service-names.ts'
import {FakeKafka} from '../testing/fake-kafka.ts'
import {Output} from '../output.ts'
import {openDaprVersions} from '../supervisor/host/dapr-versions.ts'
import type {HostMachine} from '../supervisor/host/host-machine.ts'
import {fakeMachine as fakeLocal} from '../supervisor/testing/fake-machine.ts'
import type {HostState} from '../supervisor/host/host-state.ts'
import {goalOf, type HostWanted, NOTHING_WANTED} from '../supervisor/host/wanted.ts'
import {printHostStatus} from '../views/host-status.ts'
import {hostUpJson, printHostSummary} from '../views/host-summary.ts'
import {bringUpHost, type HostTarget} from './bring-up-host.ts'
import {consumerLag} from './consumer-lag.ts'
import {hostLogNames, followHostLogs, readHostLogs} from './host-logs.ts'
import {hostStatus} from './host-status.ts'
import {planUpHost} from './plan-up-host.ts'
import {takeDownHost} from './take-down-host.ts'

/** Linux has no pid above 4,194,304. */
const runningState: HostState = {
  pid: 5_000_000,
  process_start: 'boot:1',
  phase: 'ready',
  step: 'services',
  version: '1.0.0',
  build: null,
  started_at: '2026-11-21T09:00:00.000Z',
  ready_at: '2026-11-21T09:00:30.000Z',
  api_url: 'http://127.0.0.1:8637/api/v1',
  mailbox_url: 'http://127.0.0.1:40001/mailbox',
  zipkin_url: 'http://127.0.0.1:40002',
  prometheus_url: null,
  smtp_port: 2525,
  kafka_brokers: '127.0.0.1:40003',
  database_url: 'postgres://postgres:secret@127.0.0.1:5433/todo5',
  postgres_version: '18.4',
  processes: [
    {name: 'postgresql', state: 'running', pid: 5_000_001, port: 5433, restarts: 0, health_url: null},
    {name: 'kafka', state: 'running', pid: 5_000_002, port: 40_003, restarts: 2, health_url: null},
    {
      name: 'audit-service',
      state: 'running',
      pid: 5_000_003,
      port: 40_004,
      restarts: 0,
      health_url: 'http://127.0.0.1:1/',
    },
    {name: 'daprd-audit-service', state: 'restarting', pid: null, port: 40_005, restarts: 0, health_url: null},
  ],
  services: [],
  dapr: {version: null, asked: null, fault: null},
  options: {port: null, smtp_url: null, mail_to: null, model: null},
}

const noFiles = {
  read: async () => undefined,
  write: async () => undefined,
  locked: async <T>(work: () => Promise<T>) => await work(),
}

/** A machine on which nothing runs, but for what a test says. */
const fakeMachine = (parts: Partial<HostMachine> = {}): HostMachine => ({
  makeFolders: async () => undefined,
  hasState: async () => false,
  readState: async () => undefined,
  isAlive: async () => false,
  takeLock: async () => ({release: () => undefined}),
  hasRemains: async () => false,
  endRemains: async () => undefined,
  removeState: async () => undefined,
  deleteData: async () => ['/d/host'],
  buildStamp: async () => null,
  isPortFree: async () => true,
  remains: async () => [],
  readWanted: async () => NOTHING_WANTED,
  changeWanted: async (change) => change(NOTHING_WANTED),
  daprVersions: openDaprVersions('/d/host/dapr', {by: 'me', todo5: '1.0.0'}, noFiles),
  logFile: (name) => `/d/host/state/logs/${name}.log`,
  logsFolder: '/d/host/state/logs',
  data: fakeLocal({}).data,
  ...parts,
})
const running = fakeMachine({
  readState: async () => runningState,
  isAlive: async () => true,
  hasState: async () => true,
})
const orphaned = fakeMachine({
  remains: async () => [
    {pid: 5_000_002, folder: '/d/host/run/kafka'},
    {pid: 5_000_001, folder: '/d/host/postgres'},
  ],
})

const target = (machine: HostMachine): HostTarget => ({
  machine,
  entry: {script: '/app/host-process.js', stateDir: '/d/host/state', dataDir: '/d/host', env: {}, timeZone: 'UTC'},
  serviceScript: '/app/services/main.js',
  credentialsDir: '/s',
  programs: async () => ({
    daprd: '/p/daprd',
    scheduler: '/p/scheduler',
    sentry: '/p/sentry',
    kafkaLibs: '/p/libs',
    java: '/p/java',
    zipkinJar: '/p/zipkin.jar',
    prometheus: null,
  }),
})

const options = {port: null, smtp_url: null, mail_to: null, model: null}
const signal = new AbortController().signal

let folder: string
let written: string
beforeEach(async () => {
  written = ''
  folder = await mkdtemp(join(tmpdir(), 'todo5-host-'))
})
afterEach(async () => await rm(folder, {recursive: true, force: true}))

function output(): Output {
  const sink = {write: (text: string) => void (written += text), isTTY: false, columns: 100}
  const looks = {colour: {stdout: false, stderr: false}, unicode: true, accessible: false, animated: false}
  return new Output({terminal: {stdout: sink, stderr: sink}, looks})
}

test('up host --dry-run names programs and steps, and nothing secret', async () => {
  const plan = async (machine: HostMachine, more = {}) =>
    await planUpHost({target: target(machine), options: {...options, ...more}, version: '1.0.0'})
  const fresh = await plan(fakeMachine())
  expect(fresh.join('\n')).toMatch(
    /host-process\.js \/d\/host\/state.*\n.*PostgreSQL.*\n.*\/p\/sentry.*\n.*\/p\/scheduler.*\n.*Kafka \(\/p\/java, jars in \/p\/libs\)/u,
  )
  expect(fresh.filter((step) => step.includes('/p/daprd'))).toHaveLength(5)
  expect(fresh.join()).toContain('/p/zipkin.jar')
  expect(await plan(running)).toEqual(['nothing: todo5 1.0.0 runs (pid 5000000)'])
  expect((await plan(running, {port: 9000}))[0]).toBe('stop todo5 1.0.0 (pid 5000000): other options')
  expect((await plan(orphaned))[0]).toBe('stop what a killed todo5 left (pid 5000002, 5000001)')
})

test('down host names what it would do, and deletes only after a yes', async () => {
  const request = {dataDir: '/d/host', signal, dryRun: true, deleteData: true, confirm: async () => undefined}
  expect(await takeDownHost({...request, machine: running})).toMatchObject({
    steps: [
      'send SIGTERM to todo5 (pid 5000000); it drains and stops daprd-audit-service, audit-service, kafka, postgresql',
      expect.stringMatching(/^delete \/d\/host /u),
    ],
  })
  expect(await takeDownHost({...request, machine: fakeMachine(), deleteData: false})).toMatchObject({
    steps: ['nothing: nothing runs'],
  })
  expect(await takeDownHost({...request, machine: orphaned, deleteData: false})).toMatchObject({
    steps: ['stop what a killed todo5 left (pid 5000002, 5000001)'],
  })
  const no = async () => await Promise.reject(new Error('no'))
  await expect(takeDownHost({...request, machine: fakeMachine(), dryRun: false, confirm: no})).rejects.toThrow('no')
  expect(await takeDownHost({...request, machine: fakeMachine(), dryRun: false})).toMatchObject({
    target: 'host',
    found: 'nothing',
    deleted: ['/d/host'],
  })
})

test('status: stopped, left behind, and a tree with what is ill', async () => {
  const lag = async () => [{group: 'audit-service', topic: 'task-events', lag: 3}]
  expect(await hostStatus(fakeMachine(), '/d/host', lag)).toMatchObject({state: 'stopped', processes: [], lag: null})
  expect(await hostStatus(orphaned, '/d/host', lag)).toMatchObject({
    state: 'left_behind',
    processes: [
      {name: 'postgresql', state: 'left_behind', pid: 5_000_001},
      {name: 'kafka', state: 'left_behind', pid: 5_000_002},
    ],
  })
  const status = await hostStatus(running, '/d/host', lag)
  expect(status).toMatchObject({state: 'degraded', pid: 5_000_000, lag: [{lag: 3}]})
  expect(status.processes.map(({state}) => state)).toEqual(['running', 'running', 'ill', 'restarting'])
  expect(JSON.stringify(status)).not.toContain('secret')
  printHostStatus(output(), status, {now: Date.parse('2026-11-21T09:01:00Z'), typedAs: 'todo5'})
  expect(written.replaceAll(/ +/gu, ' ')).toBe(`host running, but a part of it is not well todo5 1.0.0 pid 5000000
 postgresql running pid 5000001 port 5433
 kafka running pid 5000002 port 40003 restarted 2×
 audit-service ill pid 5000003 port 40004
 ├ daprd restarting port 40005
 └ task-events lag 3
 API http://127.0.0.1:8637/api/v1 Mailbox http://127.0.0.1:40001/mailbox
 Look at: todo5 logs --target host --level WARN
`)
})

test('up host: what runs already, an insisted port, the summary', async () => {
  const request = {
    options,
    logLevel: 'info',
    version: '1.0.0',
    typedAs: 'todo5',
    signal,
    onStep: () => undefined,
  } as const
  const well = {...runningState, processes: runningState.processes.slice(0, 2)}
  const machine = fakeMachine({readState: async () => well, isAlive: async () => true, isPortFree: async () => false})
  const up = await bringUpHost({...request, target: target(machine), attached: false})
  expect([up.already, up.state.pid]).toEqual([true, 5_000_000])
  await expect(bringUpHost({...request, target: target(machine), attached: true})).rejects.toMatchObject({
    code: 'already_running',
  })
  const port = bringUpHost({...request, options: {...options, port: 9}, target: target(machine), attached: false})
  await expect(port).rejects.toMatchObject({code: 'port_in_use', exit: 4})
  printHostSummary(output(), {...up, portTakenBy: 'nginx (pid 1)'}, 'todo5', 'http://127.0.0.1:8637/')
  expect(written).toContain('✔ PostgreSQL 18   ✔ Kafka   ✔ Dapr with mTLS   ✔ 5 services   ✔ Zipkin   runs already')
  expect(written).toContain('Port 8636 is used by nginx (pid 1); todo5 took 8637.')
  expect(JSON.stringify(hostUpJson(up, '/d/host'))).not.toContain('secret')
})

/** A host that runs, with a supervisor that has done at once what is wanted of it. */
function controlled(first: HostWanted): HostMachine {
  let wanted = first
  const well = {...runningState, processes: runningState.processes.slice(0, 2)}
  return fakeMachine({
    isAlive: async () => true,
    readWanted: async () => wanted,
    changeWanted: async (change) => (wanted = change(wanted)),
    readState: async () => ({
      ...well,
      services: SERVICE_NAMES.map((service) => ({
        service,
        goal: goalOf(wanted, service),
        reached: service !== 'chat-api',
        fault: service === 'chat-api' ? 'chat-api ended (1)' : null,
      })),
    }),
  })
}

test('up host --only starts what is named; without it all that was stopped by hand', async () => {
  const request = {options, logLevel: 'info', version: '1.0.0', typedAs: 'todo5', signal, attached: false} as const
  const up = async (machine: HostMachine, more: Partial<Parameters<typeof bringUpHost>[0]> = {}) =>
    await bringUpHost({...request, target: target(machine), onStep: () => undefined, ...more})
  const down: HostWanted = {stopped: ['recurring-task-service', 'audit-service'], restarts: {}, dapr_version: null}
  const plan = async (more: {only?: readonly ServiceName[]; restart?: boolean}) =>
    await planUpHost({target: target(controlled(down)), options, version: '1.0.0', ...more})
  expect(await plan({only: ['audit-service']})).toEqual([
    'start audit-service, which is stopped by hand, and its sidecar',
  ])
  expect(await plan({only: ['task-service'], restart: true})).toEqual([
    'stop task-service and its sidecar, start them again',
  ])
  expect(await plan({only: ['task-service']})).toEqual(['nothing: todo5 1.0.0 runs (pid 5000000)'])
  expect(await plan({})).toHaveLength(2)
  const one = controlled(down)
  expect((await up(one, {only: ['audit-service']})).services).toEqual([
    {service: 'audit-service', state: 'running', changed: true},
  ])
  expect((await one.readWanted()).stopped).toEqual(['recurring-task-service'])
  expect((await up(one, {only: ['task-service'], restart: true})).services[0]).toMatchObject({changed: true})
  expect((await up(one, {only: ['task-service']})).services[0]).toMatchObject({changed: false})
  expect((await up(one)).services.map(({service}) => service)).toEqual(['recurring-task-service'])
  expect(await one.readWanted()).toMatchObject({stopped: [], restarts: {'task-service': 1}})
  await expect(up(one, {only: ['chat-api']})).rejects.toMatchObject({code: 'program_failed', exit: 5})
  const stopped = fakeMachine({readWanted: async () => down})
  const fresh = await planUpHost({target: target(stopped), options, version: '1.0.0', only: ['audit-service']})
  expect(fresh).toContain('leave recurring-task-service stopped, as it was by hand')
  expect(fresh.filter((step) => step.includes('/p/daprd'))).toHaveLength(4)
})

test('lag is what a group has not acknowledged, from the first event where it never has', async () => {
  const lags = await consumerLag({
    partitions: async () => [
      {partition: 0, leader: 1, replicas: [1], inSync: [1], first: 5, next: 12},
      {partition: 1, leader: 1, replicas: [1], inSync: [1], first: 0, next: 4},
    ],
    committed: async (group) => new Map(group === 'audit-service' ? [[0, 10]] : []),
  })
  expect(lags.filter(({group}) => group === 'recurring-task-service')).toEqual([
    {group: 'recurring-task-service', topic: 'task-events', lag: 11},
  ])
  expect(lags.filter(({group}) => group === 'audit-service').map(({topic, lag}) => [topic, lag])).toEqual([
    ['task-events', 6],
    ['reminders', 6],
    ['task-updates', 6],
  ])
  expect(await new FakeKafka().committed('audit-service', 'task-events')).toEqual(new Map())
})

test('the logs of all programs are one, by time, whoever wrote them', async () => {
  const ours = {level: 'WARN', service: 'task-service', user_id: null, event_id: null}
  await writeFile(
    join(folder, 'task-service.log'),
    `${JSON.stringify({...ours, timestamp: '2026-11-21T09:00:02.000Z', message: 'second'})}\nat some line of a stack\n`,
  )
  await writeFile(
    join(folder, 'daprd-task-service.log'),
    `${JSON.stringify({level: 'info', msg: 'first', scope: 'dapr', time: '2026-11-21T09:00:01.123456789Z', type: 'log', ver: '1'})}\n${JSON.stringify({level: 'error', msg: 'third', time: '2026-11-21T09:00:03Z'})}\n`,
  )
  await writeFile(join(folder, 'start.log'), 'not one of them\n')
  expect(await hostLogNames(folder)).toEqual(['daprd-task-service', 'task-service'])
  expect(await hostLogNames(join(folder, 'none'))).toEqual([])
  const lines = await readHostLogs(folder, {}, 100)
  expect(lines.map(({service, level, message}) => [service, level, message])).toEqual([
    ['daprd-task-service', 'INFO', 'first'],
    ['task-service', 'WARN', 'second'],
    ['task-service', 'INFO', 'at some line of a stack'],
    ['daprd-task-service', 'ERROR', 'third'],
  ])
  expect(lines[0]!.timestamp).toBe('2026-11-21T09:00:01.123Z')
  expect((await readHostLogs(folder, {service: 'task-service', level: 'WARN'}, 100)).length).toBe(1)
  expect((await readHostLogs(folder, {}, 1)).map(({message}) => message)).toEqual(['third'])
  const stop = new AbortController()
  const seen: string[] = []
  const following = followHostLogs(folder, {service: 'task-service'}, stop.signal, ({message}) => seen.push(message))
  await expect
    .poll(async () => {
      await writeFile(join(folder, 'task-service.log'), `${JSON.stringify({...ours, message: 'fourth'})}\n`, {
        flag: 'a',
      })
      return seen
    })
    .toContain('fourth')
  stop.abort()
  await following
})
