import {randomUUID} from 'node:crypto'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Client} from 'pg'
import {v7 as uuidv7} from 'uuid'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {openDatabase} from '../services/database/database.ts'
import {Metrics} from '../services/runtime/metrics.ts'
import {OutboxRelay} from '../services/runtime/outbox-relay.ts'
import {quietLogger} from '../test/support/pipeline.ts'
import {createDatabase, type TestDatabase} from '../test/support/postgres.ts'
import {serviceUrl} from '../test/support/template.ts'
import type {OutgoingEvent, PublishResult} from '../services/ports/event-publisher.ts'
import {wantedTopics} from './operations/plan-topics.ts'
import {FakeKafka} from './testing/fake-kafka.ts'
import {runCli, type RunOptions, transcript} from './testing/run-cli.ts'
import type {KafkaPublisher} from './tools/kafka-publisher.ts'

let database: TestDatabase
let admin: Client
let home: string
beforeEach(async () => {
  database = await createDatabase()
  admin = new Client({connectionString: database.url})
  await admin.connect()
  home = await mkdtemp(join(tmpdir(), 'todo5-outbox-'))
})
afterEach(async () => {
  await admin.end()
  await rm(home, {recursive: true})
})

/** Nothing has ever been in its topics. */
class NewKafka extends FakeKafka {
  override async partitions(name: string) {
    return (await super.partitions(name)).map((partition) => ({...partition, next: 0}))
  }
}
const newKafka = (): FakeKafka => new NewKafka(wantedTopics('host'))

/** Keeps what it gets. */
class FakePublisher implements KafkaPublisher {
  readonly taken: OutgoingEvent[] = []
  closed = 0
  answer: PublishResult = {ok: true}

  async publish(events: readonly OutgoingEvent[]): Promise<readonly PublishResult[]> {
    if (this.answer.ok) this.taken.push(...events)
    return events.map(() => this.answer)
  }

  async close(): Promise<void> {
    this.closed++
  }
}

async function enqueue(topic: string, events: number, seconds = 0): Promise<void> {
  for (let n = 1; n <= events; n++) {
    await admin.query(
      `insert into todo.outbox (topic, event_id, user_id, task_id, event, created_at)
       values ($1, $2, $3, 1, $4, clock_timestamp() - make_interval(secs => $5))`,
      [topic, uuidv7(), randomUUID(), JSON.stringify({event_type: 'task.updated', n}), seconds],
    )
  }
}

async function lead(holder: string, seconds: number, refusals: unknown[] = []): Promise<void> {
  await admin.query(
    `update todo.relay_lease set holder = $1, token = gen_random_uuid(), by_hand = false, refusals = $3,
       until = clock_timestamp() + make_interval(secs => $2)`,
    [holder, seconds, JSON.stringify(refusals)],
  )
}

async function runs(name: 'local' | 'host'): Promise<void> {
  const folder = name === 'local' ? join(home, 'state') : join(home, 'data', 'host', 'state')
  await mkdir(folder, {recursive: true})
  const state = {api_url: 'http://127.0.0.1:1', database_url: database.url, kafka_brokers: '127.0.0.1:19092'}
  await writeFile(join(folder, `${name}.json`), JSON.stringify(state))
}

const left = async (): Promise<number> =>
  Number((await admin.query<{n: string}>('select count(*) as n from todo.outbox')).rows[0]!.n)

const lease = async () =>
  (
    await admin.query<{holder: string; holds: boolean}>(
      'select holder, until > clock_timestamp() as holds from todo.relay_lease',
    )
  ).rows[0]!

const outbox = async (line: string[], options?: RunOptions): Promise<string> =>
  transcript(await runCli(['outbox', ...line], {home, ...options}))
/** Instants, ages, hosts and processes change. */
const plain = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, 'THEN')
    .replaceAll(/(?<=^[\w-]+ +\d+ {2})(now|(\d+[hms])+)$/gmu, 'AGE')
    .replaceAll(/on \S+, process \d+/gu, 'on HERE')
