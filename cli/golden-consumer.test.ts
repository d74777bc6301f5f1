import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Client} from 'pg'
import {v7 as uuidv7} from 'uuid'
import {afterAll, beforeAll, beforeEach, expect, test, vi} from 'vitest'
import {createDatabase} from '../test/support/postgres.ts'
import {serviceUrl} from '../test/support/template.ts'
import {openDatabase} from '../services/database/database.ts'
import {freePort} from '../services/database/server/port.ts'
import {claimInbox} from '../services/database/statements/claim-inbox.ts'
import {createMemoryEventStream, type MemoryEventStream} from '../services/ports/testing/memory-event-stream.ts'
import {wantedTopics} from './operations/plan-topics.ts'
import {FakeKafka} from './testing/fake-kafka.ts'
import {NOW, runCli, type RunOptions, type RunResult, transcript} from './testing/run-cli.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-consumer-'))
})
afterAll(async () => await rm(folder, {recursive: true}))
beforeEach(() => {
  for (const name of ['KAFKA_BROKERS', 'KAFKA_USERNAME', 'KAFKA_SASL_MECHANISM', 'TODO5_DATABASE_URL'])
    vi.stubEnv(name, undefined)
  return () => vi.unstubAllEnvs()
})

const AT = ['--brokers', '127.0.0.1:9092', '--target', 'host']
const RECURRING = 'recurring-task-service'
const EVENTS = 'task-events'
const MINUTE = 60_000

interface Bus {
  readonly kafka: FakeKafka
  readonly stream: MemoryEventStream
  /** Of the events in partitions 3 and 7 of task-events, by their offsets. */
  readonly ids: Readonly<Record<3 | 7, readonly string[]>>
}

/** Ten events in partition 3 and four in 7, one a minute until a minute ago; the recurring service has had 6 and all. */
function bus(options: {members?: number} = {}): Bus {
  const stream = createMemoryEventStream({topics: wantedTopics('host').map(({name}) => name)})
  const fill = (partition: number, count: number): string[] =>
    Array.from({length: count}, (_, place) => {
      const at = NOW - (count - place) * MINUTE
      const id = uuidv7({msecs: at})
      stream.put({topic: EVENTS, partition, at, event: {event_id: id}})
      return id
    })
  const ids = {3: fill(3, 10), 7: fill(7, 4)}
  stream.put({topic: EVENTS, partition: 7, at: NOW, text: 'no event at all'})
  const kafka = new FakeKafka(wantedTopics('host'), {stream})
  kafka.setGroup(RECURRING, {
    positions: [
      {topic: EVENTS, partition: 3, offset: 6},
      {topic: EVENTS, partition: 7, offset: 5},
    ],
    members: Array.from({length: options.members ?? 0}, (_, n) => ({
      id: `sarama-${n}`,
      client: 'todo5',
      host: '10.0.0.7',
      partitions: [{topic: EVENTS, partition: n === 0 ? 3 : 7}],
    })),
  })
  for (const passing of ['todo5-cli-1', 'chat-api-live-1']) kafka.setGroup(passing, {})
  return {kafka, stream, ids}
}

const consumer = async (line: string[], options?: RunOptions): Promise<string> =>
  transcript(await runCli(['consumer', ...line], options))
const jsonOf = ({stdout}: RunResult): unknown => JSON.parse(stdout)

test('list: who reads what, how much waits and since when; also who has never read', async () => {
  const {kafka, stream} = bus({members: 2})
  expect(await consumer(['list', ...AT], {kafka, stream})).toMatchInlineSnapshot(`
    "GROUP                   TOPIC         LAG  OLDEST  MEMBERS  STATE
    audit-service           reminders       0                0  never seen
    audit-service           task-events    15     10m        0  never seen
    audit-service           task-updates    0                0  never seen
    notification-service    reminders       0                0  never seen
    recurring-task-service  task-events     4      4m        2  Stable
    (exit 0)"
  `)
  const {consumers} = jsonOf(await runCli(['consumers', 'list', ...AT, '--json'], {kafka, stream})) as {
    consumers: {group: string}[]
  }
  expect(consumers.find(({group}) => group === RECURRING)).toEqual({
    group: RECURRING,
    topic: EVENTS,
    state: 'Stable',
    members: 2,
    lag: 4,
    lag_seconds: 240,
  })
  expect(kafka.closed).toBe(2)
  expect(await consumer(['list', ...AT], {kafka: new FakeKafka(), stream})).toMatchInlineSnapshot(`
    "| Nobody reads anything.
    | todo5 topic list        are there topics?
    (exit 0)"
  `)
})

