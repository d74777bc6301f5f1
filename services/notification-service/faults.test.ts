import {expect, test} from 'vitest'
import type {Mailer} from '../ports/mailer.ts'
import {finishDeliveries} from './use-cases/finish-deliveries.ts'
import {Claims} from './use-cases/claims.ts'
import {packParcels} from './use-cases/pack-parcels.ts'
import {DEFAULT_SETTINGS} from './settings.ts'
import {Fixture} from './testing/fixture.ts'

const WAIT = {timeout: 90_000, interval: 20}

test('a server that says "later" gets the mail later, and it is the same mail', async () => {
  await using todo = await Fixture.create()
  const service = await todo.start()
  todo.smtp.fault = {at: 'recipient', code: 451}
  const {reminderId} = await todo.remind(0)
  await expect.poll(async () => (await todo.deliveries(reminderId))[0]?.attempts ?? 0, WAIT).toBeGreaterThanOrEqual(2)
  const [waiting] = await todo.deliveries(reminderId)
  expect(waiting!.error).toContain('smtp: The mail server said: 451')
  expect(await todo.task((await taskOf(todo, reminderId))!)).toMatchObject({reminder_sent: false})
  todo.smtp.fault = null
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  expect(todo.smtp.mails).toHaveLength(1)
  const [sent] = await todo.deliveries(reminderId)
  expect(sent).toMatchObject({state: 'sent', message_id: todo.smtp.mails[0]!.messageId, error: null})
  expect(sent!.attempts).toBe(
    (await todo.counted(service, 'reminder_retries_total', {channel: 'email', reason: 'smtp'})) + 1,
  )
})

test('after ten retries the reminder has failed, with an event and a metric', async () => {
  await using todo = await Fixture.create()
  const service = await todo.start({settings: {sweepMs: 10}})
  todo.smtp.fault = {at: 'data', code: 452}
  const {reminderId, taskId} = await todo.remind(0)
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('failed')
  expect(await todo.deliveries(reminderId)).toMatchObject([{state: 'failed', attempts: 11}])
  expect(todo.smtp.offered()).toBe(11)
  const [event, ...more] = await todo.events('reminder.failed')
  expect(more).toEqual([])
  expect(event).toMatchObject({task_id: taskId, payload: {reminder_id: reminderId, channel: 'email', attempts: 11}})
  expect(event!.payload['reason']).toContain('retries_exhausted: The mail server said: 452')
  expect(await todo.counted(service, 'reminders_failed_total', {channel: 'email', reason: 'retries_exhausted'})).toBe(1)
  expect(await todo.events('reminder.sent')).toEqual([])
})

test('an address that the server refuses for good fails at once with its reason', async () => {
  await using todo = await Fixture.create()
  await todo.start()
  todo.smtp.fault = {at: 'recipient', code: 550}
  const {reminderId} = await todo.remind(0)
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('failed')
  expect(todo.smtp.offered()).toBe(1)
  const [delivery] = await todo.deliveries(reminderId)
  expect(delivery).toMatchObject({state: 'failed', attempts: 1})
  expect(delivery!.error).toContain('refused: The mail server said: 550')
})

test.each([
  ['hangs', {at: 'hang'}],
  ['drops the connection', {at: 'drop', kept: false}],
  ['refuses every connection', {at: 'connect', code: 554}],
  ['refuses the sender', {at: 'sender', code: 550}],
] as const)('a server that %s is tried again', async (_what, fault) => {
  await using todo = await Fixture.create()
  await todo.start({settings: {sendTimeoutMs: 300}})
  todo.smtp.fault = fault
  const {reminderId} = await todo.remind(0)
  await expect.poll(async () => (await todo.deliveries(reminderId))[0]?.attempts ?? 0, WAIT).toBeGreaterThanOrEqual(1)
  todo.smtp.fault = null
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  expect(todo.smtp.mails).toHaveLength(1)
})

