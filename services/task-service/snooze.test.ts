import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {TaskRemindersResponse} from '../contracts/history.ts'
import type {TaskListResponse, TaskResponse} from '../contracts/tasks.ts'
import {TaskClient} from './testing/task-client.ts'

let user: TaskClient
beforeAll(async () => {
  user = await TaskClient.start()
})
afterAll(async () => user.stop())

type Problem = {code: string; errors: {field: string; code: string; hint: string}[]}
const snooze = async (id: number, body: Record<string, unknown>) =>
  (await user.send('POST', `/tasks/${id}/snooze`, body)).body
/** Of one instant for the whole file, so that two calls agree. */
const base = Math.floor(Date.now() / 1000) * 1000
const inHours = (hours: number) => new Date(base + hours * 3_600_000).toISOString().replace('.000Z', 'Z')
const scheduled = (task: TaskResponse) =>
  task.reminders
    .filter(({state}) => state === 'scheduled')
    .map(({offset_seconds, reminder_at}) => [offset_seconds, reminder_at])
/** As after the first of a repetition was sent. */
const nagged = async (taskId: number, nextAt: string, left: number) =>
  user.admin.query(
    'update todo.reminders set reminder_at = $2, nag_left = $3, revision = revision + 1 where task_id = $1 and nag_every_seconds is not null',
    [taskId, nextAt, left],
  )

test('a snooze moves only the reminder: due date, rule, place in the series and version stay', async () => {
  const task = await user.create({due_at: inHours(2), recurring_pattern: 'daily', reminders: [{offset_seconds: 3600}]})
  const until = inHours(1.5)
  const snoozed = await user.send('POST', `/tasks/${task.id}/snooze`, {until}, {'if-match': '"1"'})
  expect(snoozed).toMatchObject({status: 200, headers: {etag: '"1"'}})
  expect(scheduled(snoozed.body)).toEqual([[null, until]])
  const moved = {reminders: snoozed.body.reminders, reminder_at: until}
  expect(snoozed.body).toEqual({...task, ...moved})
  expect(await user.get(task.id)).toEqual({...task, ...moved})
})

test('a second snooze replaces the first, and a repeated request with its key is one', async () => {
  const task = await user.create({due_at: inHours(5)})
  await snooze(task.id, {for_seconds: 600})
  const key = {'idempotency-key': randomUUID()}
  const [second, again] = [
    await user.send('POST', `/tasks/${task.id}/snooze`, {until: inHours(6)}, key),
    await user.send('POST', `/tasks/${task.id}/snooze`, {until: inHours(6)}, key),
  ]
  expect(again.body).toEqual(second.body)
  const snoozes = second.body.reminders.filter(({offset_seconds}) => offset_seconds === null)
  expect(snoozes).toMatchObject([{reminder_at: inHours(6), state: 'scheduled', revision: 2}])
  // The first one came before the reminder of the task, the second one after it and in its place.
  expect(scheduled(second.body)).toHaveLength(1)
})

test('of several reminders those that would come before are put aside, later ones stay', async () => {
  const task = await user.create({
    due_at: inHours(48),
    reminders: [{offset_seconds: 47 * 3600}, {offset_seconds: 24 * 3600}, {offset_seconds: 0}],
  })
  expect(scheduled(await snooze(task.id, {until: inHours(30)}))).toEqual([
    [null, inHours(30)],
    [0, inHours(48)],
  ])
})

test('a task without a due date can be snoozed too', async () => {
  const task = await user.create({})
  const snoozed = await snooze(task.id, {for_seconds: 3600})
  expect(snoozed).toMatchObject({due_at: null, reminder_sent: false})
  expect(scheduled(snoozed)).toEqual([[null, snoozed.reminder_at]])
  await user.done(task.id)
  expect(scheduled((await user.reopen(task.id)).body)).toEqual([[null, snoozed.reminder_at]])
})

