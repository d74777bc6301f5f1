import {randomBytes} from 'node:crypto'
import {Webhook as StandardWebhook} from 'standardwebhooks'
import {expect, test} from 'vitest'
import {PushBrowser, vapidClaims} from '../../test/support/push-browser.ts'
import {type Received, WebReceiver} from '../../test/support/web-receiver.ts'
import {createPushSender} from '../adapters/web-push/push-sender.ts'
import {createGuardedSender} from '../adapters/webhook/guarded-sender.ts'
import {Fixture} from './testing/fixture.ts'

const WAIT = {timeout: 90_000, interval: 20}
const sender = createGuardedSender({reach: 'loopback'})
const push = createPushSender({
  secret: 'a secret of the tests, 32 characters long',
  contact: 'https://t.example',
  sender,
})
const WEB = {webhooks: sender, push, settings: {leaseSeconds: 30, sendTimeoutMs: 15_000}}

async function addWebhook(todo: Fixture, userId: string, url: string): Promise<StandardWebhook> {
  const secret = randomBytes(32)
  await todo.admin.query('insert into todo.webhooks (user_id, url, secret) values ($1, $2, $3)', [userId, url, secret])
  return new StandardWebhook(`whsec_${secret.toString('base64')}`)
}

async function addDevice(todo: Fixture, userId: string, endpoint: string): Promise<PushBrowser> {
  const browser = new PushBrowser()
  await todo.admin.query(
    `insert into todo.push_devices (user_id, endpoint, p256dh, auth, label) values ($1, $2, $3, $4, 'phone')`,
    [userId, endpoint, browser.keys.p256dh, browser.keys.auth],
  )
  return browser
}

const states = async (todo: Fixture, reminderId: number) =>
  (await todo.deliveries(reminderId)).map(({channel, state, attempts}) => `${channel} ${state} ${attempts}`)

/** Throws when the signature does not hold. */
const verified = (webhook: StandardWebhook, {body, headers}: Received) =>
  webhook.verify(body.toString(), headers as Record<string, string>) as {data: {reminders: unknown[]}}

test('Push/ntfy/webhook reminders on self-hosted: each channel goes its own way, and none holds or doubles another', async () => {
  await using todo = await Fixture.create()
  await using hook = await WebReceiver.start()
  await using pushService = await WebReceiver.start()
  // Down twice, while mail and push are up.
  hook.respond = (_received, response) => void response.writeHead(hook.received.length <= 2 ? 500 : 204).end()
  pushService.respond = 201
  const userId = await todo.addUser({channels: ['email', 'push', 'webhook']})
  const webhook = await addWebhook(todo, userId, `${hook.url}/todo5`)
  const phone = await addDevice(todo, userId, `${pushService.url}/phone`)
  const taskId = await todo.addTask(userId, 'Water <b>the</b> plants')
  const service = await todo.start(WEB)
  const reminderId = await todo.addReminder(userId, taskId, {inSeconds: 0})
  await expect
    .poll(async () => states(todo, reminderId), WAIT)
    .toEqual(['email sent 1', 'push sent 1', 'webhook sent 3'])
  expect(todo.smtp.mails).toHaveLength(1)
  expect(hook.received).toHaveLength(3)
  expect(new Set(hook.received.map(({headers}) => headers['webhook-id'])).size).toBe(1)
  const {due_at: due} = (await todo.admin.query('select due_at from todo.tasks where id = $1', [taskId])).rows[0]
  for (const received of hook.received) {
    expect(verified(webhook, received)).toMatchObject({
      type: 'reminder.due',
      data: {
        reminders: [
          {
            task_id: taskId,
            title: 'Water <b>the</b> plants',
            due_at: due.toISOString().replace('.000', ''),
            late: false,
            url: `http://127.0.0.1:8636/tasks/${taskId}`,
          },
        ],
      },
    })
  }
  expect(pushService.received).toHaveLength(1)
  const pushed = pushService.received[0]!
  expect(pushed).toMatchObject({path: '/phone', headers: {ttl: '86400', urgency: 'high'}})
  expect(phone.read(pushed)).toEqual({
    tag: pushed.headers['topic'],
    tasks: [
      {id: taskId, title: 'Water <b>the</b> plants', due_at: due.toISOString().replace('.000', ''), due_has_time: true},
    ],
    more: 0,
  })
  expect(vapidClaims(pushed, push.publicKey)).toMatchObject({aud: pushService.url, sub: 'https://t.example'})
  for (const channel of ['email', 'push', 'webhook'])
    expect(await todo.counted(service, 'reminders_sent_total', {channel, woken_by: 'job'})).toBeLessThanOrEqual(1)
  expect(await todo.reminder(reminderId)).toMatchObject({state: 'sent'})
})