test('a server that takes the mail and drops the connection gets it twice, as the same mail', async () => {
  await using todo = await Fixture.create()
  await todo.start()
  todo.smtp.fault = {at: 'drop', kept: true}
  const {reminderId} = await todo.remind(0)
  await expect.poll(() => todo.smtp.mails.length, WAIT).toBeGreaterThanOrEqual(1)
  todo.smtp.fault = null
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  expect(new Set(todo.smtp.mails.map((mail) => mail.messageId)).size).toBe(1)
  expect(await todo.events('reminder.sent')).toHaveLength(1)
})

test('killed between send and finish: another instance sends the same mail again, and the first one cannot finish any more', async () => {
  await using todo = await Fixture.create()
  const resume = Promise.withResolvers<void>()
  const settings = {leaseSeconds: 1, sendTimeoutMs: 500}
  // Sends and then stands still, as a process does that is stopped for longer than its lease.
  const stuck = (mailer: Mailer): Mailer => ({
    send: async (mail, options) => {
      const receipt = await mailer.send(mail, options)
      await resume.promise
      return receipt
    },
  })
  const {reminderId} = await todo.remind(0)
  const first = await todo.start({wrapMailer: stuck, settings: {...settings, overdueSeconds: 0, sweepMs: 3_600_000}})
  await expect.poll(() => todo.smtp.mails.length, WAIT).toBe(1)
  await todo.start({settings})
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  expect(todo.smtp.mails.map((mail) => mail.messageId)).toEqual(
    Array(2).fill((await todo.deliveries(reminderId))[0]!.message_id),
  )
  resume.resolve()
  await first.stop()
  expect(await todo.events('reminder.sent')).toHaveLength(1)
  expect(await todo.deliveries(reminderId)).toMatchObject([{state: 'sent', attempts: 1}])
  expect(todo.logs.lines).toContainEqual(
    expect.objectContaining({level: 'WARN', message: 'a delivery was no longer ours when it was finished'}),
  )
})

test('snoozed while the mail is being sent: the old revision is noted as sent, the new time stays', async () => {
  await using todo = await Fixture.create()
  await todo.start()
  const {reminderId, taskId} = await todo.remind(0)
  todo.smtp.beforeAnswer = async () => {
    await todo.admin.query(
      `update todo.reminders set reminder_at = '2027-01-01T09:00Z', revision = revision + 1, state = 'scheduled' where id = $1`,
      [reminderId],
    )
    await todo.admin.query(`update todo.tasks set reminder_at = '2027-01-01T09:00Z' where id = $1`, [taskId])
  }
  await expect.poll(async () => (await todo.deliveries(reminderId))[0]?.state, WAIT).toBe('sent')
  expect(await todo.deliveries(reminderId)).toMatchObject([{revision: 1, state: 'sent'}])
  const newTime = new Date('2027-01-01T09:00Z')
  expect(await todo.reminder(reminderId)).toMatchObject({state: 'scheduled', revision: 2, reminder_at: newTime})
  expect(await todo.task(taskId)).toEqual({version: 1, reminder_at: newTime, reminder_sent: false})
  expect(await todo.events('reminder.sent')).toMatchObject([{payload: {revision: 1}}])
})

test('completed while the mail is being sent: the reminder stays cancelled, the mail is noted', async () => {
  await using todo = await Fixture.create()
  await todo.start()
  const {reminderId, taskId} = await todo.remind(0)
  todo.smtp.beforeAnswer = async () => {
    await todo.admin.query('update todo.tasks set completed_at = clock_timestamp(), version = 2 where id = $1', [
      taskId,
    ])
    await todo.admin.query(`update todo.reminders set revision = revision + 1, state = 'cancelled' where id = $1`, [
      reminderId,
    ])
    await todo.admin.query(`update todo.reminder_deliveries set state = 'cancelled' where reminder_id = $1`, [
      reminderId,
    ])
  }
  await expect.poll(async () => (await todo.deliveries(reminderId))[0]?.state, WAIT).toBe('sent')
  expect(await todo.reminder(reminderId)).toMatchObject({state: 'cancelled', revision: 2})
  expect(await todo.task(taskId)).toMatchObject({version: 2, reminder_at: null})
  expect(await todo.events('reminder.sent')).toMatchObject([{payload: {revision: 1, task_version: 2}}])
})

