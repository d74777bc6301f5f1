import {afterAll, beforeAll, expect, test} from 'vitest'
import {PushBrowser} from '../../../test/support/push-browser.ts'
import {type RunningChatApi, json, startChatApi} from '../testing/start-chat-api.ts'

let api: RunningChatApi
let ada: Awaited<ReturnType<RunningChatApi['signUp']>>
let bob: typeof ada
beforeAll(async () => {
  api = await startChatApi()
  ada = await api.signUp('ada')
  bob = await api.signUp('bob')
})
afterAll(async () => api.stop())

const call = async (user: typeof ada, method: string, path: string, body?: unknown) =>
  api.call(method, `/api/v1/profile${path}`, {
    headers: {'x-api-key': user.apiKey},
    ...(body === undefined ? {} : {json: body}),
  })
const NONE = {url: null, created_at: null, last_success_at: null, ended_at: null}

test('a webhook is made, shown without its secret, replaced with another secret, and deleted; of the own account alone', async () => {
  expect((await call(ada, 'GET', '/webhook')).body).toEqual(NONE)
  const made = await call(ada, 'POST', '/webhook', {url: 'https://hooks.example/a'})
  expect(made).toMatchObject({status: 201, body: {url: 'https://hooks.example/a'}})
  expect(made.body.secret).toMatch(/^whsec_[\w+/]{43}=$/u)
  expect((await call(ada, 'GET', '/webhook')).body).toEqual({
    ...NONE,
    url: 'https://hooks.example/a',
    created_at: made.body.created_at,
  })
  expect((await call(bob, 'GET', '/webhook')).body).toEqual(NONE)
  expect((await call(bob, 'DELETE', '/webhook')).status).toBe(204)
  await api.sql('update todo.webhooks set ended_at = now(), last_success_at = now()')
  const again = await call(ada, 'POST', '/webhook', {url: 'http://127.0.0.1:9000/b'})
  expect(again.body.secret).not.toBe(made.body.secret)
  expect((await call(ada, 'GET', '/webhook')).body).toMatchObject({
    url: 'http://127.0.0.1:9000/b',
    ended_at: null,
    last_success_at: null,
  })
  expect((await call(ada, 'DELETE', '/webhook')).status).toBe(204)
  expect((await call(ada, 'GET', '/webhook')).body).toEqual(NONE)
  expect(api.logLines.join('')).not.toContain(again.body.secret)
})

test.each([
  'http://hooks.example/',
  'ftp://hooks.example/',
  'https://user:password@hooks.example/',
  'https://hooks.example/#part',
  'hooks.example',
  'javascript:alert(1)',
  `https://hooks.example/${'x'.repeat(2000)}`,
])('a webhook does not lead to %s', async (url) => {
  expect((await call(bob, 'POST', '/webhook', {url})).status).toBe(422)
  expect((await call(bob, 'GET', '/webhook')).body).toEqual(NONE)
})

test('the test of a webhook and the key of push are asked for in the name of the user', async () => {
  api.invoker.respond = async () => json(200, {taken: false, code: 'no_answer', answer: 'x'})
  expect((await call(ada, 'POST', '/webhook/test')).body).toEqual({taken: false, code: 'no_answer', answer: 'x'})
  expect(api.invoker.last).toMatchObject({
    app: 'notification-service',
    method: 'POST',
    path: '/v1/webhook-test',
    headers: {'x-todo5-user-id': ada.userId},
  })
  api.invoker.respond = async () => json(200, {public_key: 'B'})
  expect((await call(ada, 'GET', '/push-key')).body).toEqual({public_key: 'B'})
  expect(api.invoker.last).toMatchObject({app: 'notification-service', method: 'GET', path: '/v1/push-key'})
})

const device = (endpoint: string, label = 'Phone') => ({endpoint, label, keys: new PushBrowser().keys})

test('a device is added, the same one once, listed without its address, and removed by its owner alone', async () => {
  const first = await call(ada, 'POST', '/devices', device('https://push.example/one'))
  expect(first).toMatchObject({
    status: 201,
    body: {label: 'Phone', service: 'https://push.example', last_success_at: null},
  })
  const again = await call(ada, 'POST', '/devices', device('https://push.example/one', 'Old phone'))
  expect(again.body).toEqual({...first.body, label: 'Old phone'})
  expect((await call(ada, 'GET', '/devices')).body).toEqual({devices: [again.body]})
  expect((await call(bob, 'GET', '/devices')).body).toEqual({devices: []})
  expect(await call(bob, 'DELETE', `/devices/${first.body.id}`)).toMatchObject({
    status: 404,
    body: {code: 'device_not_found'},
  })
  expect((await call(ada, 'DELETE', `/devices/${first.body.id}`)).status).toBe(204)
  expect((await call(ada, 'DELETE', `/devices/${first.body.id}`)).status).toBe(404)
})

test('no more than twenty devices, also when they come at once', async () => {
  const answers = await Promise.all(
    Array.from({length: 23}, async (_, n) => call(bob, 'POST', '/devices', device(`https://push.example/${n}`))),
  )
  expect(answers.filter(({status}) => status === 201)).toHaveLength(20)
  expect(answers.find(({status}) => status !== 201)).toMatchObject({status: 409, body: {code: 'too_many_devices'}})
  expect((await call(bob, 'GET', '/devices')).body.devices).toHaveLength(20)
})

test.each([
  ['an address of http', {...device('http://push.example/')}],
  ['keys that are none', {...device('https://push.example/'), keys: {p256dh: 'x', auth: 'y'}}],
  ['no label', {...device('https://push.example/'), label: ' '}],
])('a device with %s is refused', async (_what, body) => {
  expect((await call(ada, 'POST', '/devices', body)).status).toBe(422)
})

test('a channel is chosen once it is set up, and left when that goes: mail is what stays', async () => {
  const choose = async (...channels: string[]) => call(ada, 'PATCH', '', {channels})
  const refused = (channel: string) => ({
    status: 422,
    body: {errors: [{code: 'channel_not_set_up', hint: expect.stringContaining(channel)}]},
  })
  expect(await choose('email', 'webhook')).toMatchObject(refused('webhook'))
  expect(await choose('push')).toMatchObject(refused('device'))
  await call(ada, 'POST', '/webhook', {url: 'https://hooks.example/a'})
  const {body} = await call(ada, 'POST', '/devices', device('https://push.example/two'))
  expect((await choose('webhook', 'push')).body.channels).toEqual(['webhook', 'push'])
  await call(ada, 'DELETE', `/devices/${body.id}`)
  expect((await call(ada, 'GET', '')).body.channels).toEqual(['webhook'])
  await api.sql('update todo.webhooks set ended_at = now()')
  expect(await choose('webhook')).toMatchObject(refused('webhook'))
  await call(ada, 'DELETE', '/webhook')
  expect((await call(ada, 'GET', '')).body.channels).toEqual(['email'])
})
