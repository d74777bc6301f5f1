import {randomUUID} from 'node:crypto'
import {connect} from 'node:net'
import {Router} from '@koa/router'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type HttpState, requireUser} from '../runtime/http-app.ts'
import {type RunningChatApi, TRUSTED_ORIGIN, freshAddress, startChatApi} from './testing/start-chat-api.ts'

const extra = new Router<HttpState>()
extra.get('/api/v1/mailbox', (ctx) => {
  ctx.body = {user: requireUser(ctx)}
})
extra.get('/open', (ctx) => {
  ctx.body = {user: ctx.get('x-todo5-user-id')}
})

let api: RunningChatApi
let ada: Awaited<ReturnType<RunningChatApi['signUp']>>
let bob: typeof ada
beforeAll(async () => {
  api = await startChatApi({
    extraRouters: [extra],
    gatewayRoutes: [
      {prefix: 'tasks', app: 'task-service'},
      {prefix: 'operator/outbox', app: 'task-service'},
    ],
  })
  ada = await api.signUp('ada')
  bob = await api.signUp('bob')
})
afterAll(async () => api.stop())

const ROUTES = [
  ['GET', '/api/v1/tasks'],
  ['POST', '/api/v1/tasks'],
  ['PATCH', '/api/v1/tasks/1'],
  ['DELETE', '/api/v1/tasks/1'],
  ['GET', '/api/v1/profile'],
  ['PATCH', '/api/v1/profile'],
  ['GET', '/api/v1/mailbox'],
  ['GET', '/api/v1/operator/outbox'],
  ['GET', '/api/v1/no-such-thing'],
  ['GET', '/API/V1/tasks'],
] as const

/** What each route answers, and whether the services behind were asked. */
const tryAllRoutes = async (headers: Record<string, string>) => {
  const before = api.invoker.invocations.length
  const answers = []
  for (const [method, path] of ROUTES) {
    const {status, body, headers: answered} = await api.call(method, path, {headers})
    const {code, hint} = body as {code: string; hint: string}
    answers.push({status, code, hint, type: answered.get('content-type'), ask: answered.get('www-authenticate')})
  }
  return {answers, asked: api.invoker.invocations.length - before}
}

const allRefused = {
  asked: 0,
  answers: ROUTES.map(() => ({
    status: 401,
    code: 'not_signed_in',
    hint: expect.stringContaining('todo5 login'),
    type: expect.stringContaining('application/problem+json'),
    ask: 'Bearer',
  })),
}

test('nobody gets nowhere', async () => {
  expect(await tryAllRoutes({})).toEqual(allRefused)
})

test.each([
  ['a garbage key', {'x-api-key': 'garbage'}],
  ['a key that was never given', {'x-api-key': `todo5_${'a'.repeat(64)}`}],
  ['the same as a bearer token', {authorization: `Bearer todo5_${'a'.repeat(64)}`}],
  ['a key of 8 KB', {'x-api-key': 'k'.repeat(8000)}],
  ['SQL in the key', {'x-api-key': `' or 1=1 --${' '.repeat(80)}x`}],
  ['an unknown session', {authorization: 'Bearer abcdefghijklmnopqrstuvwxyz012345'}],
  ['a session with a forged signature', {authorization: 'Bearer abcdefghijklmnop.c2lnbmF0dXJl'}],
  ['basic authentication', {authorization: 'Basic YWRhOmNvcnJlY3QgaG9yc2U='}],
  ['an empty bearer token', {authorization: 'Bearer '}],
  ['a foreign cookie', {cookie: 'todo5.session_token=abc.def; other=1'}],
  ['only the claim to be somebody', {'x-todo5-user-id': randomUUID(), 'x-todo5-role': 'operator'}],
])('%s opens nothing', async (_name, headers) => {
  expect(await tryAllRoutes(headers)).toEqual(allRefused)
})

