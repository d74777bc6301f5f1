import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import type {TaskResponse} from '../contracts/tasks.ts'
import {TaskClient, reminderTimes} from './testing/task-client.ts'

let first: TaskClient
let user: TaskClient
beforeAll(async () => {
  first = await TaskClient.start()
})
beforeEach(() => {
  user = first.another()
})
afterAll(async () => first.stop())

/** What a user sees of a task, without what only rises. */
const content = ({version: _version, updated_at: _at, reminders, ...task}: TaskResponse) => ({
  ...task,
  reminders: reminders.map(({revision: _revision, ...reminder}) => reminder),
})

test('a completion is undone: the untouched successor goes, and comes back when the task is completed again', async () => {
  const task = await user.add()
  const next = (await user.done(task.id)).next!
  const undone = await user.undo()
  expect(undone).toMatchObject({
    status: 200,
    body: {
      undone: {change: 'complete', task_ids: [task.id], title: 'a'},
      tasks: [{id: task.id, completed_at: null, version: 3}],
      removed_task_ids: [next.id],
    },
  })
  expect(content(await user.get(task.id))).toEqual(content(task))
  expect((await user.open()).map(({id}) => id)).toEqual([task.id])
  await user.redeliver(task.id)
  expect((await user.open()).map(({id}) => id)).toEqual([task.id])
  const again = (await user.done(task.id)).next!
  expect(again).toMatchObject({due_at: next.due_at, version: 1})
  expect(again.id).not.toBe(next.id)
  expect(await user.told(task.id)).toEqual(['task.created', 'task.completed', 'task.reopened', 'task.completed'])
  expect(await user.told(next.id)).toEqual(['task.created', 'task.deleted'])
})

test.each([
  ['changed', async (id: number) => user.edit(id, {due_at: '2036-12-07T09:00Z'})],
  ['done', async (id: number) => user.complete(id)],
  ['skipped', async (id: number) => user.delete(id, 'this')],
])('with a successor that was %s the completion stays, and the answer says so', async (what, touch) => {
  const task = await user.add()
  const {next} = await user.done(task.id)
  const [completion] = await user.changes()
  await touch(next!.id)
  expect(await user.undo(completion!.id)).toMatchObject({
    status: 409,
    body: {code: 'successor_touched', detail: expect.stringContaining(`was ${what}`)},
  })
  expect((await user.undo()).status).toBe(200)
  expect((await user.undo(completion!.id)).status).toBe(200)
  expect((await user.open()).map(({id}) => id)).toEqual([task.id])
})

test('a reopened task is closed again by undo, at the same time, and goes on as it did', async () => {
  const task = await user.add()
  const {completed, next} = await user.done(task.id)
  await user.reopen(task.id)
  const {body} = await user.undo()
  expect(body).toMatchObject({undone: {change: 'reopen'}, tasks: [{completed_at: completed.completed_at}]})
  await expect.poll(async () => user.open(), {timeout: 90_000}).toMatchObject([{due_at: next!.due_at, version: 1}])
  expect(await user.told(task.id)).toEqual(['task.created', 'task.completed', 'task.reopened', 'task.completed'])
  // And back once more: what is undone now is the completion.
  expect((await user.undo()).body).toMatchObject({undone: {change: 'complete'}, tasks: [{completed_at: null}]})
  expect(await user.open()).toMatchObject([{id: task.id}])
})

test('a skip is undone: the date is no longer left out', async () => {
  const task = await user.add()
  await user.delete(task.id, 'this')
  await expect.poll(async () => user.open(), {timeout: 90_000}).toMatchObject([{predecessor_id: task.id}])
  await user.undo()
  expect(await user.open()).toMatchObject([{id: task.id, skipped_at: null}])
  const {rows} = await user.admin.query('select excluded_at from todo.series where id = $1', [task.series_id])
  expect(rows).toEqual([{excluded_at: []}])
  await user.redeliver(task.id)
  expect(await user.open()).toMatchObject([{id: task.id}])
})

test('an edit is undone field by field, with the reminders as they were', async () => {
  const task = await user.add({recurring_pattern: null, reminders: [{offset_seconds: 3600}, {offset_seconds: 60}]})
  await user.edit(task.id, {title: 'b', tags: ['x'], due_at: '2036-12-05T10:00Z', reminders: [{offset_seconds: 0}]})
  const undone = (await user.undo()).body.tasks[0]!
  expect(content(undone)).toEqual(content(task))
  expect(undone.version).toBe(3)
  expect(reminderTimes(undone)).toEqual(['2036-12-01T08:00:00Z', '2036-12-01T08:59:00Z'])
  const updated = (await user.events(task.id)).findLast((event) => event.event_type === 'task.updated')
  expect(updated?.payload).toMatchObject({
    task_version: 3,
    changed: ['title', 'tags', 'due_at'],
    before: {tags: ['x'], due_at: '2036-12-05T10:00:00.000Z'},
    after: {tags: [], due_at: '2036-12-01T09:00:00.000Z'},
  })
})

