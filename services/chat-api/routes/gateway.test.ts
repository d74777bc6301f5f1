import {connect} from 'node:net'
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import {DomainError} from '../../domain/errors.ts'
import {type RunningChatApi, json, startChatApi} from '../testing/start-chat-api.ts'

let api: RunningChatApi
let ada: Awaited<ReturnType<RunningChatApi['signUp']>>
let key: Record<string, string>
beforeAll(async () => {
  api = await startChatApi({config: {gatewayTimeoutMs: 300}})
  ada = await api.signUp('ada')
  key = {'x-api-key': ada.apiKey}
})
afterAll(async () => api.stop())
beforeEach(() => {
  api.invoker.respond = async () => json(200, {ok: true})
})

test('method, query, body and the agreed headers arrive, and no others', async () => {
  await api.call('PATCH', '/api/v1/tasks/7?a=1&b=%20x', {
    headers: {
      ...key,
      accept: 'application/json',
      'if-match': '"3"',
      'idempotency-key': 'mine',
      prefer: 'wait=5',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      cookie: 'secret=1',
      'x-other': '1',
      'user-agent': 'test',
    },
    json: {title: 'Ünïcode ✓'},
  })
  const {app, method, path, headers, body} = api.invoker.last
  expect({app, method, path}).toEqual({app: 'task-service', method: 'PATCH', path: '/v1/tasks/7?a=1&b=%20x'})
  expect(headers).toEqual({
    'content-type': 'application/json',
    accept: 'application/json',
    'if-match': '"3"',
    'idempotency-key': 'mine',
    prefer: 'wait=5',
    traceparent: expect.stringMatching(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/u),
    'x-todo5-user-id': ada.userId,
    'x-todo5-role': 'user',
  })
  expect(JSON.parse(Buffer.from(body!).toString())).toEqual({title: 'Ünïcode ✓'})
})

test('a write without an Idempotency-Key gets one, and the answer says which', async () => {
  const first = await api.call('POST', '/api/v1/tasks', {headers: key, json: {}})
  const made = api.invoker.last.headers['idempotency-key']
  expect(made).toMatch(/^[0-9a-f-]{36}$/u)
  expect(first.headers.get('idempotency-key')).toBe(made)
  await api.call('POST', '/api/v1/tasks', {headers: key, json: {}})
  expect(api.invoker.last.headers['idempotency-key']).not.toBe(made)
  await api.call('GET', '/api/v1/tasks', {headers: key})
  expect(api.invoker.last.headers['idempotency-key']).toBeUndefined()
})

test('an answer comes back as it is, its location as the public one, and no other header', async () => {
  api.invoker.respond = async () =>
    json(
      201,
      {id: 5},
      {etag: '"1"', location: '/v1/tasks/5', 'x-request-id': 'inner', 'set-cookie': 'a=b', server: 'x'},
    )
  const answer = await api.call('POST', '/api/v1/tasks', {headers: key, json: {title: 'x'}})
  expect(answer).toMatchObject({status: 201, body: {id: 5}})
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    etag: '"1"',
    location: '/api/v1/tasks/5',
    'x-request-id': 'inner',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  expect(answer.headers.get('set-cookie')).toBeNull()
  expect(answer.headers.get('server')).toBeNull()
})

test('refusals of a service come back as they are', async () => {
  const problem = {type: 'urn:todo5:problem:malformed_json', status: 400, code: 'malformed_json'}
  api.invoker.respond = async ({body}) => {
    expect(Buffer.from(body!).toString()).toBe('{"title":')
    return json(400, problem, {'content-type': 'application/problem+json', 'retry-after': '7'})
  }
  const answer = await api.call('POST', '/api/v1/tasks', {
    headers: {...key, 'content-type': 'application/json'},
    body: '{"title":',
  })
  expect(answer).toMatchObject({status: 400, body: problem})
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.headers.get('retry-after')).toBe('7')
})

test('an empty answer stays empty', async () => {
  api.invoker.respond = async () => ({status: 204, headers: {}, body: Buffer.alloc(0)})
  const answer = await api.call('DELETE', '/api/v1/tasks/5?scope=this', {headers: key})
  expect(answer).toMatchObject({status: 204, body: ''})
  api.invoker.respond = async () => ({status: 200, headers: {}, body: Buffer.alloc(0)})
  expect((await api.call('GET', '/api/v1/tasks/5', {headers: key})).status).toBe(200)
})

test('audit goes to its service', async () => {
  await api.call('GET', '/api/v1/audit?task_id=5', {headers: key})
  expect(api.invoker.last).toMatchObject({app: 'audit-service', path: '/v1/audit?task_id=5', method: 'GET'})
  expect(api.invoker.last.body).toBeUndefined()
})

