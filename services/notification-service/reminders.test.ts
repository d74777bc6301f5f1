import {randomBytes} from 'node:crypto'
import inject from 'light-my-request'
import {expect, test} from 'vitest'
import {WebReceiver} from '../../test/support/web-receiver.ts'
import {createGuardedSender} from '../adapters/webhook/guarded-sender.ts'
import type {ReminderListResponse} from '../contracts/reminders.ts'
import {USER_HEADER} from '../ports/service-invoker.ts'
import {Fixture, type NotificationService} from './testing/fixture.ts'

const WAIT = {timeout: 90_000, interval: 20}

const asking = (service: NotificationService, userId: string) => {
  const handler = service.app.callback()
  return async (method: 'GET' | 'POST', path: string, body?: object) => {
    const answer = await inject((request, response) => void handler(request, response), {
      method,
      url: `/v1/reminders${path}`,
      headers: {[USER_HEADER]: userId, ...(body && {'content-type': 'application/json'})},
      ...(body && {payload: JSON.stringify(body)}),
    })
    return {status: answer.statusCode, body: JSON.parse(answer.payload)}
  }
}

const states = async (todo: Fixture, reminderId: number) =>
  (await todo.deliveries(reminderId)).map(({channel, state, attempts}) => `${channel} ${state} ${attempts}`)

/** A reminder that its mail server refused for good. */
async function refusedReminder(todo: Fixture, service?: NotificationService) {
  const userId = await todo.addUser()
  const taskId = await todo.addTask(userId)
  todo.smtp.fault = {at: 'recipient', code: 550}
  const running = service ?? (await todo.start())
  const reminderId = await todo.addReminder(userId, taskId, {inSeconds: 0})
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('failed')
  return {userId, taskId, reminderId, ask: asking(running, userId)}
}

test('a reminder that failed goes out again, by what failed', async () => {
  await using todo = await Fixture.create()
  const {reminderId, taskId, ask} = await refusedReminder(todo)
  const listed = (await ask('GET', '?state=failed')).body as ReminderListResponse
  expect(listed).toMatchObject({
    reminders: [
      {
        id: reminderId,
        task_id: taskId,
        title: 'Water the plants',
        state: 'failed',
        deliveries: [{channel: 'email', state: 'failed'}],
      },
    ],
    next_cursor: null,
  })
  expect(listed.reminders[0]!.deliveries[0]!.attempts[0]!.answer).toContain('550')
  todo.smtp.fault = null
  expect(await ask('POST', `/${reminderId}/retry`)).toMatchObject({
    status: 200,
    body: {retried: ['email'], reminder: {id: reminderId}},
  })
  await expect.poll(async () => (await todo.reminder(reminderId)).state, WAIT).toBe('sent')
  expect(await states(todo, reminderId)).toEqual(['email sent 1'])
  expect(todo.smtp.mails).toHaveLength(1)
  expect(
    (await ask('GET', `/${reminderId}`)).body.deliveries[0].attempts.map(({outcome}: {outcome: string}) => outcome),
  ).toEqual(['failed', 'sent'])
  // Once more: nothing failed.
  expect(await ask('POST', `/${reminderId}/retry`)).toMatchObject({status: 409, body: {code: 'reminder_sent'}})
  expect(todo.smtp.mails).toHaveLength(1)
})

test('a channel that took it does not get it twice', async () => {
  await using todo = await Fixture.create()
  await using hook = await WebReceiver.start()
  hook.respond = 404
  const userId = await todo.addUser({channels: ['email', 'webhook']})
  await todo.admin.query(`insert into todo.webhooks (user_id, url, secret) values ($1, $2, $3)`, [
    userId,
    `${hook.url}/x`,
    randomBytes(32),
  ])
  const service = await todo.start({webhooks: createGuardedSender({reach: 'loopback'})})
  const reminderId = await todo.addReminder(userId, await todo.addTask(userId), {inSeconds: 0})
  await expect
    .poll(async () => (await states(todo, reminderId)).map((text) => text.replace(/ \d+$/u, '')), WAIT)
    .toEqual(['email sent', 'webhook failed'])
  hook.respond = 204
  const ask = asking(service, userId)
  expect((await ask('POST', `/${reminderId}/retry`)).body).toMatchObject({
    retried: ['webhook'],
    reminder: {state: 'sent'},
  })
  await expect.poll(async () => states(todo, reminderId), WAIT).toEqual(['email sent 1', 'webhook sent 1'])
  expect((await todo.reminder(reminderId)).state).toBe('sent')
  expect(todo.smtp.mails).toHaveLength(1)
})