const at = (): string[] => ['--database-url', database.url]
const direct = (): string[] => ['drain', '--via', 'kafka', '--brokers', '127.0.0.1:9092', ...at()]

test('status: what waits, how long, who leads, what the bus refuses', async () => {
  expect(await outbox(['status', ...at()])).toMatchInlineSnapshot(`
    "Nothing waits: the bus has every event.
    relay  has never run
    (exit 0)"
  `)
  await enqueue('task-events', 3, 200)
  await enqueue('reminders', 1)
  expect(await outbox(['status', ...at()])).toMatch(/^task-events +3 {2}3m\d+s$/mu)
  expect(plain(await outbox(['status', ...at()]))).toMatchInlineSnapshot(`
    "TOPIC        WAITING  OLDEST
    reminders          1  AGE
    task-events        3  AGE
    relay  has never run
    | Events wait until the Task Service runs.
    | todo5 status        shows what does not
    (exit 0)"
  `)
  await lead('task-service-1', 3600, [{topic: 'reminders', since: '2026-11-20T08:59:00.000Z', reason: 'no leader'}])
  expect(plain(await outbox(['status', ...at()]))).toMatchInlineSnapshot(`
    "TOPIC        WAITING  OLDEST
    reminders          1  AGE
    task-events        3  AGE
    relay  task-service-1, until THEN at least
    | ! The bus has taken nothing of reminders since THEN: no leader
    (exit 0)"
  `)
  const {stdout} = await runCli(['outbox', 'status', ...at(), '--json'])
  expect(JSON.parse(stdout)).toEqual({
    waiting: 4,
    oldest_seconds: expect.any(Number),
    topics: [
      {topic: 'reminders', waiting: 1, oldest_seconds: expect.any(Number)},
      {topic: 'task-events', waiting: 3, oldest_seconds: expect.any(Number)},
    ],
    relay: {
      holder: 'task-service-1',
      leads: true,
      until: expect.stringMatching(/^\d{4}.*Z$/u),
      by_hand: false,
      refused: [{topic: 'reminders', since: '2026-11-20T08:59:00.000Z', reason: 'no leader'}],
    },
  })
  await lead('task-service-1', -60)
  expect(plain(await outbox(['status', ...at()]))).toMatchInlineSnapshot(`
    "TOPIC        WAITING  OLDEST
    reminders          1  AGE
    task-events        3  AGE
    relay  none since THEN: task-service-1 is gone
    | Events wait until the Task Service runs.
    | todo5 status        shows what does not
    (exit 0)"
  `)
})

test('the login of the Task Service is enough', async () => {
  await enqueue('task-events', 1)
  const url = serviceUrl(database.url, 'task')
  expect(await outbox(['status', '--database-url', url])).toContain('task-events')
  const publisher = new FakePublisher()
  const line = ['drain', '--via', 'kafka', '--brokers', 'x:1', '--database-url', url, '--yes']
  expect(await outbox(line, {kafka: newKafka(), publisher})).toContain('Published to Kafka: task-events 1')
})

