import {randomUUID} from 'node:crypto'
import {v7 as uuidv7} from 'uuid'
import {Client} from 'pg'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {quietLogger} from '../../test/support/pipeline.ts'
import {type TestDatabase, createDatabase} from '../../test/support/postgres.ts'
import {serviceUrl} from '../../test/support/template.ts'
import {type Database, openDatabase} from '../database/database.ts'
import type {DeadLetter} from '../domain/events/dead-letter.ts'
import type {Envelope} from '../domain/events/envelope.ts'
import type {Acknowledgement, DeliveredEvent} from '../ports/event-subscriptions.ts'
import {type ConsumerOptions, createConsumer} from './consumer.ts'
import {Metrics} from './metrics.ts'

let test_: TestDatabase
let database: Database
let admin: Client

beforeEach(async () => {
  test_ = await createDatabase()
  database = await openDatabase({url: serviceUrl(test_.url, 'audit'), poolSize: 4, applicationName: 'consumer'})
  admin = new Client({connectionString: test_.url})
  await admin.connect()
})
afterEach(async () => {
  await database.close()
  await admin.end()
})

const completed = (changes: Partial<Envelope> = {}): Envelope => ({
  event_id: uuidv7(),
  event_type: 'task.completed',
  event_version: '1.0',
  timestamp: new Date().toISOString(),
  user_id: randomUUID(),
  task_id: 1,
  payload: {task_version: 2, series_id: null, occurrence_at: null, completed_at: new Date().toISOString()},
  ...changes,
})

const delivered = (event: unknown): DeliveredEvent => ({
  topic: 'task-events',
  key: (event as Partial<Envelope> | null)?.user_id ?? 'unknown',
  event,
  traceparent: null,
})

function consumerOf(handle: ConsumerOptions['handle'], options: Partial<ConsumerOptions> = {}) {
  const {logger, lines} = quietLogger()
  const subscription = createConsumer({
    consumer: 'under-test',
    topics: ['task-events'],
    eventTypes: ['task.completed'],
    database,
    logger,
    metrics: new Metrics('test'),
    maxAttempts: 3,
    handle,
    ...options,
  })
  const deliver = async (events: readonly unknown[]): Promise<readonly Acknowledgement[]> =>
    subscription.handle(events.map(delivered))
  return {deliver, lines, subscription}
}

const deadLetters = async () =>
  (
    await admin.query<{
      topic: string
      event: DeadLetter
    }>('select topic, event from todo.outbox order by id')
  ).rows

