import {describe, expect, test} from 'vitest'
import type {HealthResponse} from '../../../services/contracts/status.ts'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {CertificateFacts} from '../../supervisor/host/certificates.ts'
import type {LoadedResources, SidecarFacts} from '../../supervisor/host/sidecar-facts.ts'
import type {FoundProgram} from '../../toolchain/find-programs.ts'
import type {Letter} from '../dead-letters/letter.ts'
import type {HostStatus} from '../host-status.ts'
import {planTopics, wantedTopics} from '../plan-topics.ts'
import {checkCertificates} from './certificates.ts'
import {judge, ok, worst} from './check.ts'
import {checkClock} from './clock.ts'
import {checkComponents} from './components.ts'
import {checkDeadLetters} from './dead-letters.ts'
import {checkDisk} from './disk.ts'
import {checkGroups} from './groups.ts'
import {checkLeftovers} from './leftovers.ts'
import {checkListeners} from './listeners.ts'
import {checkMemory} from './memory.ts'
import {checkNode} from './node.ts'
import {checkOutbox} from './outbox.ts'
import {checkPort} from './port.ts'
import {checkProcesses} from './processes.ts'
import {checkPrograms} from './programs.ts'
import {checkScheduler} from './scheduler.ts'
import {checkServices} from './services.ts'
import {checkSubscriptions} from './subscriptions.ts'
import {checkTopics} from './topics.ts'

const MB = 1024 * 1024

describe('a check', () => {
  test('of several the worst counts', () => {
    expect(worst([])).toBe('ok')
    expect(worst(['ok', 'warning', 'ok'])).toBe('warning')
    expect(worst(['warning', 'problem', 'ok'])).toBe('problem')
  })

  test('what cannot be reached is a problem in its own words, and so is a mistake of ours', async () => {
    const away = new CliError('Kafka does not answer.', {code: 'away', exit: EXIT.unreachable, hints: ['look']})
    expect(await judge(() => Promise.reject(away))).toEqual({
      state: 'problem',
      found: 'Kafka does not answer.',
      details: [],
      next: ['look'],
    })
    expect(await judge(() => Promise.reject(new TypeError('oops')))).toMatchObject({
      state: 'problem',
      found: 'todo5 made a mistake: oops',
    })
    expect(await judge(() => ok('fine'))).toMatchObject({state: 'ok'})
  })
})

