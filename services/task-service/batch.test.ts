import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import type {BatchResponse} from '../contracts/batch.ts'
import type {Problem} from '../contracts/problem.ts'
import type {TaskResponse} from '../contracts/tasks.ts'
import {TaskClient} from './testing/task-client.ts'

let first: TaskClient
let user: TaskClient
beforeAll(async () => {
  first = await TaskClient.start()
})
beforeEach(() => {
  user = first.another()
})
afterAll(async () => first.stop())

const batch = async (operations: unknown[], options: {atomic?: boolean; headers?: Record<string, string>} = {}) =>
  user.send<BatchResponse & Problem>(
    'POST',
    '/tasks/batch',
    {operations, ...(options.atomic === undefined ? {} : {atomic: options.atomic})},
    options.headers,
  )
const single = async () => user.add({recurring_pattern: null})

test('each kind of change answers as the single request does, and one undo takes all back', async () => {
  const [done, skipped, edited, deleted, snoozed, reopened] = (await Promise.all(
    Array.from({length: 6}, async () => user.add()),
  )) as [TaskResponse, TaskResponse, TaskResponse, TaskResponse, TaskResponse, TaskResponse]
  await user.skip(reopened.id)
  const before = await user.open()
  const answer = await batch(
    [
      {op: 'create', task: {title: 'new'}},
      {op: 'complete', id: done.id},
      {op: 'skip', id: skipped.id, skip: {until: '2036-12-02T12:00Z'}},
      {op: 'update', id: edited.id, scope: 'this', changes: {title: 'b'}},
      {op: 'delete', id: deleted.id, scope: 'following'},
      {op: 'snooze', id: snoozed.id, snooze: {for_seconds: 600}},
      {op: 'reopen', id: reopened.id},
    ],
    {headers: {prefer: 'wait=5'}},
  )
  expect(answer.status).toBe(200)
  const {results} = answer.body
  expect(results.map(({op, status}) => [op, status])).toEqual([
    ['create', 201],
    ['complete', 200],
    ['skip', 200],
    ['update', 200],
    ['delete', 200],
    ['snooze', 200],
    ['reopen', 200],
  ])
  expect(results[0]).toMatchObject({task: {title: 'new'}})
  expect(results[1]).toMatchObject({id: done.id, next: {due_at: '2036-12-02T09:00:00Z'}, next_pending: false})
  expect(results[2]).toMatchObject({skipped: [{id: skipped.id}, {}], next: {due_at: '2036-12-03T09:00:00Z'}})
  const changes = await user.changes()
  expect(changes[0]).toMatchObject({change: 'batch', title: 'new'})
  expect(changes[0]!.task_ids).toEqual(expect.arrayContaining([done.id, edited.id, reopened.id]))
  const undone = await user.undo()
  expect(undone).toMatchObject({status: 200, body: {undone: {change: 'batch', id: changes[0]!.id}}})
  const shape = (tasks: TaskResponse[]) => tasks.map(({title, due_at: due}) => [title, due])
  await expect.poll(async () => shape(await user.open()), {timeout: 90_000}).toEqual(shape(before))
})

test('what is refused reports its problem, and the others go on', async () => {
  const [one, two] = [await single(), await single()]
  const {status, body} = await batch([
    {op: 'complete', id: one.id},
    {op: 'complete', id: 987_654},
    {op: 'update', id: two.id, if_match: 7, changes: {title: 'b'}},
    {op: 'delete', id: two.id},
  ])
  expect(status).toBe(200)
  expect(body.results).toMatchObject([
    {status: 200, task: {id: one.id}, error: null},
    {status: 404, id: 987_654, task: null, error: {code: 'task_not_found'}},
    {status: 412, id: two.id, error: {code: 'task_changed', current: {version: 1}}},
    {status: 200, id: two.id},
  ])
})

test.each([true, false])('skips no more than a single request, all of it together (atomic: %s)', async (atomic) => {
  const often = async () => user.add({recurring_pattern: 'FREQ=MINUTELY', reminders: []})
  const [few, many, single] = [await often(), await often(), await often()]
  const operations = [
    {op: 'skip', id: few.id, skip: {until: '2036-12-01T09:01Z'}},
    // 365, which would do alone.
    {op: 'skip', id: many.id, skip: {until: '2036-12-01T15:04Z'}},
    {op: 'skip', id: single.id},
  ]
  const answer = await batch(operations, {atomic})
  const problem = atomic ? answer.body : answer.body.results[1]!.error
  expect(problem).toMatchObject({
    status: 422,
    errors: [{code: 'too_many_to_skip', hint: 'Skip this one in a request of its own.'}],
  })
  expect(await user.get(many.id)).toEqual(many)
  // Of those that stand for themselves the others are skipped.
  const tasks = await Promise.all([few, single].map(async ({id}) => user.get(id)))
  expect(tasks.map((task) => task.skipped_at === null)).toEqual([atomic, atomic])
})

