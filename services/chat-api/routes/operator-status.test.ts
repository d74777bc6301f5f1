import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import type {OperatorStatusResponse, ServiceState} from '../../contracts/operator-status.ts'
import {SERVICE_NAMES} from '../../contracts/service-names.ts'
import {DomainError} from '../../domain/errors.ts'
import {checkAgainstOpenApi} from '../../../test/support/openapi-check.ts'
import {type RunningChatApi, json, startChatApi} from '../testing/start-chat-api.ts'

const PATH = '/api/v1/operator/status'
let api: RunningChatApi
let operator: Record<string, string>
beforeAll(async () => {
  api = await startChatApi({config: {gatewayTimeoutMs: 300}})
  const {apiKey} = await api.accounts.ensureLocalUser({email: 'you@localhost', name: 'you', timeZone: 'UTC'})
  operator = {'x-api-key': apiKey}
})
afterAll(async () => api.stop())

const stateOf = (service: string): ServiceState => ({
  health: {service, status: 'ok', version: '1.2.3', checks: {database: {ok: true}}},
  uptime_seconds: 61,
  outbox: service === 'task-service' ? {waiting: 3, oldest_seconds: 1.5} : null,
  reminders: service === 'notification-service' ? {over_seconds: 60, sent: 5, failed: 1, late: 2} : null,
  occurrences: service === 'recurring-task-service' ? {overdue: 1, next_24_hours: 2, next_7_days: 9, later: 4} : null,
  dead_letters: service === 'task-service' ? null : 2,
})
beforeEach(() => {
  api.invoker.respond = async ({app}) => json(200, stateOf(app))
})

async function look(): Promise<OperatorStatusResponse> {
  const answer = await api.call('GET', PATH, {headers: operator})
  expect(answer.status).toBe(200)
  checkAgainstOpenApi({method: 'GET', path: PATH, ...answer})
  return answer.body as OperatorStatusResponse
}

test('operators see all services and what they count; each is asked in the name of the operator', async () => {
  const before = api.invoker.invocations.length
  const status = await look()
  expect(status.services.map(({service, state}) => [service, state])).toEqual(SERVICE_NAMES.map((name) => [name, 'ok']))
  expect(status.services[0]).toMatchObject({version: '1.2.3', uptime_seconds: 61, failing: []})
  expect(status).toMatchObject({
    outbox: {waiting: 3, oldest_seconds: 1.5},
    reminders: {over_seconds: 60, sent: 5, failed: 1, late: 2},
    occurrences: {overdue: 1, next_24_hours: 2, next_7_days: 9, later: 4},
    dead_letters: 6,
  })
  const asked = api.invoker.invocations.slice(before)
  expect(asked.map(({path}) => path)).toEqual(Array.from({length: 4}, () => '/v1/operator/state'))
  for (const {headers} of asked) expect(headers).toMatchObject({'x-todo5-role': 'operator'})
})

test('a user is refused, and nobody without a key or session; no service is asked', async () => {
  const {apiKey} = await api.signUp('ada')
  const before = api.invoker.invocations.length
  const refused = await api.call('GET', PATH, {headers: {'x-api-key': apiKey}})
  expect([refused.status, refused.body.code]).toEqual([403, 'operators_only'])
  const nobody = await api.call('GET', PATH, {headers: {'x-todo5-role': 'operator', 'x-todo5-user-id': 'me'}})
  expect([nobody.status, nobody.body.code]).toEqual([401, 'not_signed_in'])
  expect(api.invoker.invocations.length).toBe(before)
})

test.each([
  ['cannot be reached', async () => Promise.reject(new DomainError('unavailable', 'service_unavailable', 'away'))],
  ['answers nothing', async () => new Promise<never>(() => undefined)],
  ['fails', async () => json(500, {code: 'internal'})],
])('a service that %s is away, and the others are as they are', async (_how, respond) => {
  api.invoker.respond = async ({app}) => (app === 'notification-service' ? respond() : json(200, stateOf(app)))
  const status = await look()
  expect(status.services.find(({service}) => service === 'notification-service')).toEqual({
    service: 'notification-service',
    state: 'away',
    version: null,
    uptime_seconds: null,
    failing: [],
  })
  expect(status.services.filter(({state}) => state === 'ok')).toHaveLength(4)
  expect(status).toMatchObject({reminders: null, outbox: {waiting: 3}, dead_letters: 4})
})

test('of a service that is ill the failing checks are named, and what they say is kept back', async () => {
  const ill = stateOf('audit-service')
  const checks = {database: {ok: false, detail: 'postgres://todo5:secret@db'}, bus: {ok: true}}
  api.invoker.respond = async ({app}) =>
    json(200, app === 'audit-service' ? {...ill, health: {...ill.health, status: 'unavailable', checks}} : stateOf(app))
  const status = await look()
  expect(status.services[3]).toMatchObject({service: 'audit-service', state: 'unavailable', failing: ['database']})
  expect(JSON.stringify(status)).not.toContain('secret')
})

test('where every inner service is away nothing is known but the edge itself', async () => {
  api.invoker.respond = async () => Promise.reject(new DomainError('unavailable', 'service_unavailable', 'away'))
  const status = await look()
  expect(status.services.map(({state}) => state)).toEqual(['away', 'away', 'away', 'away', 'ok'])
  expect(status).toMatchObject({outbox: null, reminders: null, occurrences: null, dead_letters: null})
})