test.each([
  ['expired', `update auth.apikey set "expiresAt" = now() - interval '1 second' where "referenceId" = $1`],
  ['disabled', `update auth.apikey set enabled = false where "referenceId" = $1`],
  ['deleted', `delete from auth.apikey where "referenceId" = $1`],
])('a key that is %s opens nothing', async (_name, statement) => {
  const {userId, apiKey} = await api.signUp('short-lived')
  expect((await api.call('GET', '/api/v1/profile', {headers: {'x-api-key': apiKey}})).status).toBe(200)
  await api.sql(statement, [userId])
  api.accounts.forgetVerifiedKeys() // what happens by itself after 30 s
  expect(await tryAllRoutes({'x-api-key': apiKey})).toEqual(allRefused)
})

test('a key, a session token and a cookie each show who it is', async () => {
  const signedIn = await api.call('POST', '/api/auth/sign-in/email', {
    json: {email: ada.email, password: 'correct horse'},
  })
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
  const proofs: Record<string, string>[] = [
    {'x-api-key': ada.apiKey},
    {authorization: `Bearer ${ada.apiKey}`},
    {authorization: `bearer ${ada.token}`},
    {cookie},
  ]
  for (const headers of proofs) {
    const answer = await api.call('GET', '/api/v1/mailbox', {headers})
    expect(answer.body, Object.keys(headers)[0]).toEqual({user: ada.userId})
  }
})

test('a wrong key is not made good by a right cookie', async () => {
  const signedIn = await api.call('POST', '/api/auth/sign-in/email', {
    json: {email: ada.email, password: 'correct horse'},
  })
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
  expect((await api.call('GET', '/api/v1/profile', {headers: {cookie, 'x-api-key': 'garbage'}})).status).toBe(401)
})

test('whatever a client claims about itself does not arrive', async () => {
  const forged = {
    'x-todo5-user-id': bob.userId,
    'X-Todo5-Role': 'operator',
    'x-todo5-client-address': '203.0.113.9',
    'x-todo5-anything': '1',
  }
  await api.call('GET', '/api/v1/tasks', {headers: {...forged, 'x-api-key': ada.apiKey}})
  expect(api.invoker.last.headers).toMatchObject({'x-todo5-user-id': ada.userId, 'x-todo5-role': 'user'})
  expect(
    Object.keys(api.invoker.last.headers)
      .filter((name) => name.startsWith('x-todo5-'))
      .sort(),
  ).toEqual(['x-todo5-role', 'x-todo5-user-id'])
  expect((await api.call('GET', '/open', {headers: forged})).body).toEqual({user: ''})
  expect(api.logLines.join('')).not.toContain('203.0.113.9')
})

test('a header that is sent twice, and one with odd letters, are no way in', async () => {
  const {hostname, port} = new URL(api.url)
  const raw = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.end(
        'GET /api/v1/tasks HTTP/1.1\r\nhost: x\r\nconnection: close\r\n' +
          `x-api-key: ${ada.apiKey}\r\nX-TODO5-USER-ID: ${bob.userId}\r\nx-todo5-user-id: ${bob.userId}\r\n` +
          `x_todo5_user_id: ${bob.userId}\r\n\r\n`,
      )
    })
    let text = ''
    socket.on('data', (data) => (text += data.toString()))
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
  expect(raw).toMatch(/^HTTP\/1\.1 200/u)
  expect(api.invoker.last.headers['x-todo5-user-id']).toBe(ada.userId)
})

test('a change with a cookie must come from a page of ours', async () => {
  const signedIn = await api.call('POST', '/api/auth/sign-in/email', {
    json: {email: ada.email, password: 'correct horse'},
  })
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
  const post = async (origin: Record<string, string>) =>
    (await api.call('POST', '/api/v1/tasks', {headers: {cookie, ...origin}, json: {title: 'x'}})).status
  expect(await post({origin: 'https://evil.example'})).toBe(403)
  expect(await post({origin: 'null'})).toBe(403)
  expect(await post({})).toBe(403)
  expect(await post({origin: 'http://127.0.0.1:8636'})).toBe(200)
  expect(await post({origin: TRUSTED_ORIGIN})).toBe(200)
  expect((await api.call('GET', '/api/v1/tasks', {headers: {cookie, origin: 'https://evil.example'}})).status).toBe(200)
  const signOut = await api.call('POST', '/api/auth/sign-out', {
    headers: {cookie, origin: 'https://evil.example'},
    json: {},
  })
  expect(signOut).toMatchObject({status: 403, body: {code: 'invalid_origin'}})
})