test('show: per partition, and which member has it', async () => {
  const {kafka, stream} = bus({members: 2})
  expect(await consumer(['show', RECURRING, ...AT], {kafka, stream})).toMatchInlineSnapshot(`
    "recurring-task-service  Stable, 2 members
      sarama-0  todo5 at 10.0.0.7
      sarama-1  todo5 at 10.0.0.7
    TOPIC        PARTITION  COMMITTED  NEXT  LAG  OLDEST  MEMBER
    task-events          0       none     0    0
    task-events          1       none     0    0
    task-events          2       none     0    0
    task-events          3          6    10    4      4m  sarama-0
    task-events          4       none     0    0
    task-events          5       none     0    0
    task-events          6       none     0    0
    task-events          7          5     5    0          sarama-1
    task-events          8       none     0    0
    task-events          9       none     0    0
    task-events         10       none     0    0
    task-events         11       none     0    0
    (exit 0)"
  `)
  const shown = jsonOf(await runCli(['consumer', 'show', RECURRING, ...AT, '--json'], {kafka, stream})) as {
    partitions: object[]
  }
  expect(shown).toMatchObject({
    group: RECURRING,
    state: 'Stable',
    members: [
      {member_id: 'sarama-0', client_id: 'todo5', host: '10.0.0.7'},
      {member_id: 'sarama-1', client_id: 'todo5', host: '10.0.0.7'},
    ],
  })
  expect(shown.partitions[3]).toEqual({
    topic: EVENTS,
    partition: 3,
    first_offset: 0,
    next_offset: 10,
    committed_offset: 6,
    lag: 4,
    lag_seconds: 240,
    member_id: 'sarama-0',
  })
  expect(shown.partitions[0]).toMatchObject({committed_offset: null, lag: 0, lag_seconds: 0, member_id: null})
  // What expired is not waited for.
  stream.expire(EVENTS, 3, 8)
  const later = jsonOf(await runCli(['consumer', 'show', RECURRING, ...AT, '--json'], {kafka, stream})) as typeof shown
  expect(later.partitions[3]).toMatchObject({first_offset: 8, committed_offset: 6, lag: 2, lag_seconds: 120})
  expect(await consumer(['show', 'recuring-task-service', ...AT], {kafka, stream})).toMatchInlineSnapshot(`
    "| Error: There is no consumer group recuring-task-service.  [consumer_not_found, exit 3]
    | Try:   todo5 consumer show recurring-task-service
    (exit 3)"
  `)
})

test('reset --dry-run shows from where to where, and how many inbox rows; nothing is changed', async () => {
  const {kafka, stream, ids} = bus()
  const database = await inbox(RECURRING, [...ids[3].slice(0, 6), ...ids[7]])
  const line = ['reset', RECURRING, ...AT, '--database-url', database.url]
  const before = await kafka.positions(RECURRING)
  expect(await consumer([...line, '--to-datetime', '5m', '--dry-run'], {kafka, stream})).toMatchInlineSnapshot(`
    "TOPIC        PARTITION  FROM  TO  EVENTS
    task-events          3     6   5  1 again
    task-events          7     5   0  5 again
    recurring-task-service: 6 events come again. 5 inbox rows will be forgotten.
    | 10 partitions stay where they are.
    (exit 0)"
  `)
  const dry = jsonOf(await runCli(['consumer', ...line, '--to-earliest', '-n', '--json'], {kafka, stream}))
  expect(dry).toMatchObject({dry_run: true, members: 0, events_again: 11, events_skipped: 0, inbox_rows: 10})
  expect(await consumer([...line, '--to-latest', '--dry-run'], {kafka, stream})).toMatchInlineSnapshot(`
    "TOPIC        PARTITION  FROM  TO  EVENTS
    task-events          3     6  10  4 skipped
    recurring-task-service: 4 events are never handled by it.
    | 11 partitions stay where they are.
    (exit 0)"
  `)
  expect(await consumer([...line, '--shift', '0', '--dry-run'], {kafka, stream})).toMatchInlineSnapshot(`
    "recurring-task-service is there already: nothing comes again, nothing is skipped.
    (exit 0)"
  `)
  expect(await kafka.positions(RECURRING)).toEqual(before)
  expect(await database.rows()).toBe(10)
})

