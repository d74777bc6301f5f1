import {createServer} from 'node:net'
import {once} from 'node:events'
import type {AddressInfo} from 'node:net'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {traceOf} from '../../services/contracts/trace-context.ts'
import type {CliError} from '../errors.ts'
import {FakeApi} from '../testing/fake-api.ts'
import {NOW} from '../testing/run-cli.ts'
import {HttpClient, type HttpClientOptions} from './http-client.ts'

let api: FakeApi
beforeEach(async () => {
  api = await FakeApi.start(NOW)
})
afterEach(async () => {
  await api.stop()
})

const client = (options: Partial<HttpClientOptions> = {}): HttpClient =>
  new HttpClient({
    apiUrl: `${api.url}/api/v1`,
    apiKey: api.key,
    userAgent: 'todo5/test',
    whenAway: ['todo5 up'],
    whenRefused: ['todo5 up        stores a new key'],
    ...options,
  })

const failure = async (call: Promise<unknown>): Promise<CliError> => {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error as CliError
}
const add = {method: 'POST', path: '/tasks', body: {title: 'X'}} as const
const list = {method: 'GET', path: '/tasks', query: {limit: 5, tag: undefined}} as const

test('a write carries key, agent, length and an idempotency key; a read no idempotency key', async () => {
  await client().call(add)
  await client().call(list)
  const [write, read] = api.requests
  expect(write!.headers).toMatchObject({'x-api-key': api.key, 'user-agent': 'todo5/test', 'content-length': '13'})
  expect(write!.headers['idempotency-key']).toMatch(/^[\da-f-]{36}$/u)
  expect(read!.path).toBe('/api/v1/tasks?limit=5')
  expect(read!.headers['idempotency-key']).toBeUndefined()
})

test('all requests are of one trace, each a span of its own, and whether it is recorded is left to todo5', async () => {
  const http = client()
  await http.call(add)
  await http.call(list)
  const [[write, first], [read, second]] = api.requests.map(({headers}) => partsOf(headers['traceparent'])) as [
    [string, string],
    [string, string],
  ]
  expect(read).toBe(write)
  expect(second).not.toBe(first)
  await client().call(list)
  expect(partsOf(api.requests[2]!.headers['traceparent'])[0]).not.toBe(write)
})

test('a trace that is given goes on, with the wish to have it recorded', async () => {
  const given = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`
  await client({trace: traceOf(given)}).call(list)
  const sent = api.requests[0]!.headers['traceparent']
  expect(sent).toMatch(new RegExp(`^00-${'ab'.repeat(16)}-[0-9a-f]{16}-01$`, 'u'))
  expect(sent).not.toBe(given)
  expect(traceOf('00-0-0-00')).toBeUndefined()
})

/** Trace and span. */
function partsOf(traceparent: string | string[] | undefined): (string | undefined)[] {
  const found = /^00-([0-9a-f]{32})-([0-9a-f]{16})-00$/u.exec(String(traceparent))
  return [found?.[1], found?.[2]]
}

describe('a connection that breaks', () => {
  test('is tried once more, with the same key, so that one task is made', async () => {
    api.troubles.push({kind: 'reset-after'})
    const task = await client().call<{id: number}>(add)
    expect(task.id).toBe(1)
    expect(api.store.tasks).toHaveLength(1)
    const keys = api.requests.map((request) => request.headers['idempotency-key'])
    expect(keys).toEqual([keys[0], keys[0]])
  })

  test('twice is an error', async () => {
    api.troubles.push({kind: 'reset'}, {kind: 'reset'})
    const error = await failure(client().call(list))
    expect([error.code, error.exit, error.hints]).toEqual(['unreachable', 6, ['todo5 up']])
    expect(error.message).toContain('broken twice')
    expect(api.requests).toHaveLength(2)
  })
})

describe('a server that is away for a while', () => {
  const away = {
    kind: 'answer',
    status: 503,
    body: '{"code":"database_unavailable","detail":"The database is away."}',
  } as const

  test('is asked again as it says, with the same key', async () => {
    api.troubles.push({...away, retryAfter: '0'}, {...away, retryAfter: '0'})
    const started = performance.now()
    await client().call(add)
    expect(performance.now() - started).toBeGreaterThanOrEqual(190)
    expect(new Set(api.requests.map((request) => request.headers['idempotency-key'])).size).toBe(1)
    expect(api.requests).toHaveLength(3)
  })

  test('is an error when it asks for more patience than we have', async () => {
    api.troubles.push({...away, retryAfter: '60'})
    const error = await failure(client().call(list))
    expect([error.code, error.exit, error.message]).toEqual(['database_unavailable', 6, 'The database is away.'])
    expect(api.requests).toHaveLength(1)
  })

  test('is not waited for beyond the time given', async () => {
    api.troubles.push(...Array.from({length: 50}, () => ({...away, retryAfter: '0'})))
    const error = await failure(client({patienceMs: 250}).call(list))
    expect(error.exit).toBe(6)
    expect(api.requests.length).toBeLessThanOrEqual(4)
  })
})

describe('what is no answer', () => {
  test('nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const {port} = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const error = await failure(client({apiUrl: `http://127.0.0.1:${port}/api/v1`}).call(list))
    expect(error.message).toBe(`todo5 does not answer at http://127.0.0.1:${port}/api/v1: nothing listens there.`)
    expect([error.code, error.exit]).toEqual(['unreachable', 6])
  })

  test('no answer in time', async () => {
    api.troubles.push({kind: 'hang'})
    const error = await failure(client({timeoutMs: 60}).call(list))
    expect(error.message).toContain('no answer in time')
    expect(error.exit).toBe(6)
  })

  test('something that is not todo5', async () => {
    api.troubles.push({kind: 'answer', status: 200, body: '<html>'}, {kind: 'answer', status: 418, body: '{}'})
    const notJson = await failure(client().call(list))
    expect([notJson.code, notJson.exit]).toEqual(['not_todo5', 6])
    const notProblem = await failure(client().call(list))
    expect([notProblem.code, notProblem.exit]).toEqual(['http_418', 4])
  })
})

test.each([
  [400, 2],
  [401, 4],
  [403, 4],
  [404, 3],
  [409, 4],
  [412, 4],
  [413, 2],
  [422, 2],
  [500, 1],
  [502, 6],
])('HTTP %i is exit code %i, with the hints of the problem', async (status, exit) => {
  const body = {code: 'some_code', detail: 'What happened.', hint: 'Do this.', errors: [{hint: 'And this.'}, {}]}
  api.troubles.push({kind: 'answer', status, body: JSON.stringify(body)})
  const error = await failure(client().call(list))
  expect([error.code, error.message, error.exit]).toEqual(['some_code', 'What happened.', exit])
  expect(error.hints.slice(0, 2)).toEqual(['Do this.', 'And this.'])
})

test('a wrong key: refused, and how to get another', async () => {
  const error = await failure(client({apiKey: 'other'}).call(list))
  expect([error.code, error.exit, error.hints]).toEqual(['not_signed_in', 4, ['todo5 up        stores a new key']])
})