test.each([
  '/api/v1',
  '/api/v1/',
  '/api/v1/nothing',
  '/api/v1/taskss',
  '/api/v1/tasks/..%2f..%2fmetrics',
  '/api/v1/tasks/%2e%2e/%2e%2e/metrics',
  '/api/v1/tasks/%2e%2e/audit',
  '/api/v1/tasks//5',
  "/api/v1/tasks/5'%20or%201=1",
  '/api/v1/tasks/5%0d%0ax-injected:1',
  '/api/v1/tasks/5;x',
  '/API/V1/tasks/5',
])('%s leads nowhere', async (path) => {
  const before = api.invoker.invocations.length
  const {hostname, port} = new URL(api.url)
  // A socket, because fetch tidies the path up.
  const raw = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: ${ada.apiKey}\r\n\r\n`),
    )
    socket.on('data', (data) => (text += data.toString()))
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
  expect(raw).toMatch(/^HTTP\/1\.1 404/u)
  expect(raw).toContain('application/problem+json')
  expect(raw).toContain('"code":"route_not_found"')
  expect(api.invoker.invocations.length).toBe(before)
})

test('dots are not resolved behind the edge', async () => {
  const {hostname, port} = new URL(api.url)
  const raw = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), hostname, () =>
      socket.write(
        `GET /api/v1/tasks/../../metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: ${ada.apiKey}\r\n\r\n`,
      ),
    )
    socket.on('data', (data) => (text += data.toString()))
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
  expect(raw).toMatch(/^HTTP\/1\.1 404/u)
})

test('a service that does not answer in time is a 503', async () => {
  const never = Promise.withResolvers<never>()
  api.invoker.respond = async () => never.promise
  const answer = await api.call('POST', '/api/v1/tasks', {headers: key, json: {}})
  expect(answer).toMatchObject({
    status: 503,
    body: {
      code: 'service_timeout',
      detail: 'task-service did not answer within 0.3 s.',
      hint: expect.stringContaining('Idempotency-Key'),
    },
  })
  expect(answer.headers.get('retry-after')).toBe('2')
  never.reject(new Error('too late to matter'))
})

test('a service that is away is a 503, and a bug in between a 500 without details', async () => {
  api.invoker.respond = async () =>
    Promise.reject(
      new DomainError('unavailable', 'service_unavailable', 'task-service is not running.', {retryAfterSeconds: 3}),
    )
  const away = await api.call('GET', '/api/v1/tasks', {headers: key})
  expect(away).toMatchObject({status: 503, body: {code: 'service_unavailable'}})
  expect(away.headers.get('retry-after')).toBe('3')
  api.invoker.respond = async () => Promise.reject(new TypeError('secret detail'))
  const bug = await api.call('GET', '/api/v1/tasks', {headers: key})
  expect(bug.status).toBe(500)
  expect(JSON.stringify(bug.body)).not.toContain('secret')
})

test('256 KiB pass, one byte more and 10 MB do not', async () => {
  api.invoker.respond = async ({body}) => json(200, {bytes: body!.length})
  const send = async (bytes: number) => api.call('POST', '/api/v1/tasks', {headers: key, body: 'x'.repeat(bytes)})
  expect(await send(256 * 1024)).toMatchObject({status: 200, body: {bytes: 262_144}})
  const before = api.invoker.invocations.length
  for (const bytes of [256 * 1024 + 1, 10_000_000])
    expect(await send(bytes)).toMatchObject({status: 413, body: {code: 'body_too_large'}})
  expect(api.invoker.invocations.length).toBe(before)
})

test('a body without an announced length is limited too', async () => {
  const {hostname, port} = new URL(api.url)
  const raw = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `POST /api/v1/tasks HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nx-api-key: ${ada.apiKey}\r\n\r\n`,
      )
      for (let i = 0; i < 5; i++) socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`)
    })
    socket.on('data', (data) => {
      text += data.toString()
      if (text.includes('body_too_large')) socket.destroy()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
  expect(raw).toMatch(/^HTTP\/1\.1 413/u)
})

test('64 clients × 5 requests at once are all answered, each as its own user', async () => {
  const bob = await api.signUp('bob')
  api.accounts.forgetVerifiedKeys()
  api.invoker.respond = async ({headers}) => json(200, {user: headers['x-todo5-user-id']})
  const answers = await Promise.all(
    Array.from({length: 320}, async (_, n) => {
      const [who, headers] =
        n % 3 === 0
          ? [ada, key]
          : n % 3 === 1
            ? [bob, {'x-api-key': bob.apiKey}]
            : [bob, {authorization: `Bearer ${bob.token}`}]
      const {status, body} = await api.call('GET', '/api/v1/tasks', {headers})
      return {status, right: body.user === who.userId}
    }),
  )
  expect(answers.filter(({status, right}) => status !== 200 || !right)).toEqual([])
})