test('reset takes away exactly what is noted of the events that come again', async () => {
  const {kafka, stream, ids} = bus()
  const database = await inbox(RECURRING, [...ids[3].slice(0, 6), ...ids[7]])
  await database.claim('audit-service', ids[3])
  const line = ['reset', RECURRING, ...AT, '--database-url', database.url]
  expect(await consumer([...line, '--shift=-2', '--yes'], {kafka, stream})).toMatchInlineSnapshot(`
    "TOPIC        PARTITION  FROM  TO  EVENTS
    task-events          3     6   4  2 again
    task-events          7     5   3  2 again
    recurring-task-service: 4 events come again. 3 inbox rows are forgotten.
    | 10 partitions stay where they are.
    (exit 0)"
  `)
  expect(await kafka.positions(RECURRING)).toEqual(
    expect.arrayContaining([
      {topic: EVENTS, partition: 3, offset: 4},
      {topic: EVENTS, partition: 7, offset: 3},
    ]),
  )
  expect(await database.claim(RECURRING, [...ids[3].slice(0, 6), ...ids[7]])).toEqual([
    ...ids[3].slice(4, 6),
    ...ids[7].slice(3),
  ])
  expect(await database.claim('audit-service', ids[3])).toEqual([])
  const kept = await runCli(['consumer', 'reset', RECURRING, ...AT, '--to-earliest', '--keep-inbox', '-y', '--json'], {
    kafka,
    stream,
  })
  expect(jsonOf(kept)).toMatchObject({dry_run: false, events_again: 7, inbox_rows: null})
  expect(await database.claim(RECURRING, ids[7])).toEqual([])
})

test('reset asks first; without a person it has to be confirmed', async () => {
  const {kafka, stream} = bus()
  const line = ['reset', RECURRING, ...AT, '--to-latest', '--keep-inbox']
  expect(await consumer(line, {kafka, stream})).toContain('[confirmation_needed, exit 2]')
  expect(await consumer(line, {kafka, stream, answer: 'n'})).toMatchInlineSnapshot(`
    "TOPIC        PARTITION  FROM  TO  EVENTS
    task-events          3     6  10  4 skipped
    | 11 partitions stay where they are.
    | recurring-task-service: 4 events are never handled by it.
    | Reset it? [y/N] 
    | Error: Nothing was changed.  [not_confirmed, exit 4]
    (exit 4)"
  `)
  expect(await consumer(line, {kafka, stream, answer: 'y'})).toContain('(exit 0)')
  expect(await kafka.positions(RECURRING)).toContainEqual({topic: EVENTS, partition: 3, offset: 10})
})

test('reset is refused while the group has members, and says how to stop them', async () => {
  const {kafka, stream} = bus({members: 1})
  const line = ['reset', RECURRING, '--to-earliest', '--keep-inbox', '--yes']
  expect(await consumer([...line, ...AT], {kafka, stream})).toMatchInlineSnapshot(`
    "| Error: recurring-task-service is running (1 member): it has to be stopped first.
    |        [consumer_active, exit 4]
    | Try:   todo5 down host --only recurring-task-service
    |        todo5 consumer show recurring-task-service
    (exit 4)"
  `)
  const oke = ['--brokers', 'a:1', '--target', 'oke']
  expect(await consumer([...line, ...oke], {kafka, stream})).toContain(
    'kubectl -n todo5 scale deployment/recurring-task-service --replicas=0',
  )
  expect(await consumer([...line, ...AT, '--dry-run'], {kafka, stream})).toContain(
    '| It is refused while recurring-task-service has members:',
  )
  // Somebody comes between the look and the move.
  vi.spyOn(kafka, 'move').mockResolvedValue(false)
  kafka.setGroup(RECURRING, {members: []})
  expect(await consumer([...line, ...AT], {kafka, stream})).toContain('[consumer_active, exit 4]')
})