test('all or none: the first that is refused refuses all, and says which it was', async () => {
  const [one, two] = [await user.add(), await single()]
  const refused = await batch(
    [
      {op: 'complete', id: one.id},
      {op: 'update', id: two.id, changes: {title: 'b'}},
      {op: 'skip', id: two.id},
    ],
    {atomic: true},
  )
  expect(refused).toMatchObject({status: 409, body: {code: 'not_recurring', index: 2}})
  expect(await user.get(one.id)).toEqual(one)
  expect(await user.get(two.id)).toEqual(two)
  expect((await user.changes()).map(({change}) => change)).toEqual(['create', 'create'])
  const done = await batch(
    [
      {op: 'complete', id: one.id},
      {op: 'update', id: two.id, changes: {title: 'b'}},
      {op: 'complete', id: two.id},
    ],
    {atomic: true, headers: {prefer: 'wait=5'}},
  )
  expect(done.body.results).toMatchObject([{next: {due_at: '2036-12-02T09:00:00Z'}}, {}, {task: {title: 'b'}}])
  expect((await user.undo()).body.undone).toMatchObject({change: 'batch', task_ids: [one.id, two.id]})
  expect(await user.get(two.id)).toMatchObject({title: 'a', completed_at: null})
})

test.each([true, false])('a batch that is repeated with its key is made once (atomic: %s)', async (atomic) => {
  const task = await user.add()
  const operations = [
    {op: 'create', task: {title: 'new'}},
    {op: 'complete', id: task.id},
  ]
  const headers = {'idempotency-key': randomUUID(), prefer: 'wait=5'}
  const once = async () => batch(operations, {atomic, headers})
  const answers = await Promise.all([once(), once(), once()])
  // Which of them was the first may be another for each of its changes.
  expect(answers.flatMap(({body}) => body.results).filter(({replayed}) => !replayed)).toHaveLength(operations.length)
  for (const {body} of answers) body.results = body.results.map((result) => ({...result, replayed: false}))
  expect(new Set(answers.map(({status, body}) => JSON.stringify([status, body]))).size).toBe(1)
  expect(await user.list('all')).toHaveLength(3)
  expect((await user.changes()).map(({change}) => change)).toEqual(['batch', 'create'])
})

test('repeated after a crash it goes on where it stopped, and is still one change', async () => {
  const [one, two] = [await single(), await single()]
  const key = randomUUID()
  const operations = [
    {op: 'complete', id: one.id},
    {op: 'complete', id: two.id},
  ]
  await batch(operations.slice(0, 1), {headers: {'idempotency-key': key}})
  // What the first try has done is answered from its key, even when something has happened since.
  await user.admin.query(`update todo.tasks set title = 'changed meanwhile' where id = $1`, [one.id])
  const answer = await batch(operations, {headers: {'idempotency-key': key}})
  expect(answer.body.results).toMatchObject([{status: 200, task: {title: 'a'}}, {status: 200}])
  expect((await user.undo()).body.undone.task_ids).toEqual([one.id, two.id])
})

test('a batch and single requests for the same tasks, in any order, make one of each, and no deadlock', async () => {
  const tasks = await Promise.all(Array.from({length: 8}, async () => user.add()))
  const ids = tasks.map(({id}) => id)
  const together = (order: number[]) =>
    batch(
      order.map((id) => ({op: 'complete', id})),
      {atomic: true},
    )
  const answers = await Promise.all([
    together(ids),
    together(ids.toReversed()),
    batch(ids.map((id) => ({op: 'complete', id}))),
    ...ids.map(async (id) => user.complete(id)),
  ])
  expect(new Set(answers.map(({status}) => status))).toEqual(new Set([200]))
  await expect.poll(async () => (await user.open()).length, {timeout: 90_000}).toBe(8)
  await user.redeliver(...ids)
  expect(new Set((await user.open()).map(({predecessor_id: id}) => id))).toEqual(new Set(ids))
  expect((await user.list('all')).length).toBe(16)
})

test('edits of one task in one atomic batch build on each other, and are undone to the start', async () => {
  const task = await user.add()
  const {body} = await batch(
    [
      {op: 'update', id: task.id, changes: {title: 'b'}},
      {op: 'update', id: task.id, changes: {recurring_pattern: 'weekly'}},
      {op: 'update', id: task.id, changes: {due_at: '2036-12-01T17:00Z'}, scope: 'following'},
      {op: 'complete', id: task.id},
      {op: 'reopen', id: task.id},
    ],
    {atomic: true},
  )
  expect(body.results.at(-1)).toMatchObject({
    task: {title: 'b', recurring_pattern: 'FREQ=WEEKLY', next_occurrence: '2036-12-08T17:00:00Z', completed_at: null},
  })
  await user.undo()
  expect(await user.get(task.id)).toMatchObject({
    title: 'a',
    due_at: task.due_at,
    series_id: task.series_id,
    recurring_pattern: 'FREQ=DAILY',
    next_occurrence: task.next_occurrence,
  })
})

test('all faults of a batch are listed with their places, and nothing is changed', async () => {
  const task = await single()
  const {status, body} = await batch([
    {op: 'complete', id: task.id},
    {op: 'create', task: {title: ''}},
    {op: 'explode', id: task.id},
    {op: 'complete', id: -1},
  ])
  expect(status).toBe(422)
  expect(body.errors!.map(({field}) => field)).toEqual([
    'operations[1].task.title',
    'operations[2].op',
    'operations[3].id',
  ])
  expect((await batch([])).status).toBe(422)
  expect((await batch(Array.from({length: 101}, () => ({op: 'complete', id: task.id})))).status).toBe(422)
  expect(await user.get(task.id)).toEqual(task)
})
