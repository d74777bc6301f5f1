import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type Pipeline, call, startPipeline} from '../../test/support/pipeline.ts'
import type {BatchResponse} from '../contracts/batch.ts'
import type {TaskListResponse, TaskResponse} from '../contracts/tasks.ts'
import {DomainError} from '../domain/errors.ts'
import type {ChangeName} from '../contracts/undo.ts'
import type {Database, Transaction} from '../database/database.ts'
import {ensureSuccessor} from '../database/ensure-successor.ts'
import {TaskEntity} from '../database/entities/task.ts'
import {lockWithReminders} from '../database/statements/lock-task.ts'
import {type Change, createRecorder} from './change.ts'
import {completeTask} from './use-cases/complete-task.ts'
import {createTask} from './use-cases/create-task.ts'
import {deleteTask} from './use-cases/delete-task.ts'
import {getSeries} from './use-cases/get-series.ts'
import {getTaskReminders} from './use-cases/get-task-reminders.ts'
import {listChanges} from './use-cases/list-changes.ts'
import {listTasks} from './use-cases/list-tasks.ts'
import {reopenTask} from './use-cases/reopen-task.ts'
import {skipTask} from './use-cases/skip-task.ts'
import {snoozeTask} from './use-cases/snooze-task.ts'
import {undoChange} from './use-cases/undo-change.ts'
import {updateTask} from './use-cases/update-task.ts'

let pipeline: Pipeline
let admin: Client
let database: Database
const [owner, stranger] = [randomUUID(), randomUUID()]
let task: TaskResponse

