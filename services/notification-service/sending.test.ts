import {expect, test, vi} from 'vitest'
import type {Channel} from './channels/channel.ts'
import {Fixture} from './testing/fixture.ts'
import {MemoryJobs} from './testing/memory-jobs.ts'

const WAIT = {timeout: 90_000, interval: 20}
/** Where it is counted who sent a mail and how often: on a machine that stands still nobody gives up on one. */
const PATIENT = {sendTimeoutMs: 60_000, leaseSeconds: 600} as const

test('a reminder is sent by its job, once, not before its time, and the rows say so', async () => {
  await using todo = await Fixture.create()
  const service = await todo.start()
  const {taskId, reminderId, userId} = await todo.remind(1)
  const {reminder_at: due} = await todo.reminder(reminderId)
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')

  expect(todo.smtp.mails).toHaveLength(1)
  const mail = todo.smtp.mails[0]!
  expect(mail.receivedAt.getTime()).toBeGreaterThanOrEqual(due.getTime())
  expect(mail).toMatchObject({to: [`${userId}@example.test`], subject: 'Reminder: Water the plants'})
  expect(mail.text).toContain(`http://127.0.0.1:8636/tasks/${taskId}`)
  expect(mail.messageId).toMatch(new RegExp(`^reminder-${reminderId}-1-email\\.[0-9a-f-]{36}@example\\.test$`, 'u'))
  expect(await todo.deliveries(reminderId)).toMatchObject([
    {state: 'sent', channel: 'email', attempts: 1, message_id: mail.messageId, error: null},
  ])
  expect(await todo.task(taskId)).toEqual({version: 1, reminder_at: null, reminder_sent: true})
  const [event, ...more] = await todo.events('reminder.sent')
  expect(more).toEqual([])
  expect(event).toMatchObject({
    user_id: userId,
    task_id: taskId,
    payload: {task_version: 1, reminder_id: reminderId, revision: 1, channel: 'email'},
  })
  expect(event!.payload['late_seconds']).toBeLessThan(30)
  expect(await todo.counted(service, 'reminders_sent_total', {channel: 'email', woken_by: 'job'})).toBe(1)
})

test('the earliest reminder that is left stays in the task, and only the last one makes it sent', async () => {
  await using todo = await Fixture.create()
  await todo.start()
  const {userId, taskId, reminderId} = await todo.remind(0)
  const later = await todo.addReminder(userId, taskId, {inSeconds: 1800})
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  const {reminder_at: next} = await todo.reminder(later)
  expect(await todo.task(taskId)).toEqual({version: 1, reminder_at: next, reminder_sent: false})
})

test('a job that comes early waits for the time of its reminder', async () => {
  await using todo = await Fixture.create()
  todo.jobs.earlyMs = 400
  // A sweep that would not help within the test.
  const service = await todo.start({settings: {...PATIENT, overdueSeconds: 30}})
  const {reminderId} = await todo.remind(1)
  const {reminder_at: due} = await todo.reminder(reminderId)
  await expect.poll(() => todo.smtp.mails.length, WAIT).toBe(1)
  expect(todo.smtp.mails[0]!.receivedAt.getTime()).toBeGreaterThanOrEqual(due.getTime())
  await expect
    .poll(async () => todo.counted(service, 'reminders_sent_total', {channel: 'email', woken_by: 'job'}), WAIT)
    .toBe(1)
})

test('every job finds its reminder, also one that comes in the very moment', {timeout: 330_000}, async () => {
  await using todo = await Fixture.create()
  // No sweep would send what a job has missed, also on a machine where all of them take minutes.
  const service = await todo.start({
    settings: {...PATIENT, overdueSeconds: 600, lateSeconds: 600, earlyWaitMs: 300_000, jobTimeoutMs: 60_000},
  })
  const userId = await todo.addUser()
  const taskId = await todo.addTask(userId)
  await todo.admin.query(
    `insert into todo.reminders (user_id, task_id, offset_seconds, reminder_at)
     select $1, $2, n, clock_timestamp() + make_interval(secs => 1 + n * 0.0037) from generate_series(1, 300) n`,
    [userId, taskId],
  )
  const sent = async () => todo.counted(service, 'reminders_sent_total', {channel: 'email', woken_by: 'job'})
  await expect.poll(sent, {...WAIT, timeout: 300_000}).toBe(300)
  const early = await todo.admin.query(
    'select 1 from todo.reminder_deliveries d join todo.reminders r on r.id = d.reminder_id where d.created_at < r.reminder_at or d.sent_at < r.reminder_at',
  )
  expect(early.rowCount).toBe(0)
  expect(todo.smtp.mails).toHaveLength(300)
})

