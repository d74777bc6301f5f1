import inject from 'light-my-request'
import {expect, test} from 'vitest'
import {serviceState} from '../contracts/operator-status.ts'
import {ROLE_HEADER, USER_HEADER} from '../ports/service-invoker.ts'
import {Health} from './health.ts'
import {createHttpApp} from './http-app.ts'
import {createLogger} from './logger.ts'
import {Metrics} from './metrics.ts'
import {serviceStateRoute, type ServiceStateOptions} from './service-state.ts'

const logger = createLogger('s', 'silent')
const OPERATOR = {[USER_HEADER]: 'u', [ROLE_HEADER]: 'operator'}

/** The answer of a service that counts with these metrics. */
async function ask(
  metrics: Metrics,
  headers: Record<string, string>,
  reminders?: ServiceStateOptions['reminders'],
): Promise<{status: number; body: unknown}> {
  const health = new Health('s', {database: async () => Promise.reject(new Error('it is away'))})
  const routes = [serviceStateRoute({health, metrics, ...(reminders && {reminders})})]
  const call = createHttpApp({service: 's', logger, metrics, health, routes}).callback()
  const answer = await inject((request, response) => void call(request, response), {
    method: 'GET',
    url: '/v1/operator/state',
    headers,
  })
  return {status: answer.statusCode, body: answer.json()}
}

test('what a service counted is summed; one that is ill answers, too', async () => {
  const metrics = new Metrics('s')
  metrics.gauge('outbox_pending', 'x').set(4)
  metrics.gauge('outbox_oldest_seconds', 'x').set(1.5)
  const deadLetters = metrics.counter('consumer_dead_letters_total', 'x', ['code'])
  deadLetters.inc({code: 'a'}, 2)
  deadLetters.inc({code: 'b'})
  const ahead = metrics.gauge('open_occurrences', 'x', ['day'])
  for (const [day, count] of [7, 1, 2, 0, 0, 0, 0, 4, 8].entries()) ahead.set({day: String(day - 1)}, count)
  const {status, body} = await ask(metrics, OPERATOR, () => ({over_seconds: 9, sent: 1, failed: 2, late: 0}))
  expect(status).toBe(200)
  expect(serviceState.parse(body)).toMatchObject({
    health: {status: 'unavailable', checks: {database: {ok: false}}},
    outbox: {waiting: 4, oldest_seconds: 1.5},
    reminders: {over_seconds: 9, sent: 1, failed: 2, late: 0},
    occurrences: {overdue: 7, next_24_hours: 1, next_7_days: 7, later: 8},
    dead_letters: 3,
  })
})

test('what is not of this service is null', async () => {
  const {body} = await ask(new Metrics('s'), OPERATOR)
  expect(serviceState.parse(body)).toMatchObject({outbox: null, reminders: null, occurrences: null, dead_letters: null})
})

test.each([
  ['nobody', {}, 401],
  ['a user', {[USER_HEADER]: 'u', [ROLE_HEADER]: 'user'}, 403],
])('%s gets nothing', async (_who, headers, status) => {
  expect((await ask(new Metrics('s'), headers)).status).toBe(status)
})