describe('the machine', () => {
  test('Node', () => {
    expect(checkNode('24.21.0', '>=22.19')).toMatchObject({state: 'ok', found: '24.21.0'})
    expect(checkNode('22.19.0', '>=22.19').state).toBe('ok')
    expect(checkNode('22.18.9', '>=22.19')).toMatchObject({
      state: 'problem',
      found: '22.18.9 is too old, 22.19 or newer is needed',
    })
    expect(checkNode('20.99.0', '>=22.19').state).toBe('problem')
  })

  const program = (
    name: FoundProgram['program'],
    path: string | null,
    problem: string | null = null,
  ): FoundProgram => ({
    program: name,
    needed: name !== 'zipkin',
    version: path === null ? null : '1.2.3',
    from: path === null ? null : 'path',
    path,
    size: null,
    problem,
  })

  test('programs: missed only where host is asked about, and optional ones never', () => {
    const some = [program('daprd', '/p/daprd'), program('kafka', null, '3.9.0 is too old'), program('zipkin', null)]
    expect(checkPrograms(some, true)).toEqual({
      state: 'problem',
      found: 'kafka is missing',
      details: ['kafka: 3.9.0 is too old'],
      next: ['todo5 toolchain install        gets what can be got'],
    })
    expect(checkPrograms(some, false)).toMatchObject({
      state: 'ok',
      found: 'all that local needs; for host kafka is missing',
    })
    expect(checkPrograms([program('java', null)], true).next).toEqual(['https://adoptium.net        Java 17 or newer'])
    expect(checkPrograms([program('daprd', '/p'), program('java', '/j'), program('zipkin', null)], true)).toMatchObject(
      {
        state: 'ok',
        found: 'daprd 1.2.3 and java 1.2.3',
      },
    )
  })

  test.each([
    [40e9, 100e9, 'ok', '40.0 GB free below /d (60 % used)'],
    [1.9e9, 3e9, 'warning', '1.9 GB free below /d (37 % used)'],
    [4e9, 100e9, 'warning', '4.0 GB free below /d (96 % used)'],
    [0.4e9, 100e9, 'problem', '0.4 GB free below /d (100 % used)'],
  ])('disk: %d of %d bytes free is %s', (free, size, state, found) => {
    expect(checkDisk({folder: '/d', free, size})).toMatchObject({state, found})
  })

  test('memory: enough for what is started next, and never next to nothing', () => {
    expect(checkMemory(8000 * MB, 'host')).toMatchObject({state: 'ok', found: '8,000 MB free'})
    expect(checkMemory(1000 * MB, 'host')).toMatchObject({
      state: 'warning',
      found: '1,000 MB free, host needs 1,500 MB',
    })
    expect(checkMemory(1000 * MB, 'local').state).toBe('ok')
    expect(checkMemory(200 * MB, undefined).state).toBe('ok')
    expect(checkMemory(100 * MB, undefined).state).toBe('problem')
  })

  test('port', () => {
    const port = 8636
    expect(checkPort({port, owner: null, ours: []})).toMatchObject({state: 'ok', found: '8636 is free'})
    expect(checkPort({port, owner: 'node (pid 7)', ours: [8636]}).found).toBe(
      '8636 is used by the todo5 that runs here',
    )
    expect(checkPort({port, owner: 'python3 (pid 4127)', ours: []})).toMatchObject({
      state: 'warning',
      found: '8636 is used by python3 (pid 4127)',
    })
    expect(checkPort({port, owner: 'python3 (pid 4127)', ours: [8637]})).toMatchObject({state: 'ok'})
  })

  test('leftovers', () => {
    expect(checkLeftovers([])).toMatchObject({state: 'ok'})
    expect(checkLeftovers([{target: 'host', names: ['kafka', 'sentry']}])).toEqual({
      state: 'problem',
      found: 'a killed todo5 left 2 programs of host',
      details: ['host: kafka, sentry'],
      next: ['todo5 up host        goes on with the data', 'todo5 down host        stops them'],
    })
  })
})

describe('processes', () => {
  const process = (name: string, state = 'running', restarts = 0) => ({name, state, restarts})
  const host = (state: string, ...processes: object[]) => ({target: 'host', state, processes}) as unknown as HostStatus

  test('all, none, ill, stopped by hand, or started again and again', () => {
    expect(checkProcesses(host('running', process('kafka')))).toMatchObject({state: 'ok', found: '1 process running'})
    expect(checkProcesses(host('stopped'))).toMatchObject({state: 'ok', found: 'not running', next: ['todo5 up host']})
    expect(checkProcesses(host('left_behind')).state).toBe('problem')
    expect(checkProcesses(host('starting'))).toMatchObject({state: 'warning', found: 'starting'})
    const [kafka, hand] = [process('kafka', 'ill'), process('chat-api', 'stopped_by_hand')]
    expect(checkProcesses(host('degraded', kafka, hand, process('sentry')))).toMatchObject({
      state: 'problem',
      found: 'kafka not well',
      details: ['kafka is ill', 'chat-api is stopped by hand'],
      next: ['todo5 logs kafka --target host', 'todo5 up host        starts what does not run'],
    })
    expect(checkProcesses(host('degraded', hand, process('sentry')))).toMatchObject({
      state: 'warning',
      found: '1 process running',
      details: ['chat-api is stopped by hand'],
    })
    expect(checkProcesses(host('running', process('kafka', 'running', 9)))).toMatchObject({
      state: 'warning',
      details: ['kafka was started again 9 times'],
    })
  })
})

