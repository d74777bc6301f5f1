import {afterAll, beforeAll, expect, test} from 'vitest'
import {type RunningChatApi, startChatApi} from './testing/start-chat-api.ts'

let api: RunningChatApi
beforeAll(async () => {
  api = await startChatApi()
})
afterAll(async () => api.stop())

async function withoutDatabase(work: () => Promise<void>): Promise<void> {
  await api.proxy.cut()
  try {
    await work()
  } finally {
    await api.proxy.restore()
  }
}

test('while the database is away everything says 503 with Retry-After, and afterwards works again', async () => {
  const {apiKey, token, email} = await api.signUp('ada')
  const statuses = async () => {
    api.accounts.forgetVerifiedKeys()
    const answers = await Promise.all([
      api.call('GET', '/api/v1/tasks', {headers: {'x-api-key': apiKey}}),
      api.call('GET', '/api/v1/profile', {headers: {authorization: `Bearer ${token}`}}),
      api.call('POST', '/api/auth/sign-in/email', {json: {email, password: 'correct horse'}}),
      api.call('GET', '/api/auth/get-session', {headers: {authorization: `Bearer ${token}`}}),
    ])
    return answers.map(({status, headers}) => [status, headers.has('retry-after')])
  }
  await withoutDatabase(async () => {
    expect(await statuses()).toEqual([
      [503, true],
      [503, true],
      [503, true],
      [503, true],
    ])
    expect(await api.call('GET', '/healthz')).toMatchObject({
      status: 503,
      body: {service: 'chat-api', status: 'unavailable', checks: {database: {ok: false}}},
    })
  })
  expect(await statuses()).toEqual([
    [200, false],
    [200, false],
    [200, false],
    [200, false],
  ])
  expect(await api.call('GET', '/healthz')).toMatchObject({status: 200, body: {status: 'ok'}})
})

test('a key that was verified before works on while the accounts are away', async () => {
  const {apiKey} = await api.signUp('bob')
  await api.call('GET', '/api/v1/tasks', {headers: {'x-api-key': apiKey}})
  await withoutDatabase(async () => {
    expect((await api.call('GET', '/api/v1/tasks', {headers: {'x-api-key': apiKey}})).status).toBe(200)
  })
})

test('metrics name routes by template', async () => {
  const {apiKey} = await api.signUp('eve')
  await api.call('GET', '/api/v1/tasks/4711', {headers: {'x-api-key': apiKey}})
  const {body} = await api.call('GET', '/metrics')
  expect(body).toContain('route="/api/v1/tasks/*rest"')
  expect(body).not.toMatch(/\{[^}]*4711/u)
})