test('a receiver that says 410 ends the webhook; its reminder, and what comes later, goes out by mail, once', async () => {
  await using todo = await Fixture.create()
  await using hook = await WebReceiver.start()
  hook.respond = 410
  const userId = await todo.addUser({channels: ['webhook']})
  await addWebhook(todo, userId, hook.url)
  const taskId = await todo.addTask(userId)
  await todo.start(WEB)
  const first = await todo.addReminder(userId, taskId, {inSeconds: 0, nag: {every: 3600, left: 2}})
  await expect.poll(async () => states(todo, first), WAIT).toEqual(['email sent 1', 'webhook failed 1'])
  // Sent is sent: it repeats itself as if the webhook had taken it.
  expect(await todo.reminder(first)).toMatchObject({state: 'scheduled', revision: 2, nag_left: 1})
  const second = await todo.addReminder(userId, taskId, {inSeconds: 0})
  await expect.poll(async () => states(todo, second), WAIT).toEqual(['email sent 1', 'webhook failed 1'])
  expect(await todo.reminder(second)).toMatchObject({state: 'sent'})
  const third = await todo.addReminder(userId, taskId, {inSeconds: 0, channels: ['email', 'webhook']})
  await expect.poll(async () => states(todo, third), WAIT).toEqual(['email sent 1', 'webhook failed 1'])
  const errors: (string | null)[] = []
  for (const id of [first, second, third]) errors.push((await todo.deliveries(id))[1]!.error)
  expect(errors.map((error) => error!.split(':')[0])).toEqual(['gone', 'webhook_ended', 'webhook_ended'])
  expect(hook.received).toHaveLength(1)
  // In their order, none twice; only what was wanted by webhook alone says why it is a mail.
  expect(todo.smtp.mails.map(({text}) => text.includes('nothing can be sent by webhook any more'))).toEqual([
    true,
    true,
    false,
  ])
  expect(await todo.events('reminder.sent')).toMatchObject(
    [first, second, third].map((id) => ({payload: {reminder_id: id, channel: 'email'}})),
  )
})

test('the last device is gone, the webhook too, whichever ends first: one mail; no mail while one of them takes it', async () => {
  await using todo = await Fixture.create()
  await using receiver = await WebReceiver.start()
  receiver.respond = ({path}, response) => void response.writeHead(path === '/phone' ? 201 : 410).end()
  const userId = await todo.addUser({channels: ['push', 'webhook']})
  await addWebhook(todo, userId, `${receiver.url}/hook`)
  await addDevice(todo, userId, `${receiver.url}/phone`)
  const taskId = await todo.addTask(userId)
  await todo.start(WEB)
  const taken = await todo.addReminder(userId, taskId, {inSeconds: 0})
  await expect.poll(async () => states(todo, taken), WAIT).toEqual(['push sent 1', 'webhook failed 1'])
  receiver.respond = 410
  const lost = await todo.addReminder(userId, taskId, {inSeconds: 0})
  const both = ['email sent 1', 'push failed 1', 'webhook failed 1']
  await expect.poll(async () => states(todo, lost), WAIT).toEqual(both)
  expect((await todo.deliveries(taken)).map(({channel}) => channel)).not.toContain('email')
  expect(todo.smtp.mails).toHaveLength(1)
})

test('late reminders of a channel that is gone are one mail', async () => {
  await using todo = await Fixture.create()
  await using hook = await WebReceiver.start()
  hook.respond = 410
  const userId = await todo.addUser({channels: ['webhook']})
  await addWebhook(todo, userId, hook.url)
  const ids: number[] = []
  for (let n = 0; n < 3; n++)
    ids.push(await todo.addReminder(userId, await todo.addTask(userId), {inSeconds: -600, madeBefore: true}))
  await todo.start(WEB)
  for (const id of ids)
    await expect.poll(async () => states(todo, id), WAIT).toEqual(['email sent 1', 'webhook failed 1'])
  expect(hook.received).toHaveLength(1)
  expect(todo.smtp.mails).toHaveLength(1)
  expect(todo.smtp.mails[0]!.subject).toMatch(/^3 reminders came due /u)
})

test.each([
  ['that redirects', 'redirect', 302],
  ['that refuses', 'not_taken', 404],
])('a receiver %s is asked again, and the history keeps what it said', async (_what, code, status) => {
  await using todo = await Fixture.create()
  await using hook = await WebReceiver.start()
  hook.respond = (_received, response) =>
    void response.writeHead(hook.received.length === 1 ? status : 200, {location: '/else'}).end()
  const userId = await todo.addUser({channels: ['webhook']})
  await addWebhook(todo, userId, hook.url)
  await todo.start(WEB)
  const reminderId = await todo.addReminder(userId, await todo.addTask(userId), {inSeconds: 0})
  await expect.poll(async () => states(todo, reminderId), WAIT).toEqual(['webhook sent 2'])
  expect((await todo.deliveries(reminderId))[0]!.attempt_log).toMatchObject([{code}, {outcome: 'sent'}])
  expect(hook.received.map(({path}) => path)).toEqual(['/', '/'])
})

