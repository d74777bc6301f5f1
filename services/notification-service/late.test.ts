import {expect, test} from 'vitest'
import {Fixture} from './testing/fixture.ts'

const WAIT = {timeout: 90_000, interval: 20}
const HOUR = 3600
const DAY = 24 * HOUR

const late = (inSeconds: number) => ({inSeconds, madeBefore: true})

test('what came due while nothing ran comes as one mail per user, each marked late, none dropped', async () => {
  await using todo = await Fixture.create()
  const [ada, ben] = [await todo.addUser({timeZone: 'Asia/Tokyo'}), await todo.addUser()]
  const ids: number[] = []
  for (const [place, at] of [-10 * HOUR, -5 * HOUR, -HOUR].entries()) {
    ids.push(await todo.addReminder(ada, await todo.addTask(ada, `Ada ${place}`), late(at)))
  }
  const single = await todo.addReminder(ben, await todo.addTask(ben, 'Ben alone'), late(-2 * HOUR))
  // Due after the start, so not part of any summary.
  const onTime = await todo.addReminder(ada, await todo.addTask(ada, 'Ada now'), {inSeconds: 0.5})
  const service = await todo.start()
  for (const id of [...ids, single, onTime]) {
    await expect.poll(async () => (await todo.reminder(id)).state, WAIT).toBe('sent')
  }

  expect(todo.smtp.mails.map((mail) => mail.subject).sort()).toEqual([
    expect.stringMatching(/^3 reminders came due between \d\d:\d\d and \d\d:\d\d$/u),
    'Late reminder: Ben alone',
    'Reminder: Ada now',
  ])
  const summary = todo.smtp.mails.find((mail) => mail.subject.startsWith('3 reminders'))!
  expect(summary.to).toEqual([`${ada}@example.test`])
  expect(summary.text.match(/Late by: \d+ hours?/gu)).toEqual([
    'Late by: 10 hours',
    'Late by: 5 hours',
    'Late by: 1 hour',
  ])
  for (const id of ids) {
    expect(await todo.deliveries(id)).toMatchObject([{state: 'sent', attempts: 1, message_id: summary.messageId}])
  }
  const events = await todo.events('reminder.sent')
  expect(events).toHaveLength(5)
  const lateness = events.map((event) => Math.round(Number(event.payload['late_seconds']) / HOUR))
  expect(lateness.sort((a, b) => a - b)).toEqual([0, 1, 2, 5, 10])
  expect(await todo.counted(service, 'reminders_sent_total', {channel: 'email', woken_by: 'sweep'})).toBe(4)
})

test('a summary that fails is tried again as the same mail with the same parts', async () => {
  await using todo = await Fixture.create()
  todo.smtp.fault = {at: 'data', code: 451}
  const userId = await todo.addUser()
  const ids = [
    await todo.addReminder(userId, await todo.addTask(userId, 'First'), late(-3 * HOUR)),
    await todo.addReminder(userId, await todo.addTask(userId, 'Second'), late(-2 * HOUR)),
  ]
  // One at a time: the parts of one mail are claimed together all the same.
  await todo.start({settings: {claimAhead: 1}})
  await expect.poll(async () => (await todo.deliveries(ids[1]!))[0]?.attempts ?? 0, WAIT).toBeGreaterThanOrEqual(2)
  const before = (await todo.deliveries(ids[0]!))[0]!.message_id
  // Late by then, but not part of the first mail.
  const later = await todo.addReminder(userId, await todo.addTask(userId, 'Third'), late(-HOUR))
  await expect.poll(async () => (await todo.deliveries(later))[0]?.attempts ?? 0, WAIT).toBeGreaterThanOrEqual(1)
  todo.smtp.fault = null
  for (const id of [...ids, later]) {
    await expect.poll(async () => (await todo.reminder(id)).state, WAIT).toBe('sent')
  }
  // By identity: on a machine that stands still for longer than a lease the same mail may come twice.
  expect(new Set(todo.smtp.mails.map((mail) => mail.messageId)).size).toBe(2)
  const summary = todo.smtp.mails.find((mail) => mail.messageId === before)!
  expect(summary.text).toContain('* First\n')
  expect(summary.text).toContain('* Second\n')
  expect(summary.text).not.toContain('Third')
})

test("while one of a user's late reminders is locked the summary waits for it", async () => {
  await using todo = await Fixture.create()
  const [ada, ben] = [await todo.addUser(), await todo.addUser()]
  const ids = [
    await todo.addReminder(ada, await todo.addTask(ada, 'First'), late(-3 * HOUR)),
    await todo.addReminder(ada, await todo.addTask(ada, 'Second'), late(-2 * HOUR)),
  ]
  const other = await todo.addReminder(ben, await todo.addTask(ben, 'Ben'), late(-2 * HOUR))
  await todo.admin.query('begin')
  await todo.admin.query('select 1 from todo.reminders where id = $1 for update', [ids[1]])
  await todo.start()
  await expect.poll(async () => (await todo.reminder(other)).state, WAIT).toBe('sent')
  expect((await todo.reminder(ids[0]!)).state).toBe('scheduled')
  await todo.admin.query('commit')
  for (const id of ids) await expect.poll(async () => (await todo.reminder(id)).state, WAIT).toBe('sent')
  expect(todo.smtp.mails.map((mail) => mail.subject).sort()).toEqual([
    expect.stringMatching(/^2 reminders came due/u),
    'Late reminder: Ben',
  ])
})