describe('services and their database', () => {
  const health = (parts: Partial<HealthResponse> = {}): HealthResponse => ({
    service: 'task-service',
    status: 'ok',
    version: '1.0.0',
    checks: {},
    ...parts,
  })

  test('services', () => {
    const good = {service: 'task-service', health: health()}
    const [ill, draining, away] = [
      {service: 'chat-api', health: health({status: 'unavailable', checks: {database: {ok: false, detail: 'gone'}}})},
      {service: 'audit-service', health: health({status: 'draining'})},
      {service: 'recurring-task-service', health: undefined},
    ]
    expect(checkServices([good, good], 'local')).toMatchObject({state: 'ok', found: '2 services well'})
    expect(checkServices([good, ill, draining, away], 'host')).toMatchObject({
      state: 'problem',
      found: 'chat-api, audit-service and recurring-task-service not well',
      details: ['chat-api: database (gone)', 'audit-service is draining', 'recurring-task-service does not answer'],
    })
    expect(checkServices([], 'local')).toMatchObject({state: 'problem', found: 'no service answers'})
  })

  test('the clock of the database: half a second and more, when it is sure', () => {
    expect(checkClock({asked: 1000, database: 1006, answered: 1010})).toMatchObject({
      state: 'ok',
      found: 'the database is 1 ms ahead of this machine (± 5 ms)',
    })
    expect(checkClock({asked: 1000, database: 1506, answered: 1010})).toMatchObject({state: 'ok'})
    expect(checkClock({asked: 1000, database: 1511, answered: 1010})).toMatchObject({
      state: 'problem',
      found: 'the database is 506 ms ahead of this machine (± 5 ms)',
    })
    expect(checkClock({asked: 10_000, database: 4000, answered: 10_002})).toMatchObject({
      state: 'problem',
      found: 'the database is 6001 ms behind this machine (± 1 ms)',
    })
    // The answer took four seconds: nobody knows.
    expect(checkClock({asked: 0, database: 600, answered: 4000}).state).toBe('ok')
  })

  test('outbox', () => {
    expect(checkOutbox({pending: 0, oldest_seconds: 0})).toMatchObject({state: 'ok', found: 'empty'})
    expect(checkOutbox({pending: 1, oldest_seconds: 2.4})).toMatchObject({
      state: 'ok',
      found: '1 event not published, the oldest for 2 s',
    })
    expect(checkOutbox({pending: 12, oldest_seconds: 61}).state).toBe('warning')
    expect(checkOutbox({pending: 12, oldest_seconds: 601}).state).toBe('problem')
    expect(checkOutbox(undefined).state).toBe('problem')
  })
})

