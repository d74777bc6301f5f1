import {connect} from 'node:net'
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import {LiveClient, LiveRefused} from '../../../test/support/live-client.ts'
import {DomainError} from '../../domain/errors.ts'
import {type RunningChatApi, freshAddress, startChatApi} from '../testing/start-chat-api.ts'

const GENEROUS = {timeout: 90_000, interval: 20}

let api: RunningChatApi
let ada: Awaited<ReturnType<RunningChatApi['signUp']>>
let bob: typeof ada
const clients: LiveClient[] = []

beforeAll(async () => {
  api = await startChatApi({liveTimes: {comment: 50, check: 50, believe: 2000}})
  ada = await api.signUp('ada')
  bob = await api.signUp('bob')
})
afterAll(async () => api.stop())
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await expect.poll(openStreams, GENEROUS).toBe(0)
  expect(api.live.wanted).toBe(false)
})

const follow = async (headers: Record<string, string>): Promise<LiveClient> => {
  const opened = await LiveClient.open({
    apiUrl: `${api.url}/api/v1`,
    headers: {'x-forwarded-for': freshAddress(), ...headers},
  })
  clients.push(opened)
  return opened
}

const refusal = async (headers: Record<string, string>): Promise<LiveRefused> => {
  const error: unknown = await follow(headers).catch((reason: unknown) => reason)
  if (!(error instanceof LiveRefused)) throw new Error(`not refused: ${String(error)}`)
  return error
}

const metric = async (name: string): Promise<number> => {
  const {body} = await api.call('GET', '/metrics')
  const line = new RegExp(`^${name}[{ ].*$`, 'mu').exec(body as string)?.[0]
  return Number(line?.split(' ').at(-1) ?? 0)
}
const openStreams = async (): Promise<number> => metric('live_streams')

const event = (userId: string, id: number, version = 1, type = 'task.completed') => ({
  event_id: '018f0000-0000-7000-8000-000000000009',
  event_type: type,
  event_version: '1.0',
  timestamp: '2026-12-01T09:00:00.000Z',
  user_id: userId,
  task_id: id,
  payload: {task_version: version, title: 'a secret'},
})

test('each gets what happens to their own tasks, in all of their windows, and nothing else of it', async () => {
  const first = await follow({'x-api-key': ada.apiKey})
  const second = await follow({authorization: `Bearer ${ada.token}`})
  const other = await follow({'x-api-key': bob.apiKey})
  api.live.publish(
    event(ada.userId, 1),
    event(bob.userId, 2, 7, 'task.updated'),
    event(ada.userId, 3, 2, 'reminder.sent'),
  )
  // Nobody looks, or it is nothing that could be fetched.
  api.live.publish(event('018f0000-0000-7000-8000-000000000001', 4), 'text', null, {user_id: ada.userId, task_id: 5})
  api.live.publish(event(ada.userId, 6), event(bob.userId, 8))
  const ofAda = [
    {id: 1, version: 1, type: 'task.completed'},
    {id: 3, version: 2, type: 'reminder.sent'},
    {id: 6, version: 1, type: 'task.completed'},
  ]
  await expect.poll(() => [first.tasks, second.tasks, other.tasks.length], GENEROUS).toEqual([ofAda, ofAda, 2])
  expect(other.tasks).toEqual([
    {id: 2, version: 7, type: 'task.updated'},
    {id: 8, version: 1, type: 'task.completed'},
  ])
})

test('the answer is not kept, gathered or changed by whoever stands between, and says when to come back', async () => {
  const client = await follow({'x-api-key': ada.apiKey})
  expect(client.response.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'x-request-id': expect.any(String),
  })
  expect(client.retryMs).toBeGreaterThanOrEqual(1000)
  await expect.poll(() => client.comments, GENEROUS).toBeGreaterThan(1)
  const head = await fetch(`${api.url}/api/v1/live`, {method: 'HEAD', headers: {'x-api-key': ada.apiKey}})
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
})

test('a browser follows with its cookie', async () => {
  const signedIn = await api.call('POST', '/api/auth/sign-in/email', {
    json: {email: ada.email, password: 'correct horse'},
  })
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
  const client = await follow({cookie})
  api.live.publish(event(ada.userId, 1))
  await expect.poll(() => client.tasks.length, GENEROUS).toBe(1)
})

test('when something may have been missed, everybody is told to look at everything', async () => {
  const both = [await follow({'x-api-key': ada.apiKey}), await follow({'x-api-key': bob.apiKey})]
  api.live.miss()
  await expect.poll(() => both.map(({ready}) => ready), GENEROUS).toEqual([2, 2])
})