test('a repetition goes on from the snooze, with its channels and as often as was left', async () => {
  const task = await user.create({
    due_at: inHours(1),
    reminders: [{offset_seconds: 3600, nag_every_seconds: 7200, channels: ['email']}],
  })
  await nagged(task.id, inHours(2), 20)
  const snoozed = await snooze(task.id, {until: inHours(1)})
  expect(scheduled(snoozed)).toEqual([[null, inHours(1)]])
  expect(snoozed.reminders.find(({offset_seconds}) => offset_seconds === null)).toMatchObject({
    nag_every_seconds: 7200,
    channels: ['email'],
  })
  const {rows} = await user.admin.query(
    `select nag_left from todo.reminders where task_id = $1 and state = 'scheduled'`,
    [task.id],
  )
  expect(rows).toEqual([{nag_left: 20}])
})

test('done takes the snooze with it; reopened it is back when it is still ahead, and what it replaced is not', async () => {
  const task = await user.create({due_at: inHours(3), reminders: [{offset_seconds: 3600}, {offset_seconds: 600}]})
  await snooze(task.id, {until: inHours(2.9)})
  expect(scheduled((await user.done(task.id)).completed)).toEqual([])
  expect(scheduled((await user.reopen(task.id)).body)).toEqual([[null, inHours(2.9)]])
  await user.done(task.id)
  await user.admin.query(
    `update todo.reminders set reminder_at = clock_timestamp() - interval '1 hour' where task_id = $1 and offset_seconds is null`,
    [task.id],
  )
  expect(scheduled((await user.reopen(task.id)).body)).toEqual([])
})

test('another due date sets all reminders anew and ends the snooze; a new one can be made', async () => {
  const task = await user.create({due_at: inHours(3), reminders: [{offset_seconds: 3600}, {offset_seconds: 600}]})
  await snooze(task.id, {until: inHours(10)})
  const moved = (await user.edit(task.id, {due_at: inHours(5)})).body
  expect(scheduled(moved)).toEqual([
    [3600, inHours(4)],
    [600, new Date(Date.parse(inHours(5)) - 600_000).toISOString().replace('.000Z', 'Z')],
  ])
  expect(moved.reminders.some(({offset_seconds}) => offset_seconds === null)).toBe(false)
  expect(scheduled(await snooze(task.id, {until: inHours(6)}))).toEqual([[null, inHours(6)]])
  // What the first one had put aside was set anew by the due date, and is put aside by the second one.
  const {reminders} = (await user.send<TaskRemindersResponse>('GET', `/tasks/${task.id}/reminders`)).body
  expect(
    reminders.map(({offset_seconds, removed_at, snoozed_at}) => [offset_seconds, !!removed_at, !!snoozed_at]),
  ).toEqual([
    [3600, false, true],
    [600, false, true],
    [null, true, false],
    [null, false, false],
  ])
})

test('snoozed past the next occurrence there is one open task and one reminder, and the series goes on', async () => {
  const title = randomUUID()
  const task = await user.create({
    title,
    due_at: inHours(1),
    recurring_pattern: 'daily',
    reminders: [{offset_seconds: 0}],
  })
  await snooze(task.id, {until: inHours(72)})
  const open = async () => (await user.send<TaskListResponse>('GET', `/tasks?search=${title}`)).body.tasks
  expect(await open()).toHaveLength(1)
  expect((await open()).flatMap(scheduled)).toEqual([[null, inHours(72)]])
  const {next} = await user.done(task.id)
  expect(next).toMatchObject({due_at: inHours(25), occurrence_at: inHours(25)})
  expect((await open()).flatMap(scheduled)).toEqual([[0, inHours(25)]])
})

test('a snoozed occurrence is touched: the completion before it is not taken back', async () => {
  const task = await user.create({due_at: inHours(1), recurring_pattern: 'daily'})
  const {next} = await user.done(task.id)
  await snooze(next!.id, {for_seconds: 600})
  expect(await user.reopen(task.id)).toMatchObject({status: 409, body: {code: 'successor_touched'}})
})