describe('sidecars', () => {
  const KAFKA = {name: 'pubsub-kafka', type: 'pubsub.kafka', version: 'v1'}
  const READERS = {'audit-service': ['task-events', 'reminders'], 'notification-service': ['reminders']}
  const subscription = (topic: string, deadLetterTopic: string | null = `${topic}-dlq`) => ({
    component: 'pubsub-kafka',
    topic,
    deadLetterTopic,
  })
  const sidecar = (app: string, loaded?: Partial<LoadedResources>): SidecarFacts => ({
    app,
    expected: {components: [KAFKA], policies: ['todo5']},
    loaded: loaded && {
      components: [KAFKA],
      policies: ['todo5'],
      subscriptions: (READERS[app as keyof typeof READERS] ?? []).map((topic) => subscription(topic)),
      features: [],
      schedulers: ['127.0.0.1:50006'],
      ...loaded,
    },
  })

  test('components as they were rendered', () => {
    expect(checkComponents([sidecar('audit-service', {}), sidecar('chat-api', {})])).toMatchObject({
      state: 'ok',
      found: '2 components in 2 sidecars, as rendered',
    })
  })

  test.each([
    ['none', {components: []}, 'pubsub-kafka is not loaded'],
    [
      'another version',
      {components: [{...KAFKA, version: 'v2'}]},
      'pubsub-kafka is pubsub.kafka v2, should be pubsub.kafka v1',
    ],
    ['one more', {components: [KAFKA, {...KAFKA, name: 'old'}]}, 'old is loaded, and in no file'],
    ['no policies', {policies: []}, 'the policies of todo5 are not loaded'],
    ['reloading', {features: ['HotReload']}, 'HotReload is on: a changed file changes it while it runs'],
  ])('components: %s', (_name, loaded, fault) => {
    expect(checkComponents([sidecar('audit-service', loaded), sidecar('chat-api', {})])).toMatchObject({
      state: 'problem',
      found: 'not what was rendered in 1 sidecar',
      details: [`audit-service: ${fault}`],
    })
  })

  test('a sidecar that does not answer', () => {
    const silent = sidecar('notification-service')
    expect(checkComponents([silent]).details).toEqual(['notification-service: its sidecar does not answer'])
    expect(checkScheduler([silent])).toMatchObject({state: 'warning'})
    expect(checkSubscriptions([silent], READERS)).toMatchObject({state: 'ok', found: '0 subscriptions'})
  })

  test('subscriptions', () => {
    const all = [sidecar('audit-service', {}), sidecar('notification-service', {}), sidecar('chat-api', {})]
    expect(checkSubscriptions(all, READERS)).toMatchObject({state: 'ok', found: '3 subscriptions'})
    const subscriptions = [subscription('task-events', null)]
    expect(checkSubscriptions([sidecar('audit-service', {subscriptions})], READERS)).toMatchObject({
      state: 'problem',
      details: [
        'audit-service reads task-events without a place for what Dapr cannot decode',
        'audit-service does not read reminders',
      ],
    })
  })

  test('scheduler', () => {
    expect(checkScheduler([sidecar('notification-service', {})])).toMatchObject({
      state: 'ok',
      found: 'notification-service is connected to 127.0.0.1:50006',
    })
    expect(checkScheduler([sidecar('notification-service', {schedulers: []})]).state).toBe('problem')
    expect(checkScheduler([sidecar('chat-api', {})])).toMatchObject({state: 'warning'})
  })
})

describe('certificates', () => {
  const now = Date.parse('2026-11-21T12:00:00Z')
  const facts = (parts: Partial<CertificateFacts> = {}): CertificateFacts => ({
    folder: '/ca',
    authority: [
      {name: 'the root certificate', endsAt: Date.parse('2027-11-21T12:00:00Z')},
      {name: "the issuer's certificate", endsAt: Date.parse('2027-11-20T12:00:00Z')},
    ],
    served: [{program: 'scheduler', endsAt: Date.parse('2026-11-22T12:00:00Z'), trusted: true, open: false}],
    ...parts,
  })
  const at = (date: string) => [{name: 'the root certificate', endsAt: Date.parse(`${date}T12:00:00Z`)}]
  const [served] = facts().served

  test.each([
    ['good', {}, 'ok', 'the authority ends on 2027-11-20; 1 program with a certificate of it'],
    ['ends in a month', {authority: at('2026-12-20')}, 'warning', 'the authority ends on 2026-12-20'],
    [
      'has ended',
      {authority: at('2026-11-21')},
      'problem',
      'a certificate has ended: sidecars cannot talk to each other',
    ],
    [
      'of a program has ended',
      {served: [{...served!, endsAt: now - 1}]},
      'problem',
      'a certificate has ended: sidecars cannot talk to each other',
    ],
    ['of another authority', {served: [{...served!, trusted: false}]}, 'problem', 'mTLS is not complete'],
    ['not asked for', {served: [{...served!, open: true}]}, 'problem', 'mTLS is not complete'],
    ['no authority', {authority: []}, 'problem', 'there is no certificate authority in /ca'],
  ])('%s', (_name, parts, state, found) => {
    expect(checkCertificates(facts(parts), now)).toMatchObject({state, found})
  })
})