describe('an idempotent consumer', () => {
  test('handles an event once, however often it is delivered, also twice in one batch', async () => {
    const handled: string[] = []
    const {deliver} = consumerOf(async (_tx, events) => void handled.push(...events.map((event) => event.event_id)))
    const event = completed()
    expect(await deliver([event, event])).toEqual(['done', 'done'])
    expect(await deliver([event])).toEqual(['done'])
    expect(handled).toEqual([event.event_id])
  })

  test('acknowledges what it has nothing to do with, and leaves no inbox row of it', async () => {
    const handled: number[] = []
    const {deliver} = consumerOf(async (_tx, events) => void handled.push(...events.map((event) => event.task_id)), {
      concerns: (event) => event.task_id > 1,
    })
    expect(await deliver([completed(), completed({task_id: 2}), completed()])).toEqual(['done', 'done', 'done'])
    expect(handled).toEqual([2])
    expect((await admin.query('select 1 from todo.inbox')).rows).toHaveLength(1)
  })

  test('keeps no inbox row of a handler that failed, so that the event is handled when it comes again', async () => {
    let failing = true
    let handled = 0
    const {deliver} = consumerOf(async () => {
      if (failing) throw new Error('as the test wants it')
      handled++
    })
    const event = completed()
    expect(await deliver([event])).toEqual(['retry'])
    failing = false
    expect(await deliver([event])).toEqual(['done'])
    expect(handled).toBe(1)
  })

  test('puts poison into the dead letters with its reason, and goes on with the rest of the batch', async () => {
    const handled: string[] = []
    const {deliver} = consumerOf(async (_tx, events) => void handled.push(...events.map((event) => event.event_id)))
    const [good, other] = [completed(), completed()]
    const strange = completed({event_version: '2.0'})
    const broken = completed({payload: {task_version: 'three'}})
    const answers = await deliver([good, 'no event at all', strange, broken, other])
    expect(answers).toEqual(['done', 'done', 'done', 'done', 'done'])
    expect(handled).toEqual([good.event_id, other.event_id])
    const letters = await deadLetters()
    expect(letters.map((row) => [row.topic, row.event.dead_letter.code])).toEqual([
      ['task-events-dlq', 'malformed_event'],
      ['task-events-dlq', 'unsupported_version'],
      ['task-events-dlq', 'malformed_payload'],
    ])
    expect(letters[1]!.event).toMatchObject({
      original: strange,
      dead_letter: {consumer: 'under-test', reason: 'event_version 2.0'},
    })
    const {rows} = await admin.query(`select event_id from todo.inbox where event_id = any ($1::uuid[])`, [
      [strange.event_id, broken.event_id],
    ])
    expect(rows).toEqual([])
  })

  test('after a retry everything behind it in the batch is a retry too, poison included', async () => {
    const stubborn = completed()
    const {deliver} = consumerOf(async (_tx, events) => {
      if (events.some((event) => event.event_id === stubborn.event_id)) throw new Error('as the test wants it')
    })
    expect(await deliver([completed(), stubborn, 'poison', completed()])).toEqual(['done', 'retry', 'retry', 'retry'])
    expect(await deadLetters()).toEqual([])
  })

  test('an event that keeps failing for its own reasons goes to the dead letters after its last try', async () => {
    const {deliver} = consumerOf(async () => {
      throw new Error('cannot be handled')
    })
    const event = completed()
    expect(await deliver([event])).toEqual(['retry'])
    expect(await deliver([event])).toEqual(['retry'])
    expect(await deliver([event])).toEqual(['done'])
    expect(await deadLetters()).toMatchObject([
      {event: {dead_letter: {code: 'handler_failed', reason: 'failed 3 times: cannot be handled'}, original: event}},
    ])
  })

  test('an outage of the database is never the fault of an event', async () => {
    const event = completed()
    const {deliver} = consumerOf(async (tx) => {
      await tx.execute('select pg_terminate_backend(pg_backend_pid())')
    })
    for (let n = 0; n < 5; n++) expect(await deliver([event])).toEqual(['retry'])
    expect(await deadLetters()).toEqual([])
  })

  test('a handler that gets no answer in time, since somebody holds a lock, has no number of tries', async () => {
    await database.close()
    // Every try that hangs keeps its connection until the statement timeout.
    database = await openDatabase({url: serviceUrl(test_.url, 'audit'), poolSize: 20, applicationName: 'consumer'})
    await admin.query('create table locked_row as select 1 as id')
    await admin.query('grant select, update on locked_row to todo5_audit')
    const handled: string[] = []
    const {deliver} = consumerOf(
      async (tx, events) => {
        await tx.execute('select id from public.locked_row for update')
        handled.push(...events.map((event) => event.event_id))
      },
      {timeoutMs: 100},
    )
    const event = completed()
    await admin.query('begin')
    await admin.query('select id from locked_row for update')
    for (let n = 0; n < 5; n++) expect(await deliver([event])).toEqual(['retry'])
    await admin.query('rollback')
    await expect.poll(async () => deliver([event]), {timeout: 90_000}).toEqual(['done'])
    expect(handled).toEqual([event.event_id])
    expect(await deadLetters()).toEqual([])
  })

  test('poison that is delivered again from the same place is one dead letter, from another place another one', async () => {
    const handle = async () => undefined
    const at = (position: string) => ({...delivered({nonsense: true}), position})
    for (const deliveries of [[at('3/7')], [at('3/7')], [at('3/7'), at('3/8')]]) {
      const {subscription} = consumerOf(handle)
      expect(await subscription.handle(deliveries)).toEqual(deliveries.map(() => 'done'))
    }
    expect(await deadLetters()).toHaveLength(2)
    const other = consumerOf(handle, {consumer: 'another'})
    await other.subscription.handle([at('3/7')])
    expect((await deadLetters()).map((row) => row.event.dead_letter.consumer).toSorted()).toEqual([
      'another',
      'under-test',
      'under-test',
    ])
  })

  test('a dead letter says how often its event has been replayed, also when that is all there is to read', async () => {
    const {deliver} = consumerOf(async () => undefined)
    const strange = completed({event_version: '2.0'})
    await deliver([strange, {...strange, replay_count: 2}, {replay_count: 1}, {replay_count: 'often'}, null])
    const counts = (await deadLetters()).map((row) => row.event.dead_letter.replay_count)
    expect(counts).toEqual([0, 2, 1, 0, 0])
  })

  test('poison that no jsonb can hold goes to the dead letters all the same', async () => {
    const {deliver} = consumerOf(async () => undefined)
    const poison = {user_id: 'nobody', 'a\u0000key': ['NUL \u0000', {half: 'a pair \uD800'}], back: '\\u0000'}
    expect(await deliver([poison])).toEqual(['done'])
    expect(await deadLetters()).toMatchObject([
      {
        event: {
          dead_letter: {code: 'malformed_event'},
          original: {user_id: 'nobody', 'a\uFFFDkey': ['NUL \uFFFD', {half: 'a pair \uFFFD'}], back: '\\u0000'},
        },
      },
    ])
  })

  test('acknowledges types that it does not know or handle, and events of users that were erased', async () => {
    const handled: string[] = []
    const {deliver, lines} = consumerOf(
      async (_tx, events) => void handled.push(...events.map((event) => event.event_id)),
    )
    const erased = randomUUID()
    await admin.query('insert into todo.tombstones (user_id) values ($1)', [erased])
    const answers = await deliver([
      completed({event_type: 'task.invented', payload: {}}),
      completed({event_type: 'task.deleted'}),
      completed({user_id: erased}),
    ])
    expect(answers).toEqual(['done', 'done', 'done'])
    expect(handled).toEqual([])
    expect(await deadLetters()).toEqual([])
    expect(lines.filter((line) => line['level'] === 'ERROR')).toEqual([])
  })

  test('says whose event it was, of one that was handled and of one that went to the dead letters', async () => {
    const {deliver, lines} = consumerOf(async () => undefined)
    const [good, bad] = [completed(), completed({payload: {}})]
    await deliver([good, bad])
    const said = (message: string, event: unknown) => {
      const {user_id, event_id} = event as Record<string, string>
      return expect.objectContaining({message, user_id, event_id})
    }
    expect(lines).toContainEqual(said('an event was handled', good))
    expect(lines).toContainEqual(said('an event went to the dead letters', bad))
  })

  test('gives up by itself when a handler hangs', async () => {
    const {deliver, lines} = consumerOf(async () => new Promise(() => undefined), {
      timeoutMs: 100,
      database: hangingDatabase(),
    })
    expect(await deliver([completed()])).toEqual(['retry'])
    expect(JSON.stringify(lines)).toContain('no answer within 100 ms')
  })
})

/** A database whose transactions never end, without leaving one open in the real one. */
const hangingDatabase = (): Database => ({...database, asUsers: async () => new Promise(() => undefined)})