test('undoing the edit of an occurrence gives the following ones their old text too', async () => {
  const task = await user.add()
  await user.edit(task.id, {title: 'b'})
  await user.undo()
  expect((await user.done(task.id)).next).toMatchObject({title: 'a'})
})

test('a moved due date is undone with its reminders', async () => {
  const task = await user.add()
  await user.edit(task.id, {due_at: '2036-12-01T15:00Z'})
  const back = (await user.undo()).body.tasks[0]!
  expect(content(back)).toEqual(content(task))
  expect(back.reminders[0]!.revision).toBeGreaterThan(task.reminders[0]!.revision)
})

test('a new rule is undone: the task is back in its series, and the new one is gone', async () => {
  const task = await user.add()
  const changed = (await user.edit(task.id, {recurring_pattern: 'weekly'})).body
  const back = (await user.undo()).body
  expect(content(back.tasks[0]!)).toEqual(content(task))
  expect(changed.series_id).not.toBe(task.series_id)
  expect((await user.done(task.id)).next).toMatchObject({due_at: '2036-12-02T09:00:00Z', series_id: task.series_id})
})

test('repeating that was begun or ended is undone', async () => {
  const task = await user.add({recurring_pattern: null})
  await user.edit(task.id, {recurring_pattern: 'daily'})
  expect(content((await user.undo()).body.tasks[0]!)).toEqual(content(task))
  const repeating = await user.add()
  await user.edit(repeating.id, {recurring_pattern: null})
  expect(content((await user.undo()).body.tasks[0]!)).toEqual(content(repeating))
  expect((await user.done(repeating.id)).next).toMatchObject({due_at: '2036-12-02T09:00:00Z'})
})

test('a deleted task comes back with its reminders, a deleted series goes on', async () => {
  const single = await user.add({recurring_pattern: null})
  await user.delete(single.id)
  expect((await user.undo()).body).toMatchObject({undone: {change: 'delete'}, removed_task_ids: []})
  expect(content(await user.get(single.id))).toEqual(content(single))
  const task = await user.add()
  await user.delete(task.id, 'following')
  await user.undo()
  expect(content(await user.get(task.id))).toEqual(content(task))
  expect((await user.done(task.id)).next).toMatchObject({due_at: '2036-12-02T09:00:00Z'})
})

test('a task that was made goes, with its series and reminders', async () => {
  const task = await user.add()
  expect((await user.undo()).body).toMatchObject({
    undone: {change: 'create', title: 'a'},
    tasks: [],
    removed_task_ids: [task.id],
  })
  expect((await user.send('GET', `/tasks/${task.id}`)).status).toBe(404)
  const {rows} = await user.admin.query(
    `select s.deleted_at is not null as dead, r.state from todo.series s, todo.reminders r where s.id = $1 and r.task_id = $2`,
    [task.series_id, task.id],
  )
  expect(rows).toEqual([{dead: true, state: 'cancelled'}])
})

test('undo goes back step by step and ends with 409; it is not undone itself', async () => {
  const task = await user.add({recurring_pattern: null})
  await user.edit(task.id, {title: 'b'})
  await user.edit(task.id, {title: 'c'})
  expect((await user.changes()).map(({change}) => change)).toEqual(['update', 'update', 'create'])
  expect((await user.undo()).body.tasks[0]).toMatchObject({title: 'b'})
  expect((await user.undo()).body.tasks[0]).toMatchObject({title: 'a', version: 5})
  expect((await user.undo()).body.removed_task_ids).toEqual([task.id])
  expect(await user.undo()).toMatchObject({status: 409, body: {code: 'nothing_to_undo'}})
  expect(await user.changes()).toEqual([])
})

test('an earlier change of the same task is refused while a later one stands, one of another task is not', async () => {
  const task = await user.add({recurring_pattern: null})
  const other = await user.add({recurring_pattern: null, title: 'other'})
  await user.edit(other.id, {title: 'renamed'})
  await user.edit(task.id, {title: 'b'})
  await user.edit(task.id, {title: 'c'})
  const [third, second, rename] = await user.changes()
  expect(await user.undo(second!.id)).toMatchObject({
    status: 409,
    body: {code: 'changed_since', detail: expect.stringContaining(`change ${third!.id}`)},
  })
  expect((await user.undo(rename!.id)).body.tasks).toMatchObject([{id: other.id, title: 'other'}])
  expect(await user.undo(rename!.id)).toMatchObject({status: 409, body: {code: 'already_undone'}})
  expect(await user.undo(987_654_321)).toMatchObject({status: 404, body: {code: 'change_not_found'}})
  expect((await user.another().undo(second!.id)).status).toBe(404)
})