test('snoozed between two tries: the old mail is given up, the new time counts', async () => {
  await using todo = await Fixture.create()
  await todo.start()
  todo.smtp.fault = {at: 'recipient', code: 451}
  const {reminderId} = await todo.remind(0)
  await expect.poll(async () => (await todo.deliveries(reminderId))[0]?.attempts ?? 0, WAIT).toBeGreaterThanOrEqual(1)
  await todo.admin.query(
    `update todo.reminders set reminder_at = clock_timestamp() + interval '1 day', revision = 2, state = 'scheduled' where id = $1`,
    [reminderId],
  )
  await expect.poll(async () => (await todo.deliveries(reminderId))[0]?.state, WAIT).toBe('cancelled')
  todo.smtp.fault = null
  expect(await todo.reminder(reminderId)).toMatchObject({state: 'scheduled', revision: 2})
  expect(await todo.events('reminder.cancelled')).toEqual([])
  expect(todo.smtp.mails).toEqual([])
})

test('a database that is away when the mail is out: it is written down when it is back, and the mail goes out once', async () => {
  await using todo = await Fixture.create()
  let refusals = 3
  await todo.start({
    wrapDatabase: (database) => ({
      ...database,
      asUsers: async (userIds, work) => {
        if (todo.smtp.mails.length > 0 && refusals-- > 0) {
          throw Object.assign(new Error('connect ECONNREFUSED'), {code: 'ECONNREFUSED'})
        }
        return database.asUsers(userIds, work)
      },
    }),
  })
  const {reminderId} = await todo.remind(0)
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  expect(refusals).toBeLessThan(0)
  expect(todo.smtp.mails).toHaveLength(1)
  expect(await todo.deliveries(reminderId)).toMatchObject([{state: 'sent', attempts: 1}])
})

test('a database that goes away when a reminder is claimed: the mail goes out when it is back, not when the lease ends', async () => {
  await using todo = await Fixture.create()
  let [refusals, claimed] = [3, false]
  await todo.start({
    settings: {leaseSeconds: 60},
    wrapDatabase: (database) => ({
      ...database,
      acrossUsers: async (work) => {
        const rows = await database.acrossUsers(work)
        claimed ||= Array.isArray(rows) && rows.some((row) => 'delivery_id' in row)
        return rows
      },
      asUsers: async (userIds, work) => {
        if (claimed && refusals-- > 0) {
          throw Object.assign(new Error('connect ECONNREFUSED'), {code: 'ECONNREFUSED'})
        }
        return database.asUsers(userIds, work)
      },
    }),
  })
  const {reminderId} = await todo.remind(0)
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  expect(refusals).toBeLessThan(0)
  expect(todo.smtp.mails).toHaveLength(1)
})

test('a mail whose task is locked for long does not hold the others, and is written down when the lock is gone', async () => {
  await using todo = await Fixture.create()
  await todo.start()
  const locked = await todo.remind(1)
  const others = [await todo.remind(1), await todo.remind(1), await todo.remind(1)]
  await todo.admin.query('begin')
  await todo.admin.query('select 1 from todo.tasks where id = $1 for update', [locked.taskId])
  for (const {reminderId} of others) {
    await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  }
  await expect.poll(() => todo.smtp.mails.length, WAIT).toBe(4)
  expect(await todo.reminder(locked.reminderId)).toMatchObject({state: 'sending'})
  await todo.admin.query('commit')
  await expect.poll(async () => (await todo.reminder(locked.reminderId)).state, WAIT).toBe('sent')
  expect(todo.smtp.mails).toHaveLength(4)
})