test.each([
  ['nobody', {}],
  ['a key that was never given', {'x-api-key': `todo5_${'a'.repeat(64)}`}],
  ['only the claim to be somebody', {'x-todo5-user-id': '018f0000-0000-7000-8000-000000000001'}],
])('%s is refused', async (_name, headers) => {
  expect(await refusal(headers)).toMatchObject({status: 401, body: {code: 'not_signed_in'}})
})

test.each([
  ['revoked', `delete from auth.apikey where "referenceId" = $1`, 'x-api-key'],
  ['disabled', `update auth.apikey set enabled = false where "referenceId" = $1`, 'x-api-key'],
  ['expired', `update auth.apikey set "expiresAt" = now() - interval '1 second' where "referenceId" = $1`, 'x-api-key'],
  ['ended', `delete from auth.session where "userId" = $1`, 'authorization'],
  ['over', `update auth.session set "expiresAt" = now() where "userId" = $1`, 'authorization'],
  ['of a deleted account', `delete from auth."user" where id::text = $1`, 'x-api-key'],
] as const)('a stream whose key or session is %s ends, and no other', async (_name, statement, proof) => {
  const carol = await api.signUp('carol')
  const headers: Record<string, string> =
    proof === 'x-api-key' ? {'x-api-key': carol.apiKey} : {authorization: `Bearer ${carol.token}`}
  const client = await follow(headers)
  const other = await follow({'x-api-key': ada.apiKey})
  await api.sql(statement, [carol.userId])
  await expect.poll(() => client.ended, GENEROUS).toBe('whole')
  // The edge believes a verified key for a while; the stream asks.
  expect(await refusal(headers)).toMatchObject({status: 401})
  const {comments} = other
  await expect.poll(() => other.comments, GENEROUS).toBeGreaterThan(comments + 2)
  expect(other.ended).toBeUndefined()
})

test('a user has at most 20 streams, and one that is closed makes room', async () => {
  const many = await Promise.all(Array.from({length: 20}, async () => follow({'x-api-key': ada.apiKey})))
  const refused = await refusal({'x-api-key': ada.apiKey})
  expect(refused).toMatchObject({status: 429, body: {code: 'too_many_streams'}})
  await follow({'x-api-key': bob.apiKey})
  many[0]!.close()
  await expect.poll(openStreams, GENEROUS).toBe(20)
  await follow({'x-api-key': ada.apiKey})
})

test('while the bus or the accounts are away there is no new stream, and an open one ends after a while', async () => {
  const client = await follow({'x-api-key': ada.apiKey})
  api.live.failure = new DomainError('unavailable', 'database_unavailable', 'The database does not answer.')
  expect(await refusal({'x-api-key': ada.apiKey})).toMatchObject({status: 503})
  api.live.failure = undefined
  await api.proxy.cut()
  expect(await refusal({'x-api-key': ada.apiKey})).toMatchObject({status: 503, body: {code: 'database_unavailable'}})
  // Not known for longer than it is believed.
  await expect.poll(() => client.ended, GENEROUS).toBe('whole')
  await api.proxy.restore()
  await follow({'x-api-key': ada.apiKey})
})

test('a reader that does not read is cut off, and the others go on', async () => {
  const other = await follow({'x-api-key': ada.apiKey})
  const {hostname, port} = new URL(api.url)
  const socket = connect(Number(port), hostname)
  socket.write(`GET /api/v1/live HTTP/1.1\r\nhost: x\r\nx-api-key: ${ada.apiKey}\r\n\r\n`)
  await expect.poll(openStreams, GENEROUS).toBe(2)
  socket.pause()
  let sent = 0
  const more = async () => {
    api.live.publish(...Array.from({length: 2000}, () => event(ada.userId, ++sent)))
    // What the reader beside it gets must not wait for long.
    await expect.poll(() => other.tasks.length, GENEROUS).toBe(sent)
    return openStreams()
  }
  await expect.poll(more, GENEROUS).toBe(1)
  expect(await metric('live_streams_ended_total\\{[^}]*slow[^}]*\\}')).toBe(1)
  socket.destroy()
})

test('a short absence of the accounts ends no stream; a stop ends all in order, and nobody comes in', async () => {
  const own = await startChatApi()
  const {apiKey, userId} = await own.signUp('dora')
  const open = async () => LiveClient.open({apiUrl: `${own.url}/api/v1`, headers: {'x-api-key': apiKey}})
  try {
    const both = [await open(), await open()]
    await own.proxy.cut()
    await expect(open()).rejects.toMatchObject({status: 503})
    own.live.publish(event(userId, 1))
    await own.proxy.restore()
    await expect.poll(() => both.map(({tasks}) => tasks.length), GENEROUS).toEqual([1, 1])
    own.hangUp()
    await expect.poll(() => both.map(({ended}) => ended), GENEROUS).toEqual(['whole', 'whole'])
    await expect(open()).rejects.toMatchObject({status: 503, body: {code: 'stopping'}})
  } finally {
    await own.stop()
  }
})
