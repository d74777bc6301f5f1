import {randomUUID} from 'node:crypto'
import {v7 as uuidv7} from 'uuid'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {call, quietLogger} from '../../test/support/pipeline.ts'
import {createDatabase} from '../../test/support/postgres.ts'
import {serviceUrl} from '../../test/support/template.ts'
import type {AuditListResponse} from '../contracts/audit.ts'
import {type Database, openDatabase} from '../database/database.ts'
import {query} from '../database/query.ts'
import type {Envelope} from '../domain/events/envelope.ts'
import {type EventPayload, type EventType, topicOf} from '../domain/events/event-types.ts'
import {newEvent} from '../domain/events/new-event.ts'
import type {DeliveredEvent} from '../ports/event-subscriptions.ts'
import type {Service} from '../runtime/service.ts'
import {listEntries} from './list-entries.ts'
import {recordEvents} from './record-events.ts'
import {createAuditService} from './service.ts'

let database: Database
let service: Service
let committed = 0
beforeAll(async () => {
  const {url} = await createDatabase()
  database = await openDatabase({url: serviceUrl(url, 'audit'), poolSize: 4, applicationName: 'audit test'})
  service = createAuditService({database, logger: quietLogger('audit-service').logger, committed: () => committed++})
  await service.start()
})
afterAll(async () => {
  await service.stop()
  await database.close()
})

function event<T extends EventType>(type: T, userId: string, taskId: number, payload: EventPayload<T>): Envelope {
  return newEvent(type, {eventId: uuidv7(), at: new Date('2026-12-01T09:00:00.123Z'), userId, taskId, payload}).event
}

const place = {series_id: null, occurrence_at: null}
const completed = (userId: string, taskId: number, version = 2) =>
  event('task.completed', userId, taskId, {task_version: version, ...place, completed_at: '2026-12-01T09:00:00Z'})
const updated = (userId: string, taskId: number, version: number) =>
  event('task.updated', userId, taskId, {task_version: version, changed: ['title'], before: {}, after: {}})
const failed = (userId: string, taskId: number) =>
  event('reminder.failed', userId, taskId, {
    task_version: 1,
    reminder_id: 5,
    revision: 1,
    channel: 'email',
    reason: 'refused',
    attempts: 10,
  })

const delivered = (events: readonly Envelope[]): DeliveredEvent[] =>
  events.map((entry) => ({
    topic: topicOf(entry.event_type as EventType),
    key: entry.user_id,
    event: JSON.parse(JSON.stringify(entry)),
    traceparent: null,
  }))

const deliver = async (events: readonly DeliveredEvent[]) => service.subscriptions[0]!.handle(events)
const list = async (user: string | null, search = '') =>
  call<AuditListResponse>(service, user, 'GET', `/v1/audit${search}`)

test('it hears all three topics', () => {
  expect(service.subscriptions).toMatchObject([
    {consumer: 'audit-service', topics: ['task-events', 'reminders', 'task-updates']},
  ])
})

test('every type of event becomes an entry, with all that it says', async () => {
  const user = randomUUID()
  const events = [completed(user, 7), updated(user, 7, 3), failed(user, 8)]
  expect(await deliver(delivered(events))).toEqual(['done', 'done', 'done'])
  const {status, body} = await list(user)
  expect(status).toBe(200)
  expect(body).toEqual({
    entries: [...events].reverse().map((entry) => ({
      id: expect.any(Number),
      event_id: entry.event_id,
      event_type: entry.event_type,
      task_id: entry.task_id,
      occurred_at: '2026-12-01T09:00:00.123Z',
      recorded_at: expect.stringMatching(/Z$/u),
      payload: entry.payload,
    })),
    next_cursor: null,
  })
})

test('what is delivered again, in one batch or later, is recorded once', async () => {
  const user = randomUUID()
  const one = completed(user, 1)
  const batch = delivered([one, one, updated(user, 1, 3)])
  await deliver(batch)
  await deliver(batch)
  await Promise.all([deliver(batch), deliver(batch)])
  expect((await list(user)).body.entries).toHaveLength(2)
  // Also without the inbox, which is dropped some days later.
  await database.asUser(user, async (tx) => recordEvents(tx, [one, one]))
  expect((await list(user)).body.entries).toHaveLength(2)
})