test('drain --via kafka takes the lease, publishes in order, and gives the lease back', async () => {
  await enqueue('task-events', 4)
  await enqueue('reminders-dlq', 1)
  await lead('task-service-1', 3600)
  const [kafka, publisher] = [newKafka(), new FakePublisher()]
  expect(await outbox([...direct(), '--dry-run'], {kafka, publisher})).toMatchInlineSnapshot(`
    "take the lease from the relay task-service-1
    publish to Kafka at 127.0.0.1:9092: reminders-dlq 1, task-events 4
    give the lease back
    (exit 0)"
  `)
  expect(await outbox(direct(), {kafka, publisher})).toMatchInlineSnapshot(`
    "| Error: This will take the lease from the relay task-service-1, publish to Kafka at 127.0.0.1:9092:
    |        reminders-dlq 1, task-events 4, give the lease back. This has to be confirmed.
    |        [confirmation_needed, exit 2]
    | Try:   --yes        confirms it
    |        --dry-run    shows what would be done
    (exit 2)"
  `)
  expect(await outbox(direct(), {kafka, publisher, answer: 'n'})).toMatchInlineSnapshot(`
    "| This will take the lease from the relay task-service-1, publish to Kafka at 127.0.0.1:9092: reminders-dlq 1, task-events 4, give the lease back.
    | Do it? [y/N] 
    | Error: Nothing was changed.  [not_confirmed, exit 4]
    (exit 4)"
  `)
  expect([await left(), publisher.taken.length, (await lease()).holder]).toEqual([5, 0, 'task-service-1'])
  expect(await outbox(direct(), {kafka, publisher, answer: 'y'})).toMatchInlineSnapshot(`
    "Published to Kafka: reminders-dlq 1, task-events 4
    | This will take the lease from the relay task-service-1, publish to Kafka at 127.0.0.1:9092: reminders-dlq 1, task-events 4, give the lease back.
    | Do it? [y/N]
    (exit 0)"
  `)
  const ofTask = publisher.taken.filter(({topic}) => topic === 'task-events')
  expect(ofTask.map(({event}) => (event as {n: number}).n)).toEqual([1, 2, 3, 4])
  expect([await left(), publisher.closed, (await lease()).holds]).toEqual([0, 1, false])
  const {stdout} = await runCli(['outbox', ...direct(), '--yes', '--json'], {kafka, publisher})
  expect(JSON.parse(stdout)).toEqual({via: 'kafka', published: [], left: 0})
})

test('what Kafka does not take stays, with the reason, and the lease goes back', async () => {
  await enqueue('task-events', 2)
  const publisher = new FakePublisher()
  publisher.answer = {ok: false, reason: 'it is too large.'}
  expect(await outbox([...direct(), '--yes', '--wait', '5s'], {kafka: newKafka(), publisher})).toMatchInlineSnapshot(`
    "| Error: 2 events wait, and none leaves: task-events: it is too large.  [outbox_stuck, exit 6]
    | Try:   todo5 outbox status        says what is refused
    (exit 6)"
  `)
  expect([await left(), (await lease()).holds, publisher.closed]).toEqual([2, false, 1])
})

test('two at once: the second one says who publishes', async () => {
  await enqueue('task-events', 1)
  await admin.query(
    `update todo.relay_lease set holder = 'todo5 outbox drain on b, process 1', token = gen_random_uuid(), by_hand = true,
       until = clock_timestamp() + interval '1 hour'`,
  )
  expect(plain(await outbox(['status', ...at()]))).toContain('waits for todo5 outbox drain on HERE')
  const publisher = new FakePublisher()
  expect(plain(await outbox([...direct(), '--yes'], {kafka: newKafka(), publisher}))).toMatchInlineSnapshot(`
    "| Error: todo5 outbox drain on HERE publishes already.  [drain_running, exit 4]
    | Try:   todo5 outbox status
    (exit 4)"
  `)
  expect(await left()).toBe(1)
})

test('a Kafka that lacks a topic, or of which nobody of todo5 reads, is refused before anything is taken', async () => {
  await enqueue('task-events', 1)
  const publisher = new FakePublisher()
  expect(await outbox([...direct(), '--yes'], {kafka: new FakeKafka(), publisher})).toMatchInlineSnapshot(`
    "| Error: Kafka at 127.0.0.1:9092 lacks task-events.  [topic_not_found, exit 4]
    | Try:   todo5 topic apply        makes it
    |        check --brokers
    (exit 4)"
  `)
  const foreign = new FakeKafka(wantedTopics('host'))
  expect(await outbox([...direct(), '--yes'], {kafka: foreign, publisher})).toMatchInlineSnapshot(`
    "| Error: Nobody has read task-events on Kafka at 127.0.0.1:9092, although events are in it.
    |        [no_readers, exit 4]
    | Try:   check --brokers: is this the Kafka of this todo5?
    |        todo5 consumer list
    (exit 4)"
  `)
  expect([await left(), publisher.taken]).toEqual([1, []])
})