test('who can be reached from other machines: the two health ports, and nobody else', () => {
  const at = (program: string, port: number, loopback: boolean) => ({program, port, loopback})
  const health = {sentry: 1, scheduler: 2}
  const good = [at('kafka', 9092, true), at('sentry', 1, false), at('scheduler', 2, false)]
  expect(checkListeners(good, health)).toMatchObject({
    state: 'ok',
    found:
      "1 port on the loopback address; open by design of Dapr: the health ports, sentry's 1 and scheduler's 2 (a status, no data)",
  })
  expect(checkListeners([at('kafka', 9092, true)], health).found).toBe('1 port on the loopback address')
  expect(checkListeners([...good, at('kafka', 9093, false)], health)).toMatchObject({
    state: 'problem',
    found: '1 port open to other machines',
    details: ['kafka listens on all addresses at port 9093'],
  })
  expect(checkListeners(undefined, health)).toMatchObject({state: 'ok'})
})

describe('Kafka', () => {
  const partition = {partition: 3, leader: 1, replicas: [1, 2, 3], inSync: [1, 2, 3], first: 0, next: 10}
  const wanted = wantedTopics('host')
  const found = wanted.map((topic) => ({...topic, retentionMs: 1}))

  test('topics as declared', () => {
    const partitions = new Map(wanted.map(({name}) => [name, [partition]]))
    expect(checkTopics({changes: planTopics(wanted, found), partitions})).toMatchObject({
      state: 'ok',
      found: '6 topics as declared',
    })
  })

  test('topics: missing, with other partitions, kept for another time, without a leader or a copy', () => {
    const [first, second, ...others] = found
    const config = {...second!.config, 'retention.ms': '1000'}
    const changes = planTopics(wanted, [{...first!, partitions: 6}, {...second!, config}, ...others.slice(1)])
    expect(checkTopics({changes, partitions: new Map([['reminders', [{...partition, leader: -1}]]])})).toMatchObject({
      state: 'problem',
      details: [
        'task-events: partitions is 6, should be 12',
        'reminders: retention.ms is 1000, should be 604800000',
        'task-updates is missing',
        'partition 3 of reminders has no leader',
      ],
    })
    const behind = checkTopics({changes: [], partitions: new Map([['reminders', [{...partition, inSync: [1, 2]}]]])})
    expect(behind).toMatchObject({
      state: 'warning',
      details: ['partition 3 of reminders has 2 of 3 copies in sync'],
    })
  })

  test('consumers: nobody reads, partitions are shared out, or they are slow', () => {
    const group = {group: 'audit-service', state: 'Stable', members: 1, lag: 0, seconds: 0}
    expect(checkGroups([group])).toMatchObject({state: 'ok', found: '1 consumer reading, nothing waits'})
    expect(checkGroups([{...group, lag: 3, seconds: 2}]).found).toBe('1 consumer reading, 3 events wait')
    expect(checkGroups([group, {...group, group: 'x', state: 'Empty', members: 0, lag: 12}])).toMatchObject({
      state: 'problem',
      found: 'x not reading',
      details: ['nobody reads as x; 12 events not handled'],
    })
    expect(checkGroups([{...group, state: 'PreparingRebalance'}])).toMatchObject({state: 'warning'})
    expect(checkGroups([{...group, lag: 1, seconds: 90}])).toMatchObject({
      state: 'problem',
      details: ['audit-service: 1 event, the oldest for 90 s'],
    })
  })

  test('dead letters, by what they have in common', () => {
    const letter = {
      topic: 'task-events',
      eventType: 'task.completed',
      code: 'malformed',
      consumer: 'audit-service',
      at: 0,
    }
    const letters = [letter, letter, {...letter, code: 'given_up_by_dapr', consumer: null}] as unknown as Letter[]
    expect(checkDeadLetters([])).toMatchObject({state: 'ok'})
    expect(checkDeadLetters(letters)).toMatchObject({
      state: 'warning',
      found: '3 events could not be handled',
      details: ['task-events: 2 malformed (audit-service)', 'task-events: 1 given_up_by_dapr'],
    })
  })
})
