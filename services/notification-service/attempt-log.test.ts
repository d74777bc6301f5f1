import {expect, test} from 'vitest'
import type {Channel} from './channels/channel.ts'
import {Fixture} from './testing/fixture.ts'
import {plainAnswer} from './use-cases/outcome.ts'

const WAIT = {timeout: 90_000, interval: 20}
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u

test('each try is in the log with what the mail server said, the acceptance too', async () => {
  await using todo = await Fixture.create()
  await todo.start()
  todo.smtp.fault = {at: 'recipient', code: 451}
  const {reminderId} = await todo.remind(0)
  await expect.poll(async () => (await todo.deliveries(reminderId))[0]?.attempts ?? 0, WAIT).toBeGreaterThanOrEqual(2)
  todo.smtp.fault = null
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  const [delivery] = await todo.deliveries(reminderId)
  const log = delivery!.attempt_log
  expect(log).toHaveLength(delivery!.attempts)
  const refused = {outcome: 'retry', code: 'smtp', answer: 'The mail server said: 451 refused by the test with 451'}
  expect(log.slice(0, -1)).toEqual(log.slice(0, -1).map(() => ({at: expect.stringMatching(INSTANT), ...refused})))
  expect(log.at(-1)).toEqual({
    at: expect.stringMatching(INSTANT),
    outcome: 'sent',
    code: null,
    answer: expect.stringMatching(/^250 /u),
  })
  const times = log.map((entry) => entry.at)
  expect(times).toEqual([...times].sort())
})

test('after the last try the log has all eleven, and the last one says that it was', async () => {
  await using todo = await Fixture.create()
  await todo.start({settings: {sweepMs: 10}})
  todo.smtp.fault = {at: 'data', code: 452}
  const {reminderId} = await todo.remind(0)
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('failed')
  const log = (await todo.deliveries(reminderId))[0]!.attempt_log
  expect(log.map(({outcome}) => outcome)).toEqual([...Array<string>(10).fill('retry'), 'failed'])
  expect(log.at(-1)).toMatchObject({code: 'retries_exhausted', answer: expect.stringContaining('452')})
})

test('a repetition outlives a server that is away too long for one of its reminders, and ends with a refused address', async () => {
  await using todo = await Fixture.create()
  await todo.start({settings: {sweepMs: 10}})
  const userId = await todo.addUser()
  const taskId = await todo.addTask(userId)
  todo.smtp.fault = {at: 'data', code: 452}
  const id = await todo.addReminder(userId, taskId, {inSeconds: 0, nag: {every: 60, left: 5}})
  await expect.poll(async () => (await todo.events('reminder.failed')).length, WAIT).toBe(1)
  expect(await todo.reminder(id)).toMatchObject({state: 'scheduled', revision: 2, nag_left: 4})
  expect((await todo.events('reminder.scheduled')).map(({payload}) => payload['revision'])).toEqual([2])
  expect(await todo.task(taskId)).toMatchObject({reminder_at: (await todo.reminder(id)).reminder_at})

  todo.smtp.fault = {at: 'recipient', code: 550}
  await todo.admin.query('update todo.reminders set reminder_at = clock_timestamp(), revision = 3 where id = $1', [id])
  await expect.poll(async () => (await todo.reminder(id)).state, WAIT).toBe('failed')
  expect(await todo.reminder(id)).toMatchObject({revision: 3, nag_left: 4})
})

test('mails that go out together have each their own answer; one that is not sent has its reason', async () => {
  await using todo = await Fixture.create()
  const userId = await todo.addUser()
  const ids: number[] = []
  for (let count = 0; count < 5; count++)
    ids.push(await todo.addReminder(userId, await todo.addTask(userId), {inSeconds: 0, channels: ['numbered']}))
  const closedTask = await todo.addTask(userId)
  const cancelled = await todo.addReminder(userId, closedTask, {inSeconds: 0})
  await todo.admin.query('update todo.tasks set completed_at = clock_timestamp() where id = $1', [closedTask])
  const numbered: Channel = {
    name: 'numbered',
    deliver: async ({messageId}) => `taken as\u0000 ${messageId.split('-')[1]}\r\n\u001B[31m`,
  }
  await todo.start({channels: [numbered]})
  for (const id of ids) {
    await expect.poll(async () => (await todo.reminder(id)).state, WAIT).toBe('sent')
    expect((await todo.deliveries(id))[0]!.attempt_log).toMatchObject([
      {outcome: 'sent', code: null, answer: `taken as ${id} [31m`},
    ])
  }
  await expect.poll(async () => (await todo.reminder(cancelled)).state, WAIT).toBe('cancelled')
  expect((await todo.deliveries(cancelled))[0]!.attempt_log).toMatchObject([
    {outcome: 'cancelled', code: null, answer: 'Its task was not open any more, or it had been moved.'},
  ])
})

test('what somebody else’s server says becomes one plain line', () => {
  expect(plainAnswer('250 2.0.0\r\n queued\u0000\u001B[2J as\u202E 1')).toBe('250 2.0.0 queued [2J as 1')
  expect(plainAnswer('x'.repeat(600))).toHaveLength(500)
})