test('what somebody claimed together and did not come to pack still goes out as one mail', async () => {
  await using todo = await Fixture.create()
  const userId = await todo.addUser()
  const ids: number[] = []
  for (let count = 0; count < 3; count++) {
    ids.push(await todo.addReminder(userId, await todo.addTask(userId), late(-HOUR - count)))
  }
  const {rows} = await todo.admin.query('select * from todo.claim_late_reminders(gen_random_uuid(), 0, 30, 20)')
  expect(rows).toHaveLength(3)
  // One at a time, so that nothing but their common claim holds them together.
  await todo.start({settings: {claimAhead: 1}})
  for (const id of ids) await expect.poll(async () => (await todo.reminder(id)).state, WAIT).toBe('sent')
  expect(todo.smtp.mails.map((mail) => mail.subject)).toEqual([expect.stringMatching(/^3 reminders came due/u)])
})

test('of two instances that start at once only one sends the summary', async () => {
  await using todo = await Fixture.create()
  const userId = await todo.addUser()
  const ids: number[] = []
  for (let count = 0; count < 30; count++) {
    ids.push(await todo.addReminder(userId, await todo.addTask(userId), late(-HOUR - count)))
  }
  const instances = await Promise.all([todo.instance(), todo.instance(), todo.instance()])
  await Promise.all(instances.map(async (instance) => instance.start()))
  for (const id of ids) await expect.poll(async () => (await todo.reminder(id)).state, WAIT).toBe('sent')
  expect(todo.smtp.mails.map((mail) => mail.subject)).toEqual([expect.stringMatching(/^30 reminders came due/u)])
})

test('up to seven days late it is sent, after that it fails as too late', async () => {
  await using todo = await Fixture.create()
  const [ada, ben] = [await todo.addUser(), await todo.addUser()]
  const inTime = await todo.addReminder(ada, await todo.addTask(ada), late(-7 * DAY + HOUR))
  const tooLate = await todo.addReminder(ben, await todo.addTask(ben), late(-7 * DAY - HOUR))
  const service = await todo.start()
  await expect.poll(async () => (await todo.reminder(inTime)).state, WAIT).toBe('sent')
  await expect.poll(async () => (await todo.reminder(tooLate)).state, WAIT).toBe('failed')
  expect(todo.smtp.mails.map((mail) => mail.subject)).toEqual(['Late reminder: Water the plants'])
  expect(todo.smtp.mails[0]!.text).toContain('This reminder is 7 days late')
  expect(await todo.deliveries(tooLate)).toMatchObject([{state: 'failed', attempts: 0}])
  expect(await todo.events('reminder.failed')).toMatchObject([
    {payload: {reminder_id: tooLate, reason: 'too_late: It was due more than 7 days ago.', attempts: 0}},
  ])
  expect(await todo.counted(service, 'reminders_failed_total', {channel: 'email', reason: 'too_late'})).toBe(1)
})

test('a reminder made for a time that is past is sent at once and is not late', async () => {
  await using todo = await Fixture.create()
  const service = await todo.start()
  const {reminderId} = await todo.remind(-50 * 60)
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  expect(todo.smtp.mails.map((mail) => mail.subject)).toEqual(['Reminder: Water the plants'])
  expect(Number((await todo.events('reminder.sent'))[0]!.payload['late_seconds'])).toBeLessThan(30)
  expect(await todo.counted(service, 'reminders_sent_total', {channel: 'email', woken_by: 'job'})).toBe(1)
})

test('a reminder that nags comes again after its interval until none is left, and not once the task is done', async () => {
  await using todo = await Fixture.create()
  await todo.start()
  const userId = await todo.addUser()
  const taskId = await todo.addTask(userId)
  const id = await todo.addReminder(userId, taskId, {inSeconds: 0, nag: {every: 60, left: 2}})
  const {rows} = await todo.admin.query<{now: Date}>('select clock_timestamp() as now')

  await expect.poll(async () => (await todo.reminder(id)).revision, WAIT).toBe(2)
  const next = await todo.reminder(id)
  expect(next).toMatchObject({state: 'scheduled', nag_left: 1})
  const wait = next.reminder_at.getTime() - rows[0]!.now.getTime()
  expect(wait).toBeGreaterThanOrEqual(60_000)
  expect(wait).toBeLessThan(80_000)
  expect(next.reminder_at.getMilliseconds()).toBe(0)
  expect(await todo.task(taskId)).toEqual({version: 1, reminder_at: next.reminder_at, reminder_sent: false})
  expect(await todo.events('reminder.scheduled')).toMatchObject([
    {payload: {reminder_id: id, revision: 2, reminder_at: next.reminder_at.toISOString()}},
  ])

  const comeDue = async () =>
    todo.admin.query('update todo.reminders set reminder_at = clock_timestamp() - interval $$1 s$$ where id = $1', [id])
  await comeDue()
  await expect.poll(async () => (await todo.reminder(id)).revision, WAIT).toBe(3)
  expect(await todo.reminder(id)).toMatchObject({state: 'scheduled', nag_left: 0})
  await comeDue()
  await expect.poll(async () => (await todo.reminder(id)).state, WAIT).toBe('sent')
  expect(await todo.task(taskId)).toMatchObject({reminder_at: null, reminder_sent: true})
  expect(new Set(todo.smtp.mails.map((mail) => mail.messageId)).size).toBe(3)

  const done = await todo.addTask(userId)
  const last = await todo.addReminder(userId, done, {inSeconds: 0, nag: {every: 60, left: 5}})
  todo.smtp.beforeAnswer = async () => {
    await todo.admin.query('update todo.tasks set completed_at = clock_timestamp() where id = $1', [done])
  }
  await expect.poll(async () => (await todo.reminder(last)).state, WAIT).toBe('sent')
  expect(await todo.reminder(last)).toMatchObject({revision: 1, nag_left: 5})
})