test('a job whose reminder is locked for more than a second still sends it', async () => {
  await using todo = await Fixture.create()
  const service = await todo.start({settings: {...PATIENT, overdueSeconds: 60, earlyWaitMs: 30_000}})
  const {reminderId} = await todo.remind(1)
  await expect.poll(() => todo.jobs.names.length, WAIT).toBe(1)
  await todo.admin.query('begin')
  await todo.admin.query('select 1 from todo.reminders where id = $1 for update', [reminderId])
  await todo.admin.query('select pg_sleep(2.5)')
  await todo.admin.query('commit')
  await expect
    .poll(async () => todo.counted(service, 'reminders_sent_total', {channel: 'email', woken_by: 'job'}), WAIT)
    .toBe(1)
})

test('jobs of an old revision, of another installation, and malformed ones do nothing', async () => {
  await using todo = await Fixture.create()
  const service = await todo.instance()
  const {reminderId} = await todo.remind(-1)
  await todo.admin.query('update todo.reminders set revision = 2 where id = $1', [reminderId])
  const {rows} = await todo.admin.query<{id: string}>('select id from todo.installation')
  const installation = rows[0]!.id
  await service.jobHandler({name: 'old', data: {installation, reminder_id: reminderId, revision: 1}})
  await service.jobHandler({
    name: 'foreign',
    data: {installation: '018f0000-0000-7000-8000-000000000001', reminder_id: reminderId, revision: 2},
  })
  await service.jobHandler({name: 'malformed', data: {reminder_id: 'one'}})
  await service.jobHandler({name: 'missing', data: {installation, reminder_id: 999_999, revision: 1}})
  expect(await todo.reminder(reminderId)).toMatchObject({state: 'scheduled'})
  expect(await todo.deliveries(reminderId)).toEqual([])

  await service.jobHandler({name: 'right', data: {installation, reminder_id: reminderId, revision: 2}})
  await expect.poll(() => todo.smtp.mails.length, WAIT).toBe(1)
})

test.each(['lose', 'refuse', 'hang'] as const)(
  'with a scheduler that does this: %s, the sweep sends',
  async (fault) => {
    await using todo = await Fixture.create()
    todo.jobs.fault = fault
    const service = await todo.start({settings: PATIENT})
    const {reminderId} = await todo.remind(0.5)
    const {reminder_at: due} = await todo.reminder(reminderId)
    await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
    expect(todo.smtp.mails).toHaveLength(1)
    expect(todo.smtp.mails[0]!.receivedAt.getTime()).toBeGreaterThanOrEqual(due.getTime())
    expect(await todo.counted(service, 'reminders_sent_total', {channel: 'email', woken_by: 'sweep'})).toBe(1)
  },
)

test(
  'two instances with jobs and sweeps that all look at once send each reminder once',
  {timeout: 330_000},
  async () => {
    await using todo = await Fixture.create()
    const settings = {...PATIENT, overdueSeconds: 0, sweepMs: 5}
    const other = new MemoryJobs()
    await todo.start({settings})
    await todo.start({settings, jobs: other})
    const ids: number[] = []
    const userId = await todo.addUser()
    for (let count = 0; count < 60; count++) {
      ids.push(await todo.addReminder(userId, await todo.addTask(userId), {inSeconds: 0.7}))
    }
    const sentCount = async () =>
      (await todo.admin.query(`select 1 from todo.reminders where id = any ($1) and state = 'sent'`, [ids])).rowCount
    await expect.poll(sentCount, {...WAIT, timeout: 300_000}).toBe(60)
    other.stop()
    expect(todo.smtp.mails).toHaveLength(60)
    expect(new Set(todo.smtp.mails.map((mail) => mail.messageId)).size).toBe(60)
    expect(await todo.events('reminder.sent')).toHaveLength(60)
    // Each of them: one attempt, by one of the two.
    const {rows} = await todo.admin.query('select distinct state, attempts from todo.reminder_deliveries')
    expect(rows).toEqual([{state: 'sent', attempts: 1}])
  },
)