test('what cannot be read goes to the dead letters, and the rest is recorded', async () => {
  const user = randomUUID()
  const good = completed(user, 1)
  const [broken] = delivered([completed(user, 2)])
  const batch = [...delivered([good]), {...broken!, event: {event_type: 'task.completed'}}]
  const before = committed
  expect(await deliver(batch)).toEqual(['done', 'done'])
  expect((await list(user)).body.entries.map((entry) => entry.task_id)).toEqual([1])
  expect(committed).toBeGreaterThan(before)
  expect(await service.metrics.registry.metrics()).toMatch(
    /consumer_dead_letters_total\{code="malformed_event"[^}]*\} 1/u,
  )
})

test('pages go from new to old and meet no entry twice', async () => {
  const user = randomUUID()
  const events = Array.from({length: 25}, (_, n) => updated(user, (n % 5) + 1, n + 2))
  await deliver(delivered(events))
  const seen: string[] = []
  let search = '?limit=10'
  for (let page = 0; page < 3; page++) {
    const {body} = await list(user, search)
    expect(body.entries).toHaveLength(page < 2 ? 10 : 5)
    seen.push(...body.entries.map((entry) => entry.event_id))
    if (page === 0) await deliver(delivered([updated(user, 1, 99)])) // what is new in between shifts no page
    search = `?limit=10&cursor=${body.next_cursor}`
  }
  expect(seen).toEqual(events.map((entry) => entry.event_id).reverse())
})

test('one task, or one type', async () => {
  const user = randomUUID()
  await deliver(delivered([completed(user, 1), completed(user, 2), updated(user, 1, 3)]))
  const types = async (search: string) =>
    (await list(user, search)).body.entries.map((entry) => `${entry.task_id} ${entry.event_type}`)
  expect(await types('?task_id=1')).toEqual(['1 task.updated', '1 task.completed'])
  expect(await types('?event_type=task.completed')).toEqual(['2 task.completed', '1 task.completed'])
  expect(await types('?event_type=task.completed&task_id=2')).toEqual(['2 task.completed'])
  expect(await types('?event_type=no.such_type')).toEqual([])
})

test('nobody sees the entries of another, whatever is asked for', async () => {
  const [owner, stranger] = [randomUUID(), randomUUID()]
  await deliver(delivered([completed(owner, 1), updated(owner, 1, 3)]))
  const {body} = await list(owner, '?limit=1')
  for (const search of ['', '?task_id=1', `?cursor=${body.next_cursor}`, '?event_type=task.updated'])
    expect((await list(stranger, search)).body).toEqual({entries: [], next_cursor: null})
  expect(await list(null)).toMatchObject({status: 401, body: {code: 'no_user'}})
})

test('without a user set nothing is listed and nothing is recorded: an error, never an empty answer', async () => {
  const user = randomUUID()
  await expect(database.acrossUsers(async (tx) => listEntries(tx, user, {limit: 5}))).rejects.toThrow(/no user is set/u)
  await expect(database.acrossUsers(async (tx) => recordEvents(tx, [completed(user, 1)]))).rejects.toThrow(
    /no user is set/u,
  )
  const other = randomUUID()
  await expect(database.asUser(other, async (tx) => recordEvents(tx, [completed(user, 1)]))).rejects.toThrow(
    /row-level security/u,
  )
})

test('entries cannot be changed or deleted by the service', async () => {
  const user = randomUUID()
  await deliver(delivered([completed(user, 1)]))
  for (const statement of ['update todo.audit_logs set task_id = 2', 'delete from todo.audit_logs'])
    await expect(database.asUser(user, async (tx) => query(tx, statement))).rejects.toThrow(/permission denied/u)
})

test.each([
  '?limit=0',
  '?limit=1001',
  '?limit=x',
  '?task_id=0',
  '?task_id=1.5',
  '?task_id=99999999999999999999',
  '?task_id=1&task_id=2',
  '?event_type=%00',
  "?event_type='%20or%201=1",
  '?cursor=%00',
  '?cursor=nonsense',
  `?cursor=${'x'.repeat(501)}`,
  '?unknown=1',
])('%s is refused with its fault', async (search) => {
  const answer = await list(randomUUID(), search)
  expect(answer).toMatchObject({status: 422, body: {code: expect.any(String), detail: expect.any(String)}})
})

test('health says whether the database answers', async () => {
  expect(await call(service, null, 'GET', '/healthz')).toMatchObject({status: 200, body: {service: 'audit-service'}})
})
