import {Client} from 'pg'
import {v7 as uuidv7} from 'uuid'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {ResetPlan} from '../../cli/operations/consumers/reset-consumer.ts'
import {wantedTopics} from '../../cli/operations/plan-topics.ts'
import {FakeKafka} from '../../cli/testing/fake-kafka.ts'
import {runCli} from '../../cli/testing/run-cli.ts'
import {createAuditService} from '../../services/audit-service/service.ts'
import type {BatchResponse} from '../../services/contracts/batch.ts'
import {type Database, openDatabase} from '../../services/database/database.ts'
import type {DatabaseLogin} from '../../services/database/logins.ts'
import {newEvent} from '../../services/domain/events/new-event.ts'
import {createNotificationService} from '../../services/notification-service/service.ts'
import {MemoryJobs} from '../../services/notification-service/testing/memory-jobs.ts'
import type {Acknowledgement, Subscription} from '../../services/ports/event-subscriptions.ts'
import {createMemoryEventStream, type MemoryEventStream} from '../../services/ports/testing/memory-event-stream.ts'
import {createRecurringTaskService} from '../../services/recurring-task-service/service.ts'
import {createTaskService, type TaskService} from '../../services/task-service/service.ts'
import {call, quietLogger} from '../support/pipeline.ts'
import {createDatabase} from '../support/postgres.ts'
import {serviceUrl} from '../support/template.ts'

const minute = 60_000
const USERS = ['one', 'two', 'three', 'four'].map(() => uuidv7())
const TASKS_OF_EACH = 50
const TASKS = USERS.length * TASKS_OF_EACH
/** Created and reminding, completed and no longer reminding, followed by one that is created and reminds. */
const EVENTS_OF_TASK = 6
/** Further ones per task, which are only recorded: the real ones cost a test minutes. */
const CHANGES_OF_TASK = 45
const EVENTS = TASKS * (EVENTS_OF_TASK + CHANGES_OF_TASK)
const MOST_AT_ONCE = 100
const TABLES = ['tasks', 'series', 'reminders', 'reminder_deliveries', 'audit_logs', 'undo_log', 'idempotency_keys']

let url: string
let client: Client
let tasks: TaskService
let stream: MemoryEventStream
let kafka: FakeKafka
let subscriptions: readonly Subscription[]
const opened: Database[] = []

beforeAll(async () => {
  url = (await createDatabase()).url
  client = new Client({connectionString: url})
  await client.connect()
  const open = async (login: DatabaseLogin): Promise<Database> => {
    const database = await openDatabase({url: serviceUrl(url, login), poolSize: 4, applicationName: `test ${login}`})
    opened.push(database)
    return database
  }
  const {logger} = quietLogger()
  stream = createMemoryEventStream({topics: wantedTopics('host').map(({name}) => name)})
  kafka = new FakeKafka(wantedTopics('host'), {stream})
  tasks = createTaskService({
    database: await open('task'),
    relayDatabase: await open('task'),
    publisher: {
      publish: async (events) => {
        await stream.publish(events.map((event) => ({...event, source: null})))
        return events.map(() => ({ok: true}))
      },
    },
    holder: 'test',
    logger,
  })
  const committed = (): void => tasks.wakeRelay()
  const services = [
    createRecurringTaskService({database: await open('recurring'), logger, committed}),
    createAuditService({database: await open('audit'), logger, committed}),
    createNotificationService({
      database: await open('notification'),
      logger,
      committed,
      jobs: new MemoryJobs(),
      mailer: {send: async () => ({response: 'never asked: all is done before it comes'})},
      publicUrl: 'http://127.0.0.1:8636',
    }),
  ]
  subscriptions = services.flatMap((service) => service.subscriptions)
  await tasks.start()
})
afterAll(async () => {
  await tasks.stop()
  await client.end()
  await Promise.all(opened.map(async (database) => await database.close()))
})

/** Each consumer reads on from its position; what it acknowledges is its new position. How many events that were. */
async function deliver(): Promise<number> {
  let delivered = 0
  for (const {consumer: group, topics, handle} of subscriptions) {
    for (const {topic, partition, next} of await stream.ends(topics)) {
      const known = (await kafka.positions(group)).find((at) => at.topic === topic && at.partition === partition)
      let offset = known?.offset ?? 0
      while (offset < next) {
        const batch = stream
          .records(topic)
          .filter((record) => record.partition === partition && record.offset >= offset)
          .slice(0, MOST_AT_ONCE)
        const events = batch.map(({key, event, traceparent, offset: position}) => ({
          topic,
          key: key!,
          event,
          traceparent,
          position,
        }))
        const answers: readonly Acknowledgement[] = await handle(events)
        const done = answers.filter((answer) => answer === 'done').length
        delivered += done
        offset += done
        await kafka.move(group, [{topic, partition, offset}])
      }
    }
  }
  return delivered
}