test('operator routes are for operators', async () => {
  const refused = await api.call('GET', '/api/v1/operator/outbox', {headers: {'x-api-key': ada.apiKey}})
  expect(refused).toMatchObject({status: 403, body: {code: 'operators_only'}})
  const local = await api.accounts.ensureLocalUser({email: 'op@todo5.localhost', name: 'Op', timeZone: 'UTC'})
  const allowed = await api.call('GET', '/api/v1/operator/outbox', {headers: {'x-api-key': local.apiKey}})
  expect(allowed.status).toBe(200)
  expect(api.invoker.last).toMatchObject({path: '/v1/operator/outbox', headers: {'x-todo5-role': 'operator'}})
})

test('who tries keys is stopped, others and known keys are not', async () => {
  const from = freshAddress()
  expect((await api.call('GET', '/api/v1/tasks', {from, headers: {'x-api-key': bob.apiKey}})).status).toBe(200)
  const statuses: number[] = []
  for (let attempt = 0; attempt < 22; attempt++)
    statuses.push((await api.call('GET', '/api/v1/tasks', {from, headers: {'x-api-key': `wrong-${attempt}`}})).status)
  expect(statuses).toEqual([...Array<number>(20).fill(401), 429, 429])
  const stopped = await api.call('GET', '/api/v1/tasks', {from, headers: {'x-api-key': ada.apiKey + 'x'}})
  expect(stopped.body).toMatchObject({code: 'rate_limited', status: 429})
  expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await api.call('GET', '/api/v1/tasks', {from, headers: {'x-api-key': bob.apiKey}})).status).toBe(200)
  expect((await api.call('GET', '/api/v1/tasks', {headers: {'x-api-key': 'wrong'}})).status).toBe(401)
  // What the client itself wrote into X-Forwarded-For stands left of what the proxy saw.
  expect(
    (await api.call('GET', '/api/v1/tasks', {from: `203.0.113.1, ${from}`, headers: {'x-api-key': 'w'}})).status,
  ).toBe(429)
})

test('cookies of other programs on this host are no credentials that failed', async () => {
  const from = freshAddress()
  const statuses = new Set<number>()
  for (let i = 0; i < 25; i++)
    statuses.add((await api.call('GET', '/api/v1/tasks', {from, headers: {cookie: 'other=1; session=2'}})).status)
  expect([...statuses]).toEqual([401])
})

test('requests per minute can be limited, by address', async () => {
  const limited = await startChatApi({config: {limits: {requestsPerMinute: 5, refusalsPerMinute: 20}}})
  try {
    const from = freshAddress()
    const statuses: number[] = []
    for (let i = 0; i < 6; i++) statuses.push((await limited.call('GET', '/healthz', {from})).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
    expect((await limited.call('GET', '/healthz')).status).toBe(200)
  } finally {
    await limited.stop()
  }
})

test('the log names the verified user and never a key', async () => {
  const lines = api.logLines.length
  api.invoker.respond = async () => Promise.reject(new Error('broken'))
  await api.call('GET', '/api/v1/tasks', {headers: {'x-api-key': ada.apiKey, 'x-todo5-user-id': bob.userId}})
  api.invoker.respond = async () => ({status: 200, headers: {}, body: Buffer.from('')})
  const logged = api.logLines.slice(lines).map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(logged).toContainEqual(expect.objectContaining({level: 'ERROR', user_id: ada.userId, service: 'chat-api'}))
  expect(logged.some((line) => JSON.stringify(line).includes(ada.apiKey))).toBe(false)
})