test('connections that the server ends are made again, and what was due is sent once', async () => {
  await using todo = await Fixture.create()
  await todo.start()
  const {reminderId} = await todo.remind(0.5)
  await todo.admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'test notification'`,
  )
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  expect(todo.smtp.mails).toHaveLength(1)
})

test('stop finishes the mail under way and gives back the ones that wait; the next instance sends them', async () => {
  await using todo = await Fixture.create()
  const answer = Promise.withResolvers<void>()
  todo.smtp.beforeAnswer = async () => answer.promise
  const leaseSeconds = 60
  const first = await todo.start({settings: {slots: 1, leaseSeconds, sendTimeoutMs: 20_000}})
  for (let count = 0; count < 3; count++) await todo.remind(0)
  const states = async () =>
    (await todo.admin.query<{state: string}>('select state from todo.reminder_deliveries order by state')).rows.map(
      (row) => row.state,
    )
  await expect.poll(states, WAIT).toEqual(['sending', 'sending', 'sending'])
  await expect.poll(() => todo.smtp.offered(), WAIT).toBe(1)
  const stopped = first.stop()
  await expect.poll(states, WAIT).toEqual(['scheduled', 'scheduled', 'sending'])
  answer.resolve()
  await stopped
  expect(await states()).toEqual(['scheduled', 'scheduled', 'sent'])
  await todo.start({settings: {leaseSeconds}})
  await expect.poll(states, WAIT).toEqual(['sent', 'sent', 'sent'])
  expect(todo.smtp.mails).toHaveLength(3)
})

test('the only instance takes over at its start what was claimed when the one before it was killed; one of several waits', async () => {
  await using todo = await Fixture.create()
  const settings = {...DEFAULT_SETTINGS, overdueSeconds: 0, leaseSeconds: 3600}
  const {reminderId} = await todo.remind(0)
  const killed = await new Claims(await todo.database(), settings).overdue(10)
  expect(killed.deliveries).toMatchObject([{reminderId}])
  const oneOfSeveral = await todo.start({settings: {overdueSeconds: 0}})
  const later = await todo.remind(0)
  await expect.poll(async () => (await todo.reminder(later.reminderId)).state, WAIT).toBe('sent')
  expect(await todo.deliveries(reminderId)).toMatchObject([{state: 'sending'}])
  await oneOfSeveral.stop()
  await todo.start({alone: true})
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  expect(todo.smtp.mails).toHaveLength(2)
})

test('nothing is read or written without a user, and nothing of one user as another', async () => {
  await using todo = await Fixture.create()
  const {reminderId, userId} = await todo.remind(-1)
  const database = await todo.database()
  const claims = new Claims(database, {...DEFAULT_SETTINGS, overdueSeconds: 0})
  const claim = await claims.overdue(10)
  expect(claim.deliveries).toMatchObject([{reminderId, userId, channel: 'email'}])
  const options = {origin: {installation: 'x', domain: 'y'}, lateSeconds: 60}
  const {parcels} = await packParcels(database, claim, options)
  const {deliveries} = parcels[0]!
  const sent = {kind: 'sent', answers: new Map<number, string>()} as const

  await expect(database.acrossUsers(async (tx) => finishDeliveries(tx, deliveries, sent))).rejects.toThrow(
    'no user is set',
  )
  const stranger = await todo.addUser()
  const stolen = {...claim, deliveries: claim.deliveries.map((delivery) => ({...delivery, userId: stranger}))}
  expect(await packParcels(database, stolen, options)).toEqual({parcels: [], cancelled: [], tooLate: []})
  const asStranger = await database.asUser(stranger, async (tx) => finishDeliveries(tx, deliveries, sent))
  expect(asStranger).toEqual([])
  expect(await todo.deliveries(reminderId)).toMatchObject([{state: 'sending'}])
})

async function taskOf(todo: Fixture, reminderId: number): Promise<number | undefined> {
  const {rows} = await todo.admin.query<{task_id: number}>('select task_id from todo.reminders where id = $1', [
    reminderId,
  ])
  return rows[0]?.task_id
}
