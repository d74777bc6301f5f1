import {afterAll, beforeAll, expect, test} from 'vitest'
import {checkAgainstOpenApi} from '../../../test/support/openapi-check.ts'
import {type RunningChatApi, json, startChatApi} from '../testing/start-chat-api.ts'

let api: RunningChatApi
let headers: Record<string, string>
let userId: string
beforeAll(async () => {
  api = await startChatApi()
  const signedUp = await api.signUp('history')
  userId = signedUp.userId
  headers = {'x-api-key': signedUp.apiKey}
})
afterAll(async () => api.stop())

const entry = (id: number) => ({
  id,
  event_id: `018f0000-0000-7000-8000-${String(id).padStart(12, '0')}`,
  event_type: 'task.updated',
  task_id: 5,
  occurred_at: new Date(Date.UTC(2026, 10, 22, 0, 0, id)).toISOString().replace('.000Z', 'Z'),
  recorded_at: '2026-11-22T09:00:00Z',
  payload: {task_version: id, changed: ['title']},
})

/** Reminders that say `reminders`, and an audit log of `entries` in pages of `page`. */
function answerWith(reminders: ReturnType<typeof json>, entries: ReturnType<typeof entry>[], page: number) {
  api.invoker.invocations.length = 0
  api.invoker.respond = async ({app, path}) => {
    if (app === 'task-service') return reminders
    const from = Number(new URL(path, 'http://x').searchParams.get('cursor') ?? 0)
    const next = from + page < entries.length ? String(from + page) : null
    return json(200, {entries: entries.slice(from, from + page), next_cursor: next})
  }
}
const history = async (query = '') => {
  const path = `/api/v1/tasks/5/history${query}`
  const answer = await api.call('GET', path, {headers})
  checkAgainstOpenApi({method: 'GET', path, ...answer})
  return answer
}

test('all pages of the audit log and the reminders become one history, in the name of the user', async () => {
  answerWith(json(200, {reminders: []}), [entry(5), entry(4), entry(3), entry(2), entry(1)], 2)
  const answer = await history()
  expect(answer).toMatchObject({status: 200, body: {task_id: 5, verdicts: ['No reminder was set.']}})
  expect(answer.body.entries.map((item: {details: {task_version: number}}) => item.details.task_version)).toEqual([
    1, 2, 3, 4, 5,
  ])
  expect(api.invoker.invocations.map(({app, method, path}) => `${method} ${app}${path}`)).toEqual([
    'GET task-service/v1/tasks/5/reminders',
    'GET audit-service/v1/audit?task_id=5&limit=1000',
    'GET audit-service/v1/audit?task_id=5&limit=1000&cursor=2',
    'GET audit-service/v1/audit?task_id=5&limit=1000&cursor=4',
  ])
  for (const invocation of api.invoker.invocations) expect(invocation.headers['x-todo5-user-id']).toBe(userId)
})

test('an endless log is read up to a bound', async () => {
  answerWith(
    json(200, {reminders: []}),
    Array.from({length: 30}, (_, n) => entry(30 - n)),
    1,
  )
  expect((await history()).body.entries).toHaveLength(5)
})

test('texts are in the zone of the account, or in the one asked for', async () => {
  const scheduled = {
    id: 1,
    offset_seconds: 0,
    reminder_at: '2126-07-01T08:00:00Z',
    state: 'scheduled',
    channels: null,
    nag_every_seconds: null,
    revision: 1,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    removed_at: null,
    snoozed_at: null,
    deliveries: [],
  }
  answerWith(json(200, {reminders: [scheduled]}), [], 1)
  expect((await history()).body.verdicts[0]).toContain('10:00:00)')
  expect((await history('?time_zone=Asia/Tokyo')).body.verdicts[0]).toContain('17:00:00)')
  expect((await history('?time_zone=UTC')).body.verdicts[0]).toContain('08:00:00 UTC)')
  expect(await history('?time_zone=Mars/Olympus')).toMatchObject({status: 422, body: {errors: [{field: 'time_zone'}]}})
  expect(await history('?zone=UTC')).toMatchObject({status: 422})
})

test('what an inner service refuses is answered as it said', async () => {
  const problem = (status: number, code: string) =>
    json(
      status,
      {type: 'about:blank', title: 'x', status, detail: 'x', code},
      {'content-type': 'application/problem+json'},
    )
  answerWith(problem(404, 'task_not_found'), [], 1)
  const missing = await api.call('GET', '/api/v1/tasks/5/history', {headers})
  expect(missing).toMatchObject({status: 404, body: {code: 'task_not_found'}})
  expect(api.invoker.invocations).toHaveLength(1)
  api.invoker.respond = async ({app}) =>
    app === 'task-service' ? json(200, {reminders: []}) : problem(503, 'service_unavailable')
  const away = await api.call('GET', '/api/v1/tasks/5/history', {headers})
  expect(away).toMatchObject({status: 503, body: {code: 'service_unavailable'}})
})

test('it is for signed-in users and real ids alone, and everything else under tasks goes through the gateway', async () => {
  api.invoker.invocations.length = 0
  expect((await api.call('GET', '/api/v1/tasks/5/history')).status).toBe(401)
  expect((await api.call('GET', '/api/v1/tasks/0/history', {headers})).status).toBe(404)
  expect(api.invoker.invocations).toEqual([])
  api.invoker.respond = async () => json(200, {})
  await api.call('GET', '/api/v1/tasks/5/series?limit=3', {headers})
  expect(api.invoker.last).toMatchObject({app: 'task-service', path: '/v1/tasks/5/series?limit=3'})
})
