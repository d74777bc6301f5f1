import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import type {TaskResponse} from '../../contracts/tasks.ts'
import {someTask} from '../../contracts/testing/some-task.ts'
import {type RunningChatApi, freshAddress, json, startChatApi} from '../testing/start-chat-api.ts'

let api: RunningChatApi
let ada: Awaited<ReturnType<RunningChatApi['signUp']>>
let bob: typeof ada
let tasks: TaskResponse[]
beforeAll(async () => {
  api = await startChatApi({config: {limits: {refusalsPerMinute: 5}}})
  ada = await api.signUp('ada')
  bob = await api.signUp('bob')
})
afterAll(async () => api.stop())
beforeEach(() => {
  tasks = [someTask({id: 7, title: 'Pay rent', due_at: '2026-12-01T08:00:00Z'})]
  api.invoker.respond = async () => json(200, {tasks, next_cursor: null})
})

const as = (user: typeof ada) => ({headers: {'x-api-key': user.apiKey}})
const link = async (user: typeof ada): Promise<string> => {
  const made = await api.call('POST', '/api/v1/calendar', as(user))
  expect(made.status).toBe(201)
  const url = new URL(made.body.url)
  return `${url.pathname}${url.search}`
}

test('a link is made, reads the calendar of its user, and ends', async () => {
  expect((await api.call('GET', '/api/v1/calendar', as(ada))).body).toEqual({created_at: null})
  const path = await link(ada)
  expect(path).toMatch(/^\/api\/v1\/calendar\.ics\?token=[\w-]{43}$/u)
  expect((await api.call('GET', '/api/v1/calendar', as(ada))).body).toEqual({created_at: expect.any(String)})
  const read = await api.call('GET', path)
  expect(read.status).toBe(200)
  expect(read.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
  expect(read.headers.get('cache-control')).toBe('private, no-cache')
  expect(read.body).toContain('SUMMARY:Pay rent\r\n')
  expect(api.invoker.last.headers).toMatchObject({'x-todo5-user-id': ada.userId, 'x-todo5-role': 'user'})
  expect(api.invoker.last.path).toBe('/v1/tasks?view=open&limit=1000')
  expect((await api.call('GET', '/api/v1/calendar', as(bob))).body).toEqual({created_at: null})
  expect((await api.call('DELETE', '/api/v1/calendar', as(ada))).status).toBe(204)
  expect(await api.call('GET', path)).toMatchObject({status: 401, body: {code: 'calendar_link_ended'}})
})

test('a second link ends the first; only the hash of a token is kept', async () => {
  const [first, second] = [await link(ada), await link(ada)]
  expect((await api.call('GET', first)).status).toBe(401)
  expect((await api.call('GET', second)).status).toBe(200)
  const rows = await api.sql('select encode(token_hash, $1) as kept from todo.calendar_links', ['escape'])
  expect(JSON.stringify(rows)).not.toContain(second.split('=')[1])
  expect(api.logLines.join('')).not.toContain(second.split('=')[1])
})

test('whoever has it already gets a 304 until something changes', async () => {
  const path = await link(bob)
  const first = await api.call('GET', path)
  const again = {headers: {'if-none-match': first.headers.get('etag')!}}
  const unchanged = await api.call('GET', path, again)
  expect(unchanged).toMatchObject({status: 304, body: ''})
  expect(unchanged.headers.get('etag')).toBe(first.headers.get('etag'))
  tasks = [someTask({id: 7, title: 'Pay the rent', due_at: '2026-12-01T08:00:00Z'})]
  expect((await api.call('GET', path, again)).status).toBe(200)
})

test('all pages are read', async () => {
  const path = await link(bob)
  api.invoker.respond = async ({path: asked}) =>
    json(200, {
      tasks: [someTask({id: asked.includes('cursor') ? 2 : 1})],
      next_cursor: asked.includes('cursor') ? null : 'a/b',
    })
  const {body} = await api.call('GET', path)
  expect(api.invoker.last.path).toBe('/v1/tasks?view=open&limit=1000&cursor=a%2Fb')
  expect(body.match(/^UID:todo5-todo-\d/gmu)).toHaveLength(2)
})

test('the token opens nothing else, and nothing but reading', async () => {
  const token = (await link(ada)).split('token=')[1]!
  for (const path of [
    '/api/v1/tasks',
    '/api/v1/profile',
    '/api/v1/calendar',
    '/api/v1/calendar.ics/',
    '/API/v1/calendar.ics',
  ])
    expect((await api.call('GET', `${path}?token=${token}`)).status, path).toBe(401)
  for (const method of ['POST', 'DELETE', 'PATCH'])
    expect((await api.call(method, `/api/v1/calendar.ics?token=${token}`)).status, method).toBe(401)
  expect((await api.call('GET', '/api/v1/calendar.ics', {headers: {authorization: `Bearer ${token}`}})).status).toBe(
    401,
  )
  expect((await api.call('GET', `/api/v1/calendar.ics?token=${token}&only=mails`)).status).toBe(422)
})

test('a key reads the calendar too; without either there is none', async () => {
  expect((await api.call('GET', '/api/v1/calendar.ics?only=todos', as(ada))).body).not.toContain('VEVENT')
  expect(await api.call('GET', '/api/v1/calendar.ics')).toMatchObject({status: 401, body: {code: 'not_signed_in'}})
})

test('who guesses tokens is soon refused, by address', async () => {
  const from = freshAddress()
  const guess = `/api/v1/calendar.ics?token=${'x'.repeat(43)}`
  for (let time = 0; time < 5; time++) expect((await api.call('GET', guess, {from})).status).toBe(401)
  expect((await api.call('GET', guess, {from})).status).toBe(429)
})

test('the link goes with its account, and a service that is away is a 503', async () => {
  const gone = await api.signUp('gone')
  const path = await link(gone)
  api.invoker.respond = async () => json(503, {code: 'unavailable', status: 503}, {'retry-after': '2'})
  expect((await api.call('GET', path)).status).toBe(503)
  await api.sql(`delete from auth."user" where id = $1`, [gone.userId])
  expect((await api.call('GET', path)).status).toBe(401)
})