test('a task that is done by then is not reminded of, and the reminder is cancelled', async () => {
  await using todo = await Fixture.create()
  const {taskId, reminderId} = await todo.remind(0)
  await todo.admin.query('update todo.tasks set completed_at = clock_timestamp() where id = $1', [taskId])
  await todo.start()
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('cancelled')
  expect(await todo.deliveries(reminderId)).toMatchObject([{state: 'cancelled', attempts: 0}])
  expect(await todo.events('reminder.cancelled')).toMatchObject([
    {payload: {task_version: 1, reminder_id: reminderId, revision: 1}},
  ])
  expect(await todo.task(taskId)).toMatchObject({reminder_at: null, reminder_sent: false})
  expect(todo.smtp.mails).toEqual([])
})

test('each channel has its own delivery; the first that is sent makes the reminder sent; an unknown one says so', async () => {
  await using todo = await Fixture.create()
  const pushed: string[] = []
  const push: Channel = {
    name: 'push',
    deliver: async ({notices}) => `201 pushed ${pushed.push(notices[0]!.title)}`,
  }
  const service = await todo.start({channels: [push]})
  const userId = await todo.addUser({channels: ['push']})
  const taskId = await todo.addTask(userId)
  const byProfile = await todo.addReminder(userId, taskId, {inSeconds: 0})
  const byReminder = await todo.addReminder(userId, taskId, {inSeconds: 0, channels: ['email', 'webhook', 'email']})
  await expect.poll(async () => (await todo.deliveries(byProfile))[0]?.state, WAIT).toBe('sent')
  await expect
    .poll(async () => (await todo.deliveries(byReminder)).map(({channel, state}) => `${channel} ${state}`), WAIT)
    .toEqual(['email sent', 'webhook failed'])
  expect(pushed).toEqual(['Water the plants'])
  expect(await todo.reminder(byReminder)).toMatchObject({state: 'sent'})
  expect((await todo.deliveries(byReminder))[1]!.error).toBe(
    'unknown_channel: There is no channel "webhook" here, only: email, push.',
  )
  expect(await todo.counted(service, 'reminders_failed_total', {channel: 'webhook', reason: 'unknown_channel'})).toBe(1)
})

test('a user without a profile has no address: the reminder fails and says so', async () => {
  await using todo = await Fixture.create()
  await todo.start()
  const {userId, taskId, reminderId} = await todo.remind(3600)
  await todo.admin.query('delete from todo.profiles where user_id = $1', [userId])
  await todo.admin.query('update todo.reminders set reminder_at = clock_timestamp(), revision = 2 where id = $1', [
    reminderId,
  ])
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('failed')
  expect(await todo.events('reminder.failed')).toMatchObject([
    {task_id: taskId, payload: {revision: 2, reason: 'no_address: The user has no e-mail address.', attempts: 1}},
  ])
  expect(await todo.task(taskId)).toMatchObject({reminder_at: null, reminder_sent: false})
})

test('reminder.scheduled makes a job at once when its time is within the hour, and the sweep makes it later otherwise', async () => {
  await using todo = await Fixture.create()
  const service = await todo.start({settings: {sweepMs: 3_600_000}})
  const [subscription] = service.subscriptions
  const near = await todo.remind(1800)
  const far = await todo.remind(7200)
  const answers = await subscription!.handle(
    [near, far].map(({userId, taskId, reminderId}, place) => ({
      topic: 'reminders',
      key: userId,
      traceparent: null,
      event: {
        event_id: `018f0000-0000-7000-8000-00000000000${place}`,
        event_type: 'reminder.scheduled',
        event_version: '1.0',
        timestamp: '2026-11-21T09:00:00Z',
        user_id: userId,
        task_id: taskId,
        payload: {task_version: 1, reminder_id: reminderId, revision: 1, reminder_at: '2026-11-21T09:30:00Z'},
      },
    })),
  )
  expect(answers).toEqual(['done', 'done'])
  await vi.waitFor(() => expect(todo.jobs.names).toEqual([`reminder-${near.reminderId}-1`]), WAIT)
  await todo.admin.query(
    'update todo.reminders set reminder_at = clock_timestamp() + interval $$59 min$$ where id = $1',
    [far.reminderId],
  )
  const second = await todo.start()
  await vi.waitFor(() => expect(todo.jobs.names).toContain(`reminder-${far.reminderId}-1`), WAIT)
  expect(second.name).toBe('notification-service')
})