test('an earlier change of the same series is refused while a later one stands, of another occurrence too', async () => {
  const task = await user.add()
  const {next} = (await user.skip(task.id)).body
  const [skip] = await user.changes()
  await user.edit(next!.id, {recurring_pattern: 'weekly'}, 'following')
  const [edit] = await user.changes()
  expect(await user.undo(skip!.id)).toMatchObject({
    status: 409,
    body: {code: 'changed_since', hint: `Undo change ${edit!.id} first.`},
  })
})

test('a change is undone for 24 hours', async () => {
  await user.add()
  await user.admin.query(`update todo.undo_log set created_at = created_at - interval '25 hours' where user_id = $1`, [
    user.user,
  ])
  expect(await user.changes()).toEqual([])
  expect(await user.undo()).toMatchObject({status: 409, body: {code: 'nothing_to_undo'}})
})

test('what changes nothing is not in the log', async () => {
  const task = await user.add({recurring_pattern: null, priority: 1})
  await user.edit(task.id, {priority: 1})
  await user.reopen(task.id)
  await user.complete(task.id)
  await user.complete(task.id)
  expect((await user.changes()).map(({change}) => change)).toEqual(['complete', 'create'])
})

test('the changes of one task are found behind any number of others, also those of a batch', async () => {
  const task = await user.add({recurring_pattern: null})
  const other = await user.add({recurring_pattern: null})
  const operations = [task, other].map(({id}) => ({op: 'complete', id}))
  expect((await user.send('POST', '/tasks/batch', {operations})).status).toBe(200)
  for (let n = 0; n < 51; n++) await user.edit(other.id, {title: `b${n}`})
  expect((await user.changes()).every(({change}) => change === 'update')).toBe(true)
  expect(await user.changes(task.id)).toMatchObject([
    {change: 'batch', task_ids: [task.id, other.id]},
    {change: 'create', task_ids: [task.id]},
  ])
  expect(await user.changes(other.id + 1)).toEqual([])
  expect(await user.send('GET', '/undo?task_id=x')).toMatchObject({status: 422, body: {code: 'invalid_request'}})
})

test('a repeated undo with the same key is one undo', async () => {
  const task = await user.add({recurring_pattern: null})
  await user.edit(task.id, {title: 'b'})
  const key = {'idempotency-key': randomUUID()}
  const answers = await Promise.all(Array.from({length: 5}, async () => user.send('POST', '/undo', {}, key)))
  expect(new Set(answers.map(({status, body}) => JSON.stringify([status, body]))).size).toBe(1)
  expect((await user.changes()).map(({change}) => change)).toEqual(['create'])
})

test('two undos at once take two changes back, of one change one of them is told that it is undone', async () => {
  const task = await user.add({recurring_pattern: null})
  for (const title of ['b', 'c', 'd']) await user.edit(task.id, {title})
  const twice = await Promise.all([user.undo(), user.undo()])
  expect(twice.map(({status}) => status)).toEqual([200, 200])
  expect(await user.get(task.id)).toMatchObject({title: 'b'})
  const [last] = await user.changes()
  const same = await Promise.all([user.undo(last!.id), user.undo(last!.id)])
  expect(new Set(same.map(({status}) => status))).toEqual(new Set([200, 409]))
  expect(await user.get(task.id)).toMatchObject({title: 'a'})
})

test('reminders whose time has passed do not come back, and what was sent stays sent', async () => {
  const task = await user.add({recurring_pattern: null, reminders: [{offset_seconds: 3600}, {offset_seconds: 60}]})
  await user.complete(task.id)
  const [early, sent] = task.reminders
  await user.admin.query(
    `update todo.undo_log set before = jsonb_set(before, '{reminders,0,reminder_at}', '"2020-01-01T00:00:00Z"')
    where user_id = $1 and change = 'complete'`,
    [user.user],
  )
  await user.admin.query(`update todo.reminders set state = 'sent' where id = $1`, [sent!.id])
  const back = (await user.undo()).body.tasks[0]!
  expect(back.reminders.map(({id, state}) => [id, state])).toEqual([
    [early!.id, 'cancelled'],
    [sent!.id, 'sent'],
  ])
})