beforeAll(async () => {
  pipeline = await startPipeline()
  database = await pipeline.open('task')
  admin = new Client({connectionString: pipeline.database.url})
  await admin.connect()
  const made = await call<TaskResponse>(pipeline.tasks, owner, 'POST', '/v1/tasks', {
    body: {title: 'Private', due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily', tags: ['secret']},
  })
  expect(made.status).toBe(201)
  task = made.body
})
afterAll(async () => {
  await admin.end()
  await pipeline.stop()
})

const routes: [string, (id: number) => string, unknown][] = [
  ['GET', (id) => `/v1/tasks/${id}`, undefined],
  ['PATCH', (id) => `/v1/tasks/${id}`, {title: 'mine now'}],
  ['DELETE', (id) => `/v1/tasks/${id}?scope=following`, undefined],
  ['POST', (id) => `/v1/tasks/${id}/complete`, undefined],
  ['POST', (id) => `/v1/tasks/${id}/reopen`, undefined],
  ['PATCH', (id) => `/v1/tasks/${id}?scope=all`, {title: 'mine now'}],
  ['DELETE', (id) => `/v1/tasks/${id}?scope=all`, undefined],
  ['POST', (id) => `/v1/tasks/${id}/skip`, {}],
  ['POST', (id) => `/v1/tasks/${id}/skip`, {until: '2037-01-01T00:00Z'}],
  ['POST', (id) => `/v1/tasks/${id}/snooze`, {for_seconds: 60}],
  ['GET', (id) => `/v1/tasks/${id}/series`, undefined],
  ['GET', (id) => `/v1/tasks/${id}/reminders`, undefined],
]

test.each(routes)(
  '%s %o: to another user the task does not exist, and it is not changed',
  async (method, path, body) => {
    const foreign = await call(pipeline.tasks, stranger, method, path(task.id), {body})
    const missing = await call(pipeline.tasks, stranger, method, path(999_999), {body})
    expect(foreign.status).toBe(404)
    const neutral = (answer: {body: unknown}) => JSON.stringify(answer.body).replaceAll(/[0-9a-f-]{36}|\d+/gu, '#')
    expect(neutral(foreign)).toBe(neutral(missing))
    expect((await call(pipeline.tasks, owner, 'GET', `/v1/tasks/${task.id}`)).body).toEqual(task)
  },
)

test('another user undoes nothing of it, and cannot name its changes', async () => {
  const {rows} = await admin.query<{id: string}>('select id from todo.undo_log where user_id = $1', [owner])
  expect(rows).toHaveLength(1)
  const undo = async (body: unknown) => call(pipeline.tasks, stranger, 'POST', '/v1/undo', {body})
  expect(await undo({id: Number(rows[0]!.id)})).toMatchObject({status: 404, body: {code: 'change_not_found'}})
  expect(await undo({})).toMatchObject({status: 409, body: {code: 'nothing_to_undo'}})
  expect((await call(pipeline.tasks, stranger, 'GET', '/v1/undo')).body).toEqual({changes: []})
})

test.each([true, false])('in a batch of another user it does not exist either (atomic: %s)', async (atomic) => {
  const operations = [
    {op: 'create', task: {title: 'mine'}},
    {op: 'update', id: task.id, changes: {title: 'mine now'}},
  ]
  const answer = await call<BatchResponse>(pipeline.tasks, stranger, 'POST', '/v1/tasks/batch', {
    body: {atomic, operations},
  })
  expect(atomic ? answer.status : answer.body.results[1]!.status).toBe(404)
  expect(JSON.stringify(answer.body)).not.toContain('Private')
  const {rows} = await admin.query('select 1 from todo.tasks where user_id = $1', [stranger])
  expect(rows).toHaveLength(atomic ? 0 : 1)
  await admin.query('delete from todo.reminders where user_id = $1', [stranger])
  await admin.query('delete from todo.tasks where user_id = $1', [stranger])
})

test.each(['open', 'recurring', 'upcoming', 'all'])('the view %s shows another user nothing', async (view) => {
  const mine = await call<TaskListResponse>(pipeline.tasks, owner, 'GET', `/v1/tasks?view=${view}&tag=secret`)
  expect(mine.body.tasks).toHaveLength(1)
  const theirs = await call<TaskListResponse>(pipeline.tasks, stranger, 'GET', `/v1/tasks?view=${view}&tag=secret`)
  expect(theirs.body).toEqual({tasks: [], next_cursor: null})
})

test.each(routes)('%s %o: without a user the answer is 401', async (method, path, body) => {
  expect(await call(pipeline.tasks, null, method, path(task.id), {body})).toMatchObject({status: 401})
})

const record = createRecorder((error) => {
  throw error
})
/** A use case that changes something, in a transaction. */
const changing = async (
  name: ChangeName,
  run: (work: (tx: Transaction) => Promise<unknown>) => Promise<unknown>,
  work: (change: Change) => Promise<unknown>,
) => run(async (tx) => record(tx, {userId: owner, name}, work))

test('every use case fails when no user is set, and never finds nothing', async () => {
  const nobody = async (name: ChangeName, work: (change: Change) => Promise<unknown>) =>
    changing(name, async (inside) => database.acrossUsers(inside), work)
  const useCases: Record<string, (db: Database) => Promise<unknown>> = {
    create: async () => nobody('create', async (change) => createTask(change, {title: 'a'})),
    get: async (db) => db.acrossUsers(async (tx) => tx.findOne(TaskEntity, {id: task.id})),
    list: async (db) => db.acrossUsers(async (tx) => listTasks(tx, owner, {view: 'open', limit: 10})),
    update: async () => nobody('update', async (change) => updateTask(change, task.id, {title: 'a'}, {ifMatch: null})),
    complete: async () =>
      nobody('complete', async (change) =>
        completeTask(change, await lockWithReminders(change.tx, task.id), {ifMatch: null}),
      ),
    reopen: async () => nobody('reopen', async (change) => reopenTask(change, task.id, null)),
    delete: async () => nobody('delete', async (change) => deleteTask(change, task.id, {scope: 'this', ifMatch: null})),
    following: async () =>
      nobody('update', async (change) =>
        updateTask(change, task.id, {title: 'a'}, {scope: 'following', ifMatch: null}),
      ),
    deleteAll: async () =>
      nobody('delete', async (change) => deleteTask(change, task.id, {scope: 'all', ifMatch: null})),
    skip: async () => nobody('skip', async (change) => skipTask(change, task.id, {ifMatch: null})),
    skipUntil: async () =>
      nobody('skip', async (change) => skipTask(change, task.id, {until: new Date('2037-01-01Z'), ifMatch: null})),
    undo: async (db) => db.acrossUsers(async (tx) => undoChange(tx, record, owner, null)),
    changes: async (db) => db.acrossUsers(listChanges),
    snooze: async () => nobody('snooze', async (change) => snoozeTask(change, task.id, {for_seconds: 60}, null)),
    series: async (db) => db.acrossUsers(async (tx) => getSeries(tx, task.id, {limit: 1, next: 1}, () => undefined)),
    reminders: async (db) => db.acrossUsers(async (tx) => getTaskReminders(tx, task.id)),
    ensureSuccessor: async (db) =>
      db.acrossUsers(async (tx) => ensureSuccessor(tx, [{id: task.id, userId: owner}], {traceparent: null})),
  }
  for (const [name, useCase] of Object.entries(useCases)) {
    const error: unknown = await useCase(database).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error, name).toBeInstanceOf(Error)
    expect(error, name).not.toBeInstanceOf(DomainError)
    expect((error as Error).message, name).toContain('no user is set')
  }
})

test('a transaction of one user cannot write for another', async () => {
  const smuggling = changing(
    'create',
    async (inside) => database.asUser(stranger, inside),
    async (change) => createTask(change, {title: 'smuggled'}),
  )
  await expect(smuggling).rejects.toThrow(/row-level security/u)
})

test('something that is no user id never reaches the database', async () => {
  await expect(database.asUser(`{${owner},${stranger}}`, async () => undefined)).rejects.toThrow('must be a uuid')
})
