import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {APP_TOKEN, type ServicesOnDapr, startServicesOnDapr} from '../../test/support/services-on-dapr.ts'
import {FakeBroker, FakeJobs} from '../adapters/dapr/testing/fake-broker.ts'
import {FakeSidecar} from '../adapters/dapr/testing/fake-sidecar.ts'
import {SERVICE_NAMES, type ServiceName} from '../contracts/service-names.ts'
import {LIVE_COMPONENT, PUBLISHING_COMPONENT, subscribingComponent} from './component-names.ts'

const GENEROUS = {timeout: 90_000, interval: 50}

const broker = new FakeBroker()
const jobs = new FakeJobs()
const fakes = new Map<ServiceName, FakeSidecar>()
let todo5: ServicesOnDapr

beforeAll(async () => {
  todo5 = await startServicesOnDapr({
    startSidecar: async ({app, appPort, appPorts}) => {
      const fake = await FakeSidecar.start({
        appId: app,
        broker,
        jobs,
        appPort,
        appToken: APP_TOKEN,
        components: [
          PUBLISHING_COMPONENT,
          LIVE_COMPONENT,
          subscribingComponent('reminders'),
          subscribingComponent('task-updates'),
        ],
        apps: Object.fromEntries(SERVICE_NAMES.map((name) => [name, {port: appPorts[name], token: APP_TOKEN}])),
      })
      fakes.set(app, fake)
      return fake
    },
  })
})
afterAll(async () => todo5.stop())

const appUrl = (app: ServiceName, path: string): string => `http://127.0.0.1:${todo5.appPorts[app]}${path}`

const auditTypes = async (taskId: unknown): Promise<string[]> => {
  const {entries} = (await todo5.api('GET', `/audit?task_id=${taskId}`)).body
  return (entries as {event_type: string}[]).map((entry) => entry.event_type)
}

test('completing a recurring task makes the next one, and the audit log has all of it', async () => {
  const made = await todo5.api('POST', '/tasks', {
    title: 'Water the plants',
    due_at: '2036-12-01T09:00Z',
    recurring_pattern: 'weekly on mon,thu',
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  await todo5.api('POST', `/tasks/${made.body['id']}/complete`)
  const open = async () =>
    ((await todo5.api('GET', '/tasks')).body['tasks'] as {due_at: string; predecessor_id: unknown}[]).find(
      (task) => task.due_at === '2036-12-04T09:00:00Z',
    )
  await expect.poll(open, GENEROUS).toBeDefined()
  await expect
    .poll(async () => auditTypes(made.body['id']), GENEROUS)
    .toEqual(expect.arrayContaining(['task.created', 'reminder.scheduled', 'task.completed', 'reminder.cancelled']))
  const [event] = broker.all('task-events')
  expect(event!.event).toMatchObject({
    specversion: '1.0',
    type: 'task.created',
    subject: `task/${made.body['id']}`,
    source: expect.stringMatching(/^urn:todo5:installation:[0-9a-f-]{36}$/u),
    traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-/u),
  })
})

test('a reminder is sent by its job, and never before its time', async () => {
  const title = `Soon ${randomUUID()}`
  const due = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3000)
  await todo5.api('POST', '/tasks', {title, due_at: due.toISOString(), reminders: [{offset_seconds: 0}]})
  const mail = async () =>
    ((await todo5.api('GET', '/mailbox')).body['mails'] as {subject: string; received_at: string}[]).find((entry) =>
      entry.subject.includes(title),
    )
  await expect.poll(mail, GENEROUS).toBeDefined()
  expect(Date.parse((await mail())!.received_at)).toBeGreaterThanOrEqual(due.getTime())
  expect(fakes.get('notification-service')!.requests.some((line) => line.includes('/v1.0/jobs/reminder-'))).toBe(true)
})

test('a service that stops takes nothing more, and what comes meanwhile is done when it is back', async () => {
  await todo5.stopService('audit-service')
  const made = await todo5.api('POST', '/tasks', {title: 'While nobody wrote'})
  await expect
    .poll(
      () =>
        broker
          .all('task-events')
          .some(({event}) => JSON.stringify(event).includes(`"subject":"task/${made.body['id']}"`)),
      GENEROUS,
    )
    .toBe(true)
  expect((await todo5.api('GET', '/audit')).status).toBe(503)
  await todo5.startService('audit-service')
  await expect.poll(async () => auditTypes(made.body['id']), GENEROUS).toEqual(['task.created'])
})

test.each(SERVICE_NAMES)('%s is well without a token, and does nothing for whoever has a wrong one', async (app) => {
  expect((await fetch(appUrl(app, '/healthz'))).status).toBe(200)
  const metrics = await (await fetch(appUrl(app, '/metrics'))).text()
  expect(metrics).toContain('http_request_duration_seconds')
  expect(metrics).toMatch(/^database_connections\{state="idle",[^}]*\} \d+$/mu)
  expect(metrics).toMatch(/^nodejs_eventloop_lag_p99_seconds/mu)
  for (const path of ['/dapr/subscribe', '/v1/tasks', '/events/task-events', '/job/reminder-1-1']) {
    const headers = {'dapr-api-token': 'wrong', 'x-todo5-user-id': randomUUID(), 'dapr-caller-app-id': 'chat-api'}
    expect((await fetch(appUrl(app, path), {headers})).status, path).toBe(401)
  }
})