test('an address that nothing is sent to fails at once, with the reason, and a mail goes out', async () => {
  await using todo = await Fixture.create()
  const userId = await todo.addUser({channels: ['webhook']})
  await addWebhook(todo, userId, 'https://169.254.169.254/latest/meta-data/')
  await todo.start(WEB)
  const reminderId = await todo.addReminder(userId, await todo.addTask(userId), {inSeconds: 0})
  await expect.poll(async () => states(todo, reminderId), WAIT).toEqual(['email sent 1', 'webhook failed 1'])
  expect((await todo.deliveries(reminderId))[1]!.error).toMatch(/^address_refused: .*private address/u)
})

test('devices that their push service forgot are removed; one that has it is not told again when another is', async () => {
  await using todo = await Fixture.create()
  await using pushService = await WebReceiver.start()
  const tries = (path: string): number => pushService.received.filter((received) => received.path === path).length
  pushService.respond = ({path}, response) => {
    const status = {'/gone': 410, '/unknown': 404, '/shaky': tries('/shaky') <= 2 ? 503 : 201}[path] ?? 201
    response.writeHead(status).end()
  }
  const userId = await todo.addUser({channels: ['push']})
  const browsers = new Map<string, PushBrowser>()
  for (const path of ['/good', '/gone', '/unknown', '/shaky'])
    browsers.set(path, await addDevice(todo, userId, `${pushService.url}${path}`))
  await todo.start(WEB)
  const reminderId = await todo.addReminder(userId, await todo.addTask(userId), {inSeconds: 0})
  await expect.poll(async () => states(todo, reminderId), WAIT).toEqual(['push sent 3'])
  expect(['/good', '/gone', '/unknown', '/shaky'].map(tries)).toEqual([1, 1, 1, 3])
  for (const received of pushService.received)
    expect(browsers.get(received.path)!.read(received)).toMatchObject({more: 0})
  expect(new Set(pushService.received.map(({headers}) => headers['topic'])).size).toBe(1)
  const {rows} = await todo.admin.query(
    `select replace(endpoint, $1, '') as path, last_success_at is not null as reached from todo.push_devices order by id`,
    [pushService.url],
  )
  expect(rows).toEqual([
    {path: '/good', reached: true},
    {path: '/shaky', reached: true},
  ])
})

test('an account without a device or a webhook gets a mail; another user’s are not used', async () => {
  await using todo = await Fixture.create()
  await using receiver = await WebReceiver.start()
  const other = await todo.addUser()
  await addWebhook(todo, other, receiver.url)
  await addDevice(todo, other, receiver.url)
  const userId = await todo.addUser({channels: ['push', 'webhook']})
  await todo.start(WEB)
  const reminderId = await todo.addReminder(userId, await todo.addTask(userId), {inSeconds: 0})
  const ended = ['email sent 1', 'push failed 1', 'webhook failed 1']
  await expect.poll(async () => states(todo, reminderId), WAIT).toEqual(ended)
  expect((await todo.deliveries(reminderId)).map(({error}) => error?.split(':')[0])).toEqual([
    undefined,
    'no_device',
    'no_webhook',
  ])
  expect(todo.smtp.mails).toMatchObject([{to: [`${userId}@example.test`]}])
  expect(receiver.received).toEqual([])
})

test('reminders that came due while nothing ran are one message; many and long titles fit into a push', async () => {
  await using todo = await Fixture.create()
  await using receiver = await WebReceiver.start()
  receiver.respond = 201
  const userId = await todo.addUser({channels: ['push', 'webhook']})
  const webhook = await addWebhook(todo, userId, `${receiver.url}/hook`)
  const phone = await addDevice(todo, userId, `${receiver.url}/phone`)
  for (let n = 0; n < 7; n++)
    await todo.addReminder(userId, await todo.addTask(userId, '🪴'.repeat(250)), {inSeconds: -600, madeBefore: true})
  await todo.start(WEB)
  await expect.poll(() => receiver.received.length, WAIT).toBe(2)
  const at = (path: string): Received => receiver.received.find((received) => received.path === path)!
  expect(phone.read(at('/phone'))).toMatchObject({tasks: {length: 5, 0: {title: '🪴'.repeat(120)}}, more: 2})
  expect(at('/phone').body.length).toBeLessThanOrEqual(4096)
  expect(verified(webhook, at('/hook')).data.reminders).toMatchObject({length: 7, 0: {late: true}})
})