test('reset: which database, which topic, which group, and where to', async () => {
  const {kafka, stream} = bus()
  const reset = async (...line: string[]): Promise<string> => await consumer(['reset', ...line], {kafka, stream})
  expect(await reset(RECURRING, ...AT, '--to-earliest', '-y')).toMatchInlineSnapshot(`
    "| Error: --database-url is missing: where do the consumers of host keep what they have handled?
    |        [database_needed, exit 2]
    | Try:   --database-url postgres://USER:PASSWORD@HOST/DATABASE
    |        --keep-inbox        leaves it: what was handled is not handled again
    (exit 2)"
  `)
  expect(await reset(RECURRING, '--brokers', 'a:1', '--to-earliest', '-y')).toContain('[database_needed, exit 2]')
  const away = ['--database-url', 'postgres://me@127.0.0.1:1/none']
  expect(await reset(RECURRING, ...AT, '--to-earliest', '-y', ...away)).toContain('[database_unreachable, exit 6]')
  expect(await reset(RECURRING, ...AT, '--to-earliest', '--keep-inbox', '--topic', 'reminders')).toContain(
    `${RECURRING} does not read reminders.`,
  )
  expect(await reset('audit', ...AT, '--to-earliest')).toContain('[consumer_not_found, exit 3]')
  expect(await reset(RECURRING, ...AT)).toContain('(exit 2)')
  expect(await reset(RECURRING, ...AT, '--to-earliest', '--shift', '1')).toContain('(exit 2)')
  expect(await reset(RECURRING, ...AT, '--to-datetime', 'noon')).toContain('--to-datetime: "noon" is no duration.')
  const one = ['audit-service', ...AT, '--topic', 'reminders', '--to-latest', '--keep-inbox', '-n', '--json']
  const plan = jsonOf(await runCli(['consumer', 'reset', ...one], {kafka, stream})) as {partitions: {topic: string}[]}
  expect(new Set(plan.partitions.map(({topic}) => topic))).toEqual(new Set(['reminders']))
})

test('the database of the host target is found while it runs', async () => {
  const {kafka, stream, ids} = bus()
  const database = await inbox(RECURRING, ids[3])
  const home = join(folder, 'home')
  await mkdir(join(home, 'data', 'host', 'state'), {recursive: true})
  const state = {kafka_brokers: '127.0.0.1:19092', database_url: database.url}
  await writeFile(join(home, 'data', 'host', 'state', 'host.json'), JSON.stringify(state))
  const dry = await runCli(['consumer', 'reset', RECURRING, '--to-earliest', '-n', '--json'], {kafka, stream, home})
  expect(jsonOf(dry)).toMatchObject({inbox_rows: 6})
})

test('local has no consumers of Kafka', async () => {
  for (const line of [['list'], ['show', RECURRING], ['reset', RECURRING, '--to-latest', '-y']])
    expect(await consumer([...line, '--target', 'local'])).toContain('[no_kafka, exit 4]')
})

test('--watch looks again and again, through a failure, until Ctrl-C', async () => {
  const {kafka, stream} = bus()
  let looks = 0
  const groupNames = kafka.groupNames.bind(kafka)
  const {CliError} = await import('./errors.ts')
  vi.spyOn(kafka, 'groupNames').mockImplementation(async () => {
    looks++
    if (looks === 2) throw new CliError('Kafka is away for a moment.', {code: 'kafka_unreachable', exit: 6})
    if (looks === 3) kafka.setGroup(RECURRING, {positions: [{topic: EVENTS, partition: 3, offset: 10}]})
    if (looks === 3) process.emit('SIGINT')
    return await groupNames()
  })
  const {code, stdout, stderr} = await runCli(['consumer', 'list', ...AT, '-w', '--interval', '1', '--json'], {
    kafka,
    stream,
  })
  const seen = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as {consumers?: {group: string; lag: number}[]; error?: {code: string}})
  expect(
    seen.map(({consumers, error}) => error?.code ?? consumers?.find(({group}) => group === RECURRING)!.lag),
  ).toEqual([4, 'kafka_unreachable', 5])
  expect([code, looks, stderr]).toEqual([0, 3, ''])
})