/** Everything is published, and everybody has acknowledged everything. */
async function untilQuiet(): Promise<number> {
  let delivered = 0
  await expect
    .poll(
      async () => {
        const count = await deliver()
        delivered += count
        const {rows} = await client.query('select topic from todo.outbox limit 1')
        return count + rows.length
      },
      {timeout: 5 * minute},
    )
    .toBe(0)
  return delivered
}

async function batch(user: string, operations: readonly object[]): Promise<BatchResponse['results']> {
  const answer = await call<BatchResponse>(tasks, user, 'POST', '/v1/tasks/batch', {
    body: {atomic: true, operations},
    headers: {'idempotency-key': uuidv7()},
  })
  expect(answer.status).toBe(200)
  return answer.body.results
}

/** Each is completed before its reminder comes, in 40 minutes: within the hour, so that its event wakes somebody. */
const dueSoon = (): string => new Date(Date.now() + 100 * minute).toISOString().replace(/\.\d+/u, '')

/** Tasks, each completed once, and events of changes. */
async function fill(user: string): Promise<void> {
  const task = {title: 'Again', due_at: dueSoon(), recurring_pattern: 'daily'}
  const made = await batch(
    user,
    Array.from({length: TASKS_OF_EACH}, () => ({op: 'create', task})),
  )
  await batch(
    user,
    made.map(({id}) => ({op: 'complete', id})),
  )
  const changes = made.flatMap(({id}) =>
    Array.from({length: CHANGES_OF_TASK}, (_, n) =>
      newEvent('task.updated', {
        eventId: uuidv7(),
        at: new Date(),
        userId: user,
        taskId: id!,
        payload: {task_version: n + 3, changed: ['priority'], before: {priority: n}, after: {priority: n + 1}},
      }),
    ),
  )
  await stream.publish(
    changes.map(({topic, event}) => ({
      topic,
      key: user,
      eventId: event.event_id,
      eventType: event.event_type,
      event,
      traceparent: null,
      source: null,
    })),
  )
}

/** Every row of every table, as a number and a sum that differs when one of them does. */
async function snapshot(): Promise<Record<string, {rows: number; sum: string}>> {
  const found: Record<string, {rows: number; sum: string}> = {}
  for (const table of TABLES) {
    const {rows} = await client.query<{rows: number; sum: string}>(
      `select count(*)::int as rows, md5(string_agg(row, '' order by row)) as sum
       from (select md5(t::text) as row from todo.${table} t) as all_rows`,
    )
    found[table] = rows[0]!
  }
  return found
}

/** How many events each consumer has noted. */
async function inbox(): Promise<Record<string, number>> {
  const {rows} = await client.query<{consumer: string; rows: number}>(
    'select consumer, count(*)::int as rows from todo.inbox group by consumer',
  )
  return Object.fromEntries(rows.map(({consumer, rows: count}) => [consumer, count]))
}

async function reset(group: string, ...line: string[]): Promise<ResetPlan> {
  const flags = ['--brokers', 'x:1', '--target', 'host', '--database-url', url, '--json']
  const {code, stdout} = await runCli(['consumer', 'reset', group, ...line, ...flags], {
    kafka,
    stream,
    now: Date.now(),
  })
  expect([code, stdout]).toEqual([0, expect.any(String)])
  return JSON.parse(stdout) as ResetPlan
}

test('a day of 10,000 events comes again, and nothing changes twice', {timeout: 15 * minute}, async () => {
  for (const user of USERS) await fill(user)
  await untilQuiet()
  const [before, noted] = [await snapshot(), await inbox()]
  expect([before['audit_logs']!.rows, before['tasks']!.rows]).toEqual([EVENTS, TASKS * 2])
  expect(EVENTS).toBeGreaterThan(10_000)

  let again = 0
  for (const {consumer: group} of subscriptions) {
    const plan = await reset(group, '--to-datetime', '1d', '--yes')
    expect(plan).toMatchObject({events_skipped: 0, inbox_rows: noted[group]})
    again += plan.events_again
  }
  // All are recorded; of those of a task half are about reminders, half about tasks.
  expect(again).toBe(EVENTS + TASKS * EVENTS_OF_TASK)
  expect(await inbox()).toEqual({})
  expect(await untilQuiet()).toBe(again)
  expect(await inbox()).toEqual(noted)
  expect(await snapshot()).toEqual(before)
})

test('with --keep-inbox they come again, and are not handled again', {timeout: 10 * minute}, async () => {
  const group = 'recurring-task-service'
  const [before, noted] = [await snapshot(), await inbox()]
  const plan = await reset(group, '--to-earliest', '--keep-inbox', '--yes')
  expect(plan.inbox_rows).toBeNull()
  const handled = await client.query<{last: string}>('select max(handled_at)::text as last from todo.inbox')
  expect(await untilQuiet()).toBe(plan.events_again)
  expect((await client.query('select max(handled_at)::text as last from todo.inbox')).rows).toEqual(handled.rows)
  expect([await snapshot(), await inbox()]).toEqual([before, noted])
})