test.each([
  [{until: '2020-01-01T00:00Z'}, 'until', 'in_the_past'],
  [{until: '2199-01-01T00:00Z'}, 'until', 'too_far_ahead'],
])('a snooze to %j is refused with a hint, and nothing changes', async (body, field, code) => {
  const task = await user.create({due_at: inHours(2)})
  const answer = await user.send<Problem>('POST', `/tasks/${task.id}/snooze`, body)
  expect(answer).toMatchObject({status: 422, body: {errors: [{field, code, hint: expect.stringMatching(/\w+/u)}]}})
  expect(await user.get(task.id)).toEqual(task)
})

test.each([{}, {for_seconds: 30}, {for_seconds: 1e9}, {for_seconds: 60, until: '2036-01-01T00:00Z'}, {until: 'soon'}])(
  'what is no snooze is refused: %j',
  async (body) => {
    const task = await user.create({due_at: inHours(2)})
    expect(await user.send<Problem>('POST', `/tasks/${task.id}/snooze`, body)).toMatchObject({status: 422})
  },
)

test('a closed task is not snoozed, nor one of somebody else, nor one that was changed meanwhile', async () => {
  const task = await user.create({due_at: inHours(2)})
  const body = {for_seconds: 600}
  expect(await user.another().send('POST', `/tasks/${task.id}/snooze`, body)).toMatchObject({status: 404})
  expect(await user.send('POST', `/tasks/${task.id}/snooze`, body, {'if-match': '"7"'})).toMatchObject({status: 412})
  await user.done(task.id)
  expect(await user.send('POST', `/tasks/${task.id}/snooze`, body)).toMatchObject({
    status: 409,
    body: {code: 'task_closed'},
  })
})

test('two snoozes at once: one reminder, at one of the two times', async () => {
  const task = await user.create({due_at: inHours(2)})
  const hours = [3, 4, 5, 6]
  await Promise.all(hours.map(async (hour) => snooze(task.id, {until: inHours(hour)})))
  const after = scheduled(await user.get(task.id))
  expect(after).toHaveLength(1)
  const {rows} = await user.admin.query(
    'select revision from todo.reminders where task_id = $1 and offset_seconds is null',
    [task.id],
  )
  expect(rows).toEqual([{revision: hours.length}])
})

test('undone, the reminders are as they were before, and a revision further', async () => {
  const task = await user.create({due_at: inHours(3), reminders: [{offset_seconds: 3600}, {offset_seconds: 600}]})
  const before = scheduled(task)
  await snooze(task.id, {until: inHours(10)})
  expect(await user.undo()).toMatchObject({status: 200, body: {undone: {change: 'snooze', task_ids: [task.id]}}})
  const after = await user.get(task.id)
  expect(scheduled(after)).toEqual(before)
  expect(after.reminders.map(({revision}) => revision).every((revision) => revision >= 3)).toBe(true)
  expect(after.reminder_at).toBe(inHours(2))
  // It can be snoozed again.
  expect(scheduled(await snooze(task.id, {until: inHours(10)}))).toEqual([[null, inHours(10)]])
})

test('undone, a second snooze is the first again, and a moved due date gives the snooze back', async () => {
  const task = await user.create({due_at: inHours(3)})
  await snooze(task.id, {until: inHours(5)})
  await snooze(task.id, {until: inHours(10)})
  await user.undo()
  expect(scheduled(await user.get(task.id))).toEqual([[null, inHours(5)]])
  await user.edit(task.id, {due_at: inHours(20)})
  expect(scheduled(await user.get(task.id))).toEqual([[3600, inHours(19)]])
  await user.undo()
  const after = await user.get(task.id)
  expect(after).toMatchObject({due_at: inHours(3), reminder_at: inHours(5)})
  expect(scheduled(after)).toEqual([[null, inHours(5)]])
  // What the first snooze put aside stays aside when the task is done and reopened.
  await user.done(task.id)
  expect(scheduled((await user.reopen(task.id)).body)).toEqual([[null, inHours(5)]])
})

test('an occurrence whose snooze is undone is untouched again', async () => {
  const task = await user.create({due_at: inHours(1), recurring_pattern: 'daily'})
  const {next} = await user.done(task.id)
  await snooze(next!.id, {for_seconds: 600})
  await user.undo()
  expect(await user.reopen(task.id)).toMatchObject({status: 200, body: {completed_at: null}})
})
