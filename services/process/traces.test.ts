import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {ServicesOnDapr} from '../../test/support/services-on-dapr.ts'
import {startServicesOnFakes} from '../../test/support/services-on-fakes.ts'
import {type SpanCollector, startSpanCollector} from '../../test/support/span-collector.ts'

const GENEROUS = {timeout: 90_000, interval: 50}

let collector: SpanCollector
let todo5: ServicesOnDapr

beforeAll(async () => {
  collector = await startSpanCollector()
  todo5 = await startServicesOnFakes({ZIPKIN_ENDPOINT: collector.endpoint})
})
afterAll(async () => {
  await todo5.stop()
  await collector.stop()
})

/** The spans of one trace, once there are as many of that name. */
async function arrived(name: string, tag: (tags: Readonly<Record<string, string>>) => boolean = () => true) {
  const find = () => collector.spans.find((span) => span.name === name && tag(span.tags ?? {}))
  await expect.poll(find, GENEROUS).toBeDefined()
  return find()!
}

test('one trace leads from the completion over the broker to the next occurrence in the database', async () => {
  const made = await todo5.api('POST', '/tasks', {
    title: 'Traced',
    due_at: '2036-12-01T09:00Z',
    recurring_pattern: 'daily',
  })
  await todo5.api('POST', `/tasks/${made.body['id']}/complete`)
  const completed = await arrived('publish task.completed')
  const {traceId} = completed
  // The next occurrence is written by whoever handles the completion, and its own event goes on in the trace.
  await expect.poll(() => collector.named(traceId, 'publish task.created').length, GENEROUS).toBe(1)
  const [next] = collector.named(traceId, 'publish task.created')
  await expect
    .poll(() => collector.ancestry(next!), GENEROUS)
    .toEqual([
      'publish task.created',
      'database transaction',
      'handle task.completed',
      'publish task.completed',
      'database transaction',
      'POST /v1/tasks/:id/complete',
      'call task-service',
      expect.stringMatching(/^POST /u),
    ])
  // Everything is recorded by the audit service, in the same trace.
  await expect.poll(() => collector.named(traceId, 'handle task.created').length, GENEROUS).toBeGreaterThan(0)
})

test('one trace leads from the job that is scheduled over its run to the mail server', async () => {
  const due = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3000)
  const title = `Traced ${randomUUID()}`
  await todo5.api('POST', '/tasks', {title, due_at: due.toISOString(), reminders: [{offset_seconds: 0}]})
  const smtp = await arrived('SMTP')
  await expect
    .poll(() => collector.ancestry(smtp), GENEROUS)
    .toEqual(['SMTP', 'send reminder', 'run job', 'schedule job'])
  // What became of it is written, and told, in the trace.
  await expect.poll(() => collector.named(smtp.traceId, 'publish reminder.sent').length, GENEROUS).toBe(1)
})

test('probes and idle work record nothing', async () => {
  const before = collector.spans.length
  await fetch(`${todo5.publicUrl}/healthz`)
  const answered = await todo5.api('GET', '/tasks?limit=1')
  expect(answered.status).toBe(200)
  await arrived('GET /v1/tasks')
  const names = new Set(collector.spans.slice(before).map((span) => span.name))
  expect([...names].filter((name) => /healthz|metrics/u.test(name))).toEqual([])
  // What a probe asks of the database would be a trace of its own, once a second and service.
  const alone = collector.spans.filter(
    (span) => span.name === 'database transaction' && collector.ancestry(span).length === 1,
  )
  expect(alone).toEqual([])
})
