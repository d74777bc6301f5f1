import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {v7 as uuidv7} from 'uuid'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {quietLogger} from '../../test/support/pipeline.ts'
import {type TestDatabase, createDatabase} from '../../test/support/postgres.ts'
import {serviceUrl} from '../../test/support/template.ts'
import {type Database, openDatabase} from '../database/database.ts'
import {type OutboxRow, relayLease, waitingByTopic} from '../database/statements/relay.ts'
import type {EventPublisher, OutgoingEvent, PublishResult} from '../ports/event-publisher.ts'
import {Metrics} from './metrics.ts'
import {OutboxRelay, choosePublishable} from './outbox-relay.ts'

let testDatabase: TestDatabase
let database: Database
let admin: Client
const relays: OutboxRelay[] = []

beforeEach(async () => {
  testDatabase = await createDatabase()
  database = await openDatabase({url: serviceUrl(testDatabase.url, 'task'), poolSize: 6, applicationName: 'relay'})
  admin = new Client({connectionString: testDatabase.url})
  await admin.connect()
})
afterEach(async () => {
  await Promise.all(relays.splice(0).map(async (relay) => relay.stop()))
  await database.close()
  await admin.end()
})

/** A bus that keeps what it gets, and refuses or fails as the test says. */
class FakeBus implements EventPublisher {
  readonly taken: OutgoingEvent[] = []
  refuse: (event: OutgoingEvent) => boolean = () => false
  down = false

  async publish(events: readonly OutgoingEvent[]): Promise<readonly PublishResult[]> {
    if (this.down) throw new Error('the bus is down')
    return events.map((event) => {
      if (this.refuse(event)) return {ok: false, reason: 'refused by the test'}
      this.taken.push(event)
      return {ok: true}
    })
  }

  versionsOf(taskId: number): number[] {
    return this.taken
      .map((entry) => entry.event as {task_id: number; n: number})
      .filter((event) => event.task_id === taskId)
      .map((event) => event.n)
  }
}

const GENEROUS = {timeout: 90_000}

const lease = async () => await database.acrossUsers(relayLease)

function startRelay(
  publisher: EventPublisher,
  as: {holder: string; byHand?: boolean; alone?: boolean} = {holder: 'test'},
): OutboxRelay {
  const relay = new OutboxRelay({
    database,
    publisher,
    ...as,
    logger: quietLogger().logger,
    metrics: new Metrics('test'),
  })
  relays.push(relay)
  relay.start()
  return relay
}

async function enqueue(taskId: number, n: number, userId = randomUUID()): Promise<void> {
  await admin.query(
    `insert into todo.outbox (topic, event_id, user_id, task_id, event) values ('task-events', $1, $2, $3, $4)`,
    [uuidv7(), userId, taskId, JSON.stringify({event_type: 'task.updated', task_id: taskId, n})],
  )
}

const left = async (): Promise<number> =>
  Number((await admin.query<{n: string}>('select count(*) as n from todo.outbox')).rows[0]!.n)

test('publishes everything with the user as its key, and empties the outbox', async () => {
  const bus = new FakeBus()
  const user = randomUUID()
  for (let n = 1; n <= 30; n++) await enqueue(n, 1, user)
  startRelay(bus)
  await expect.poll(left, {timeout: 90_000}).toBe(0)
  expect(bus.taken).toHaveLength(30)
  expect(bus.taken.every((entry) => entry.key === user && entry.topic === 'task-events')).toBe(true)
})