test('a user is believed only when chat-api names it', async () => {
  const headers = (caller: string) => ({
    'dapr-api-token': APP_TOKEN,
    'dapr-caller-app-id': caller,
    'x-todo5-user-id': randomUUID(),
  })
  const ask = async (caller: string) => fetch(appUrl('task-service', '/v1/tasks'), {headers: headers(caller)})
  const trusted = await ask('chat-api')
  expect([trusted.status, Object.keys((await trusted.json()) as object)]).toEqual([200, ['tasks', 'next_cursor']])
  const stranger = await ask('audit-service')
  // Between services a refusal travels as a 200 that names its status.
  expect([stranger.status, stranger.headers.get('x-todo5-status')]).toEqual([200, '401'])
  expect(await stranger.json()).toMatchObject({code: 'no_user'})
})

test('no event and no job is ever answered with 404', async () => {
  const headers = {'dapr-api-token': APP_TOKEN, 'content-type': 'application/json'}
  for (const app of SERVICE_NAMES) {
    for (const path of ['/events/unknown', '/events', '/events/a/b', '/job/unknown', '/job', '/job/%ZZ', '/job/a/b']) {
      const {status} = await fetch(appUrl(app, path), {method: 'POST', headers, body: '{"entries":[]}'})
      expect(status, `${app} ${path}`).not.toBe(404)
    }
  }
})

test('the public port shows no metrics and no routes of the sidecar', async () => {
  for (const path of ['/metrics', '/dapr/subscribe', '/events/task-events', '/job/reminder-1-1']) {
    expect((await fetch(`${todo5.publicUrl}${path}`)).status, path).toBe(404)
  }
  expect((await fetch(`${todo5.publicUrl}/healthz`)).status).toBe(200)
  expect((await fetch(appUrl('chat-api', '/api/v1/tasks'), {headers: {'dapr-api-token': APP_TOKEN}})).status).toBe(404)
})

/** What the installation of the test writes as its source. */
const ownSource = (): unknown => (broker.all('task-events')[0]!.event as {source: unknown}).source

const put = (topic: string, key: string, event: unknown): void =>
  broker.append(topic, {key, contentType: 'application/cloudevents+json', event})

test('foreign, malformed and repeated events: the first two go to the dead letters, the last has one effect', async () => {
  const made = await todo5.api('POST', '/tasks', {title: 'Told of twice'})
  const id = made.body['id']
  await expect.poll(async () => auditTypes(id), GENEROUS).toEqual(['task.created'])
  const [original] = broker.all('task-events').filter(({event}) => JSON.stringify(event).includes(`"task/${id}"`))
  const {key, event} = original!
  const foreign = `urn:todo5:installation:${randomUUID()}`
  const marker = randomUUID()
  put('task-events', key, {...(event as object), source: foreign})
  put('task-events', key, event)
  put('task-events', key, {...(event as object), data: {marker}})
  const letters = () => broker.all('task-events-dlq').map((entry) => JSON.stringify(entry.event))
  // Two consumers read the topic, and each puts what it cannot handle into the dead letters.
  await expect.poll(() => letters().filter((letter) => letter.includes(marker)).length, GENEROUS).toBe(2)
  await expect.poll(() => letters().filter((letter) => letter.includes(foreign)).length, GENEROUS).toBe(2)
  expect(letters().filter((letter) => letter.includes('"foreign_installation"'))).toHaveLength(2)
  expect(letters().filter((letter) => letter.includes('"malformed_event"'))).toHaveLength(2)
  expect(letters().every((letter) => letter.includes(String(ownSource())))).toBe(true)
  await expect.poll(() => broker.lag('audit-service', 'task-events'), GENEROUS).toBe(0)
  expect(await auditTypes(id)).toEqual(['task.created'])
})

test('a job of another installation does nothing, and is done', async () => {
  const waiting = jobs.of('notification-service')
  const data = {installation: randomUUID(), reminder_id: 1, revision: 1}
  waiting.set('reminder-1-1', {dueAt: 0, data: {data}, policy: null})
  await expect.poll(() => waiting.has('reminder-1-1'), GENEROUS).toBe(false)
  expect(todo5.lines.some((line) => line['job'] === 'reminder-1-1' && line['level'] === 'WARN')).toBe(true)
})

test('a publish that fails is tried again until the bus takes it, in order', async () => {
  broker.failing.add('task-events')
  const made = await todo5.api('POST', '/tasks', {title: 'Waits for the bus'})
  const id = made.body['id']
  await todo5.api('POST', `/tasks/${id}/complete`)
  await expect.poll(() => todo5.lines.some((line) => String(line['reason']).includes('no leader')), GENEROUS).toBe(true)
  broker.failing.delete('task-events')
  await expect.poll(async () => auditTypes(id), GENEROUS).toEqual(['task.completed', 'task.created'])
  const order = broker
    .all('task-events')
    .map(({event}) => event as {subject: string; type: string})
    .filter(({subject}) => subject === `task/${id}`)
  expect([...new Set(order.map(({type}) => type))]).toEqual(['task.created', 'task.completed'])
})
