import {afterAll, beforeAll, expect, test} from 'vitest'
import {TaskClient, reminderTimes} from './testing/task-client.ts'

let user: TaskClient
beforeAll(async () => {
  user = await TaskClient.start()
})
afterAll(async () => user.stop())

const edit = async (id: number, body: Record<string, unknown>) => (await user.edit(id, body)).body
const reopened = async (id: number) => (await user.reopen(id)).body
const inHours = (hours: number) =>
  new Date(Math.floor(Date.now() / 1000) * 1000 + hours * 3_600_000).toISOString().replace('.000Z', 'Z')

test('reminders that were replaced or removed never come back when the due date moves', async () => {
  const task = await user.create({due_at: '2036-12-01T09:00Z', reminders: [{offset_seconds: 3600}]})
  const other = await edit(task.id, {reminders: [{offset_seconds: 600}]})
  expect(other.reminders.map((reminder) => reminder.offset_seconds)).toEqual([600])
  expect(reminderTimes(await edit(task.id, {due_at: '2036-12-02T09:00Z'}))).toEqual(['2036-12-02T08:50:00Z'])
  await edit(task.id, {reminders: []})
  expect(await edit(task.id, {due_at: '2036-12-03T09:00Z'})).toMatchObject({reminders: [], reminder_at: null})
})

test('reminders that were replaced never come back when the task is reopened, and none is doubled', async () => {
  const task = await user.create({due_at: '2036-12-01T09:00Z', reminders: [{offset_seconds: 3600}]})
  await edit(task.id, {reminders: [{offset_seconds: 3600}, {offset_seconds: 60}]})
  await user.done(task.id)
  expect(reminderTimes(await reopened(task.id))).toEqual(['2036-12-01T08:00:00Z', '2036-12-01T08:59:00Z'])
})

test('two equal reminders are one', async () => {
  const twice = [{offset_seconds: 60}, {offset_seconds: 60}, {offset_seconds: 0}]
  const task = await user.create({due_at: '2036-12-01T09:00Z', reminders: twice, recurring_pattern: 'daily'})
  expect(reminderTimes(task)).toEqual(['2036-12-01T08:59:00Z', '2036-12-01T09:00:00Z'])
  expect(reminderTimes((await user.done(task.id)).next!)).toEqual(['2036-12-02T08:59:00Z', '2036-12-02T09:00:00Z'])
})

const DUE = '2036-12-01T09:00Z'
const HOUR_BEFORE = {offset_seconds: 3600}
test.each([
  [
    'before a due date that has passed',
    {due_at: '2020-01-01T00:00Z', reminders: [HOUR_BEFORE]},
    'reminders',
    'due_at_passed',
  ],
  ['without a due date', {reminders: [{...HOUR_BEFORE, nag_every_seconds: 600}]}, 'reminders', 'needs_due_at'],
  [
    'by a channel that the account has not set up',
    {due_at: DUE, reminders: [{...HOUR_BEFORE, channels: ['push']}]},
    'reminders[0].channels[0]',
    'channel_not_set_up',
  ],
  [
    'twice at the same time',
    {due_at: DUE, reminders: [HOUR_BEFORE, {...HOUR_BEFORE, nag_every_seconds: 600}]},
    'reminders[1].offset_seconds',
    'same_time_twice',
  ],
])(
  'a reminder %s is a mistake: refused with a hint, also in a change, and nothing is changed',
  async (_what, body, field, code) => {
    const refused = {status: 422, body: {errors: [{field, code, hint: expect.stringMatching(/[A-Z].*\.$/u)}]}}
    expect(await user.send('POST', '/tasks', {title: 'a', ...body})).toMatchObject(refused)
    const {due_at: dueAt} = body as {due_at?: string}
    const task = await user.create({due_at: dueAt, reminders: dueAt === DUE ? [{offset_seconds: 60}] : undefined})
    expect(await user.edit(task.id, {reminders: body.reminders})).toMatchObject(refused)
    expect(await user.get(task.id)).toEqual(task)
  },
)

test('a channel that is named twice is one; a series that began in the past has reminders for what follows', async () => {
  const twice = await user.create({due_at: DUE, reminders: [{...HOUR_BEFORE, channels: ['email', 'email']}]})
  expect(twice.reminders).toMatchObject([{channels: ['email']}])
  const series = await user.create({
    due_at: inHours(-30),
    recurring_pattern: 'daily',
    reminders: [{offset_seconds: 60}],
  })
  expect((await user.done(series.id)).next!.reminders).toMatchObject([{offset_seconds: 60, state: 'scheduled'}])
})

test('a task that was overdue from the start reminds when it is given a new date', async () => {
  const task = await user.create({due_at: '2020-01-01T00:00Z'})
  expect(reminderTimes(task)).toEqual([])
  expect(reminderTimes(await edit(task.id, {due_at: '2036-12-01T09:00Z'}))).toEqual(['2036-12-01T08:00:00Z'])
})

test('an overdue task that begins to repeat hands its reminders on', async () => {
  const task = await user.create({due_at: inHours(30), reminders: [{offset_seconds: 600}]})
  await edit(task.id, {due_at: inHours(-30)})
  await edit(task.id, {recurring_pattern: 'daily'})
  const next = (await user.done(task.id)).next!
  expect(next.reminders.map((reminder) => [reminder.offset_seconds, reminder.state])).toEqual([[600, 'scheduled']])
})

test('a due date that is taken away and given again keeps the reminders of the task', async () => {
  const task = await user.create({due_at: '2036-12-01T09:00Z', reminders: [{offset_seconds: 600}]})
  expect(reminderTimes(await edit(task.id, {due_at: null}))).toEqual([])
  expect(reminderTimes(await edit(task.id, {due_at: '2036-12-05T09:00Z'}))).toEqual(['2036-12-05T08:50:00Z'])
})

test('a reminder that repeats goes on where it was when its task is reopened, not at once', async () => {
  const task = await user.create({
    due_at: '2036-12-01T09:00Z',
    reminders: [{offset_seconds: 0, nag_every_seconds: 3600}],
  })
  const later = inHours(1)
  await user.admin.query(`update todo.tasks set due_at = $2 where id = $1`, [task.id, inHours(-5)])
  const left = async () =>
    (await user.admin.query('select nag_left from todo.reminders where task_id = $1', [task.id])).rows
  expect(await left()).toEqual([{nag_left: 24}])
  await user.admin.query(`update todo.reminders set reminder_at = $2, nag_left = 20 where task_id = $1`, [
    task.id,
    later,
  ])
  await user.done(task.id)
  expect(reminderTimes(await reopened(task.id))).toEqual([later])
  expect(await left()).toEqual([{nag_left: 20}])
})