test('keeps the order of each task while single entries are refused again and again', async () => {
  const bus = new FakeBus()
  let calls = 0
  bus.refuse = () => calls++ % 3 === 0
  for (let n = 1; n <= 8; n++) for (const task of [1, 2, 3]) await enqueue(task, n)
  startRelay(bus)
  await expect.poll(left, {timeout: 90_000}).toBe(0)
  for (const task of [1, 2, 3]) expect(bus.versionsOf(task)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('keeps the order of a task whose events wait behind each other while thousands of others pass', async () => {
  const bus = new FakeBus()
  await admin.query(
    `insert into todo.outbox (topic, event_id, user_id, task_id, event)
     select 'task-events', gen_random_uuid(), gen_random_uuid(), task_id,
       jsonb_build_object('event_type', 'task.updated', 'task_id', task_id, 'n', n)
     from (select n, case when n <= 12 or n = 6000 then 1 else n end as task_id from generate_series(1, 6000) as n) as entries
     order by n`,
  )
  startRelay(bus)
  await expect.poll(left, {timeout: 90_000}).toBe(0)
  expect(bus.versionsOf(1)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 6000])
  expect(bus.taken).toHaveLength(6000)
})

test('a topic that the bus refuses holds up no other, however much of it waits', async () => {
  const bus = new FakeBus()
  let refused = 0
  bus.refuse = (event) => event.topic === 'reminders' && ++refused > 0
  await admin.query(
    `insert into todo.outbox (topic, event_id, user_id, task_id, event)
     select 'reminders', gen_random_uuid(), gen_random_uuid(), n, jsonb_build_object('event_type', 'x', 'task_id', n, 'n', 1)
     from generate_series(1, 1500) as n`,
  )
  for (let n = 1; n <= 5; n++) await enqueue(n, n)
  startRelay(bus)
  await expect.poll(() => bus.taken.length, {timeout: 90_000}).toBe(5)
  // Offered a batch at a time, and with longer and longer pauses: 100, 200, 400 ms …
  expect(refused).toBeLessThanOrEqual(500 * 8)
  bus.refuse = () => false
  await expect.poll(left, {timeout: 90_000}).toBe(0)
  expect(bus.taken).toHaveLength(1505)
})

test('of two relays only one publishes, and the other takes over when it stops', async () => {
  const [first, second] = [new FakeBus(), new FakeBus()]
  const leader = startRelay(first)
  await enqueue(1, 1)
  await expect.poll(() => first.taken.length, {timeout: 90_000}).toBe(1)
  startRelay(second)
  await enqueue(1, 2)
  await expect.poll(() => first.taken.length, {timeout: 90_000}).toBe(2)
  expect(second.taken).toEqual([])
  await leader.stop()
  await enqueue(1, 3)
  await expect.poll(() => second.versionsOf(1), {timeout: 90_000}).toEqual([3])
})

test('a relay whose lease was taken stops publishing', async () => {
  const bus = new FakeBus()
  startRelay(bus)
  await enqueue(1, 1)
  await expect.poll(() => bus.taken.length, {timeout: 90_000}).toBe(1)
  // It deletes a moment later what it has published.
  await expect.poll(left, {timeout: 90_000}).toBe(0)
  await admin.query(
    `update todo.relay_lease set token = gen_random_uuid(), until = clock_timestamp() + interval '1 hour'`,
  )
  await enqueue(1, 2)
  const other = new FakeBus()
  startRelay(other)
  await admin.query(`update todo.relay_lease set until = clock_timestamp() + interval '700 milliseconds'`)
  await expect.poll(left, {timeout: 90_000}).toBe(0)
  // Whoever took over published it; it was not published by both.
  expect([...bus.versionsOf(1), ...other.versionsOf(1)].toSorted((a, b) => a - b)).toEqual([1, 2])
})

test('while the bus is down events wait, and nothing is lost when it returns', async () => {
  const bus = new FakeBus()
  bus.down = true
  startRelay(bus)
  for (let n = 1; n <= 5; n++) await enqueue(n, 1)
  await expect.poll(left).toBe(5)
  bus.down = false
  await expect.poll(left, {timeout: 90_000}).toBe(0)
  expect(bus.taken).toHaveLength(5)
})

test('a row that commits after younger ones is found', async () => {
  const bus = new FakeBus()
  startRelay(bus)
  const slow = new Client({connectionString: testDatabase.url})
  await slow.connect()
  try {
    await slow.query('begin')
    await slow.query(
      `insert into todo.outbox (topic, event_id, task_id, event) values ('task-events', $1, 77, '{"task_id": 77, "n": 1}')`,
      [uuidv7()],
    )
    for (let n = 1; n <= 20; n++) await enqueue(n, 1)
    await expect.poll(() => bus.taken.length, {timeout: 90_000}).toBe(20)
    await slow.query('commit')
    await expect.poll(() => bus.versionsOf(77), {timeout: 90_000}).toEqual([1])
  } finally {
    await slow.end()
  }
})

test('of one task and topic only the first event may go out', () => {
  const row = (id: number, taskId: number | null, topic = 'task-events'): OutboxRow => ({
    id,
    topic,
    taskId,
    eventId: String(id),
    userId: null,
    event: {},
    traceparent: null,
    createdAt: new Date(0),
  })
  const rows = [row(1, 5), row(2, 5), row(3, 6), row(4, 5, 'reminders'), row(5, null), row(6, null)]
  expect(choosePublishable(rows).map((entry) => entry.id)).toEqual([1, 3, 4, 5, 6])
})

test('an operator takes the lease from the relay that has it, and the relay goes on when he gives it back', async () => {
  const [bus, direct, other] = [new FakeBus(), new FakeBus(), new FakeBus()]
  bus.down = true
  const relay = startRelay(bus)
  for (let n = 1; n <= 3; n++) await enqueue(1, n)
  await admin.query(
    `insert into todo.outbox (topic, event_id, task_id, event) values ('reminders', $1, 1, '{"task_id": 1, "n": 0}')`,
    [uuidv7()],
  )
  await expect.poll(lease, GENEROUS).toMatchObject({holder: 'test', holds: true, byHand: false})
  await expect
    .poll(async () => (await lease()).refusals, GENEROUS)
    .toMatchObject([
      {topic: 'task-events', reason: 'the bus is down'},
      {topic: 'reminders', reason: 'the bus is down'},
    ])
  const drain = startRelay(direct, {holder: 'an operator', byHand: true})
  await expect.poll(left, GENEROUS).toBe(0)
  expect(direct.versionsOf(1).filter((n) => n > 0)).toEqual([1, 2, 3])
  await expect.poll(lease, GENEROUS).toMatchObject({holder: 'an operator', holds: true, byHand: true, refusals: []})
  // A second operator does not get it.
  const second = startRelay(other, {holder: 'another operator', byHand: true})
  await enqueue(1, 4)
  await expect.poll(() => direct.versionsOf(1).includes(4), GENEROUS).toBe(true)
  await second.stop()
  await drain.stop()
  bus.down = false
  await enqueue(1, 5)
  await expect.poll(() => bus.versionsOf(1), GENEROUS).toEqual([5])
  await expect.poll(left, GENEROUS).toBe(0)
  // What it knew before somebody else published is gone, too.
  expect(relay.refusals).toEqual([])
  await expect.poll(lease, GENEROUS).toMatchObject({holder: 'test', holds: true, byHand: false, refusals: []})
  expect(other.taken).toEqual([])
})

test('the only relay there is does not wait for the lease of one that was killed, but for an operator', async () => {
  await admin.query(
    `update todo.relay_lease set holder = 'killed', token = gen_random_uuid(), until = clock_timestamp() + interval '1 hour'`,
  )
  const alone = new FakeBus()
  startRelay(alone, {holder: 'alone', alone: true})
  await enqueue(1, 1)
  await expect.poll(() => alone.versionsOf(1), GENEROUS).toEqual([1])
  await expect.poll(lease, GENEROUS).toMatchObject({holder: 'alone', byHand: false})
  const direct = new FakeBus()
  startRelay(direct, {holder: 'an operator', byHand: true})
  await expect.poll(lease, GENEROUS).toMatchObject({holder: 'an operator', byHand: true})
  await enqueue(1, 2)
  await expect.poll(() => direct.versionsOf(1), GENEROUS).toEqual([2])
  expect(alone.versionsOf(1)).toEqual([1])
})

test('what waits is told by topic, and up to an id', async () => {
  await enqueue(1, 1)
  await enqueue(1, 2)
  await admin.query(
    `insert into todo.outbox (topic, event_id, task_id, event, created_at)
     values ('reminders', $1, 1, '{}', clock_timestamp() - interval '90 seconds')`,
    [uuidv7()],
  )
  const waiting = await database.acrossUsers(async (tx) => waitingByTopic(tx, null))
  expect(waiting.map(({topic, events}) => [topic, events])).toEqual([
    ['reminders', 1],
    ['task-events', 2],
  ])
  expect(waiting[0]!.oldestSeconds).toBeGreaterThanOrEqual(90)
  const upTo = waiting[1]!.newestId - 1
  expect(await database.acrossUsers(async (tx) => waitingByTopic(tx, upTo))).toMatchObject([
    {topic: 'task-events', events: 1},
  ])
})