test('drain waits for the relay, and gives up with what is refused', async () => {
  expect(await outbox(['drain', ...at()])).toMatchInlineSnapshot(`
    "The relay has published everything that was there.
    (exit 0)"
  `)
  await enqueue('task-events', 1)
  await lead('task-service-1', 3600, [{topic: 'task-events', since: '2026-11-20T08:59:00.000Z', reason: 'no leader'}])
  expect(await outbox(['drain', ...at(), '--dry-run'])).toMatchInlineSnapshot(`
    "wait until the relay has published what is there now
    (exit 0)"
  `)
  expect(await outbox(['drain', ...at(), '--wait', '1s'])).toMatchInlineSnapshot(`
    "| Error: 1 event waits, and does not leave: task-events: no leader.  [outbox_stuck, exit 6]
    | Try:   todo5 outbox status        says what is refused
    |        todo5 outbox drain --via kafka        when it is Dapr's pub/sub that is down
    (exit 6)"
  `)
})

test('drain waits until the relay has published what was there', async () => {
  await enqueue('task-events', 3)
  const publisher = new FakePublisher()
  const tasks = await openDatabase({url: serviceUrl(database.url, 'task'), poolSize: 2, applicationName: 'relay'})
  const {logger} = quietLogger()
  const relay = new OutboxRelay({database: tasks, publisher, holder: 'x', logger, metrics: new Metrics('test')})
  const waiting = runCli(['outbox', 'drain', ...at(), '--json'])
  try {
    relay.start()
    expect(JSON.parse((await waiting).stdout)).toEqual({via: 'bus', published: [], left: 0})
    expect(publisher.taken).toHaveLength(3)
  } finally {
    await relay.stop()
    await tasks.close()
  }
})

test('local: its outbox is found, it can be waited for, and its events are never put into a Kafka', async () => {
  await runs('local')
  await enqueue('task-events', 1)
  expect(await outbox(['status'])).toContain('task-events')
  expect(await outbox(['drain', '--wait', '0'])).toContain('todo5 logs task-service')
  const publisher = new FakePublisher()
  const refused = '| Error: local has no Kafka, events are in PostgreSQL.  [no_kafka, exit 4]'
  const options = {kafka: newKafka(), publisher}
  expect(await outbox(['drain', '--via', 'kafka', '--yes'], options)).toContain(refused)
  expect(await outbox(['drain', '--via', 'kafka', '--yes', '--brokers', 'x:1'], options)).toContain(refused)
  // Also by its URL, and with the Kafka of a host target that runs beside it.
  expect(await outbox([...direct(), '--yes'], options)).toContain(refused)
  expect(publisher.taken).toEqual([])
})

test('host: database and Kafka are found', async () => {
  await runs('host')
  await enqueue('task-events', 1)
  const [kafka, publisher] = [newKafka(), new FakePublisher()]
  expect(await outbox(['drain', '--via', 'kafka', '--yes'], {kafka, publisher})).toContain(
    'Published to Kafka: task-events 1',
  )
  expect(kafka.connections).toEqual([{brokers: ['127.0.0.1:19092'], tls: false}])
})

test('whose outbox, and which Kafka, has to be known', async () => {
  expect(await outbox(['status'])).toContain('[no_database, exit 6]')
  expect(await outbox(['status', '--target', 'host'])).toContain('[not_running, exit 6]')
  expect(await outbox(['status', '--target', 'oke'])).toContain('[kube_context_needed, exit 2]')
  expect(await outbox(['status', '--database-url', 'postgres://nobody:x@127.0.0.1:1/x'])).toContain(
    '[database_unreachable, exit 6]',
  )
  expect(await outbox(['drain', '--via', 'kafka', ...at()])).toContain('[brokers_needed, exit 2]')
  expect(await outbox(['drain', '--via', 'pigeon', ...at()])).toContain('(exit 2)')
  expect(await outbox(['drain', '--wait', 'long', ...at()])).toContain('[invalid_duration, exit 2]')
})