test('--listen answers with the names of kafka_exporter', async () => {
  const {kafka, stream} = bus({members: 1})
  const port = await freePort()
  const running = runCli(['consumer', 'list', ...AT, '--listen', String(port)], {kafka, stream})
  const url = `http://127.0.0.1:${port}/metrics`
  const text = await vi.waitFor(async () => await (await fetch(url)).text(), {timeout: 90_000, interval: 50})
  for (const line of [
    'kafka_brokers 1',
    'kafka_topic_partitions{topic="task-events"} 12',
    'kafka_topic_partition_current_offset{topic="task-events",partition="3"} 10',
    'kafka_topic_partition_oldest_offset{topic="task-events",partition="3"} 0',
    'kafka_topic_partition_in_sync_replica{topic="task-events",partition="3"} 1',
    'kafka_topic_partition_under_replicated_partition{topic="task-events",partition="3"} 0',
    'kafka_consumergroup_members{consumergroup="recurring-task-service"} 1',
    'kafka_consumergroup_members{consumergroup="audit-service"} 0',
    'kafka_consumergroup_current_offset{consumergroup="recurring-task-service",topic="task-events",partition="3"} 6',
    'kafka_consumergroup_current_offset_sum{consumergroup="recurring-task-service",topic="task-events"} 11',
    'kafka_consumergroup_lag{consumergroup="recurring-task-service",topic="task-events",partition="3"} 4',
    'kafka_consumergroup_lag_sum{consumergroup="recurring-task-service",topic="task-events"} 4',
    'kafka_consumergroup_lag_seconds{consumergroup="recurring-task-service",topic="task-events",partition="3"} 240',
    'kafka_consumergroup_lag_seconds{consumergroup="recurring-task-service",topic="task-events",partition="7"} 0',
  ])
    expect(text.split('\n')).toContain(line)
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
  expect((await fetch(url, {method: 'POST'})).status).toBe(405)
  vi.spyOn(kafka, 'groupNames').mockRejectedValueOnce(new Error('Kafka is away'))
  const away = await fetch(url)
  expect([away.status, await away.text()]).toEqual([503, 'Kafka is away\n'])
  expect((await fetch(url)).status).toBe(200)
  const taken = await consumer(['list', ...AT, '--listen', String(port)], {kafka, stream})
  expect(taken).toContain('(EADDRINUSE).  [port_refused, exit 4]')
  process.emit('SIGINT')
  expect(transcript(await running)).toBe(`${url}\n| Until Ctrl-C.\n(exit 0)`)
  await expect(fetch(url)).rejects.toThrow()
  expect(await consumer(['list', ...AT, '--listen', 'here'])).toContain('[invalid_value, exit 2]')
})

interface Inbox {
  /** Of the owner. */
  readonly url: string
  rows(): Promise<number>
  /** Those that were not noted yet. */
  claim(consumer: string, ids: readonly string[]): Promise<string[]>
}

/** A database in which a consumer has noted these events. */
async function inbox(noted: string, ids: readonly string[]): Promise<Inbox> {
  const {url} = await createDatabase()
  const claim = async (of: string, events: readonly string[]): Promise<string[]> => {
    const database = await openDatabase({
      url: serviceUrl(url, 'audit'),
      poolSize: 1,
      applicationName: 'golden consumer',
    })
    const fresh = await database.acrossUsers(async (tx) => await claimInbox(tx, of, events))
    await database.close()
    return events.filter((id) => fresh.has(id))
  }
  await claim(noted, ids)
  return {
    url,
    claim,
    rows: async () => {
      const client = new Client({connectionString: url})
      await client.connect()
      const {rows} = await client.query<{rows: number}>('select count(*)::int as rows from todo.inbox')
      await client.end()
      return rows[0]!.rows
    },
  }
}
