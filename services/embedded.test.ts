import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../test/support/embedded-todo5.ts'

let running: EmbeddedTodo5
let api: EmbeddedTodo5['api']

beforeAll(async () => {
  running = await startEmbeddedTodo5({mailTo: 'me@example.com'})
  api = running.api
})
afterAll(async () => running.stop())

test('a task added through the edge is completed, the next one appears, and all is in the audit log', async () => {
  const made = await api('POST', '/tasks', {
    title: 'Water the plants',
    due_at: '2036-12-01T09:00Z',
    recurring_pattern: 'weekly on mon,thu',
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  const done = await api('POST', `/tasks/${made.body['id']}/complete`, undefined, {prefer: 'wait=5'})
  expect(done.body).toMatchObject({completed: {id: made.body['id']}, next: {due_at: '2036-12-04T09:00:00Z'}})
  const types = async () =>
    ((await api('GET', `/audit?task_id=${made.body['id']}`)).body['entries'] as {event_type: string}[]).map(
      (entry) => entry.event_type,
    )
  await expect
    .poll(types, {timeout: 90_000})
    .toEqual(expect.arrayContaining(['task.created', 'reminder.scheduled', 'task.completed', 'reminder.cancelled']))
})

test('a reminder that is due in some seconds is in the mailbox then, never before', async () => {
  const title = `Soon ${randomUUID()}`
  const due = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3000)
  await api('POST', '/tasks', {title, due_at: due.toISOString(), reminders: [{offset_seconds: 0}]})
  const mail = async () =>
    ((await api('GET', '/mailbox')).body['mails'] as {subject: string; to: string; received_at: string}[]).find(
      (entry) => entry.subject.includes(title),
    )
  await expect.poll(mail, {timeout: 90_000}).toBeDefined()
  const late = Date.parse((await mail())!.received_at) - due.getTime()
  expect((await mail())!.to).toBe('me@example.com')
  expect(late).toBeGreaterThanOrEqual(0)
  expect(late).toBeLessThan(30_000)
  const task = async () =>
    ((await api('GET', `/tasks?search=${encodeURIComponent(title)}`)).body['tasks'] as Record<string, unknown>[])[0]
  await expect.poll(task, {timeout: 90_000}).toMatchObject({reminder_sent: true, reminder_at: null, version: 1})
})

test('sixty-four clients with five requests each are all answered', async () => {
  const answers = await Promise.all(
    Array.from({length: 64}, async () => {
      const statuses: number[] = []
      for (let n = 0; n < 5; n++) statuses.push((await api('POST', '/tasks', {title: `burst ${n}`})).status)
      return statuses
    }),
  )
  expect(answers.flat().every((status) => status === 201)).toBe(true)
})

test('each service answers for its health and its metrics', async () => {
  const health = await fetch(`${running.todo5.operationsUrl}/healthz`)
  expect(health.status).toBe(200)
  expect(((await health.json()) as {services: unknown[]}).services).toHaveLength(5)
  const metrics = await (await fetch(`${running.todo5.operationsUrl}/metrics`)).text()
  for (const name of [
    'recurring_tasks_created_total',
    'reminders_sent_total',
    'next_occurrence_calculation_duration_seconds',
    'outbox_pending',
    'http_request_duration_seconds',
  ]) {
    expect(metrics).toContain(name)
  }
  expect((await fetch(`${running.todo5.operationsUrl}/audit-service/metrics`)).status).toBe(200)
  expect((await fetch(`${running.todo5.operationsUrl}/audit-service/healthz`)).status).toBe(200)
})

test('nobody gets in without a key', async () => {
  expect((await api('GET', '/tasks', undefined, {'x-api-key': 'nonsense'})).status).toBe(401)
})
