import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type ErrorCollector, startErrorCollector} from '../../test/support/error-collector.ts'
import type {ServicesOnDapr} from '../../test/support/services-on-dapr.ts'
import {startServicesOnFakes} from '../../test/support/services-on-fakes.ts'

const GENEROUS = {timeout: 90_000, interval: 50}

let collector: ErrorCollector
let todo5: ServicesOnDapr
beforeAll(async () => {
  collector = await startErrorCollector()
  todo5 = await startServicesOnFakes({SENTRY_DSN: collector.dsn, SENTRY_ENVIRONMENT: 'a test'})
})
afterAll(async () => {
  await todo5.stop()
  await collector.stop()
})

test('a rule that cannot be computed any more is reported with rule and series, without the title', async () => {
  const title = `Secret ${randomUUID()}`
  const made = await todo5.api('POST', '/tasks', {title, due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily'})
  const admin = new Client({connectionString: todo5.databaseUrl})
  await admin.connect()
  try {
    await admin.query(`update todo.series set rule = 'FREQ=NEVER' where id = $1`, [made.body['series_id']])
  } finally {
    await admin.end()
  }
  await todo5.api('POST', `/tasks/${made.body['id']}/complete`)
  const reported = () => collector.errors.find(({tags}) => tags?.['service'] === 'recurring-task-service')
  await expect.poll(reported, GENEROUS).toBeDefined()
  expect(reported()).toMatchObject({
    environment: 'a test',
    contexts: {
      todo5: {
        message: 'the next occurrence could not be computed',
        task_id: made.body['id'],
        series_id: made.body['series_id'],
        rule: 'FREQ=NEVER',
      },
    },
  })
  expect(collector.received.join('\n')).not.toContain(title)
})