test('each state says why it cannot go again, and nobody reaches what is of another', async () => {
  await using todo = await Fixture.create()
  const service = await todo.start()
  const {userId, taskId, reminderId, ask} = await refusedReminder(todo, service)
  const retry = async (id: number) => await ask('POST', `/${id}/retry`)
  const set = async (text: string, ...values: unknown[]) => await todo.admin.query(text, values)

  const waiting = await todo.addReminder(userId, taskId, {inSeconds: 3600})
  expect(await retry(waiting)).toMatchObject({status: 200, body: {retried: [], reminder: {state: 'scheduled'}}})
  await set(`update todo.reminders set state = 'cancelled' where id = $1`, waiting)
  expect(await retry(waiting)).toMatchObject({status: 409, body: {code: 'reminder_cancelled'}})

  await set('update todo.tasks set completed_at = clock_timestamp() where id = $1', taskId)
  expect(await retry(reminderId)).toMatchObject({status: 409, body: {code: 'task_closed'}})
  await set('update todo.tasks set completed_at = null where id = $1', taskId)
  const old = await todo.addReminder(userId, taskId, {inSeconds: -8 * 86_400, madeBefore: true})
  await expect.poll(async () => (await todo.reminder(old)).state, WAIT).toBe('failed')
  expect(await retry(old)).toMatchObject({status: 409, body: {code: 'too_late'}})
  expect(await retry(1_000_000)).toMatchObject({status: 404, body: {code: 'reminder_not_found'}})

  const stranger = asking(service, await todo.addUser())
  expect(await stranger('GET', `/${reminderId}`)).toMatchObject({status: 404})
  expect(await stranger('POST', `/${reminderId}/retry`)).toMatchObject({status: 404})
  expect((await stranger('GET', '')).body).toEqual({reminders: [], next_cursor: null})
  expect((await todo.reminder(reminderId)).state).toBe('failed')
})

test('a list page by page: what waits the soonest first, what was the latest first', async () => {
  await using todo = await Fixture.create()
  const service = await todo.instance()
  const userId = await todo.addUser()
  const taskId = await todo.addTask(userId)
  const made: number[] = []
  for (const inSeconds of [7200, 3600, 10_800]) made.push(await todo.addReminder(userId, taskId, {inSeconds}))
  const [second, first, third] = made as [number, number, number]
  const ask = asking(service, userId)
  const ids = async (query: string) => {
    const {reminders, next_cursor: more} = (await ask('GET', query)).body as ReminderListResponse
    return {ids: reminders.map(({id}) => id), more}
  }
  expect((await ids('?state=scheduled')).ids).toEqual([first, second, third])
  const page = await ids('?limit=2')
  expect(page.ids).toEqual([third, second])
  expect(await ids(`?limit=2&cursor=${page.more}`)).toEqual({ids: [first], more: null})
  expect((await ids(`?task_id=${taskId + 1}`)).ids).toEqual([])
  expect((await ask('GET', '?state=lost')).status).toBe(422)
})

test('a test message says what the other side said, at most five times a minute', async () => {
  await using todo = await Fixture.create()
  const service = await todo.instance()
  const userId = await todo.addUser({email: 'ada@example.test'})
  const ask = asking(service, userId)
  expect((await ask('POST', '/test', {channel: 'email'})).body).toMatchObject({
    channel: 'email',
    taken: true,
    code: null,
  })
  expect(todo.smtp.mails).toHaveLength(1)
  expect(todo.smtp.mails[0]!.text).toContain('This is a test')
  todo.smtp.fault = {at: 'recipient', code: 550}
  expect((await ask('POST', '/test', {channel: 'email'})).body).toMatchObject({taken: false, code: 'refused'})
  expect((await ask('POST', '/test', {channel: 'push'})).body).toMatchObject({taken: false, code: 'unknown_channel'})
  expect((await ask('POST', '/test', {channel: 'webhook'})).body).toMatchObject({taken: false})
  expect((await ask('POST', '/test', {channel: 'pigeon'})).status).toBe(422)
  expect((await ask('POST', '/test', {channel: 'push'})).status).toBe(200)
  expect(await ask('POST', '/test', {channel: 'push'})).toMatchObject({status: 429, body: {code: 'too_many_tests'}})
})
