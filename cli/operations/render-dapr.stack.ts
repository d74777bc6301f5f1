import {randomUUID} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createDaprServiceInvoker} from '../../services/adapters/dapr/service-invoker.ts'
import {openSidecar} from '../../services/adapters/dapr/sidecar.ts'
import {type DatabaseProxy, startDatabaseProxy} from '../../services/chat-api/testing/database-proxy.ts'
import {createDatabase} from '../../test/support/postgres.ts'
import {eventually} from '../../test/support/eventually.ts'
import {Stack, type StackSidecar} from '../../test/support/stack/stack.ts'
import {openKafkaAdmin} from '../tools/kafka-admin.ts'
import {applyTopics} from './apply-topics.ts'
import {SERVICE_NAMES, type ServiceName as App} from '../../services/contracts/service-names.ts'
import {type RenderedResource, renderDapr} from './render-dapr.ts'
import {DaprApp} from './testing/dapr-app.ts'

let stack: Stack
let database: DatabaseProxy
const apps = new Map<App, DaprApp>()
const sidecars = new Map<App, StackSidecar>()

/** All five sidecars as `todo5 up host` has them; two of the applications ask for more than is theirs. */
const SUBSCRIPTIONS: Partial<Record<App, Record<string, string>>> = {
  'recurring-task-service': {'task-events': 'pubsub-kafka', reminders: 'pubsub-kafka'},
  'notification-service': {reminders: 'pubsub-kafka-reminders', 'reminders-dlq': 'pubsub-kafka-reminders'},
  'audit-service': {
    'task-events': 'pubsub-kafka',
    reminders: 'pubsub-kafka-reminders',
    'task-updates': 'pubsub-kafka-updates',
  },
  'chat-api': {'task-events': 'pubsub-live'},
}

beforeAll(async () => {
  stack = await Stack.create()
  const [{brokers}] = await Promise.all([stack.kafka(), stack.sentry(), stack.scheduler()])
  const admin = await openKafkaAdmin({brokers: [brokers]})
  await applyTopics(admin, {target: 'host', confirm: false})
  await admin.close()
  database = await startDatabaseProxy((await createDatabase('template1')).url)
  const files = await renderDapr({
    target: 'host',
    values: {brokers, secretsFile: await secrets(), nameResolutionFile: join(stack.folder, 'names.db')},
  })
  await Promise.all(SERVICE_NAMES.map(async (app) => await startSidecar(app, files)))
})

afterAll(async () => {
  await stack.stop()
  for (const app of apps.values()) await app.stop()
  await database.stop()
})

async function secrets(): Promise<string> {
  const owner = new Client({connectionString: database.url})
  await owner.connect()
  await owner.query('create schema dapr')
  await owner.end()
  const file = join(stack.folder, 'secrets.json')
  const content = {
    'statestore-postgresql': {connectionString: database.url},
    'task-service': {DATABASE_URL: 'postgres://task'},
    'chat-api': {BETTER_AUTH_SECRET: 'x'},
  }
  await writeFile(file, JSON.stringify(content), {mode: 0o600})
  return file
}

async function startSidecar(app: App, files: readonly RenderedResource[]): Promise<void> {
  const application = await DaprApp.start(SUBSCRIPTIONS[app])
  apps.set(app, application)
  const sidecar = await stack.daprd({
    appId: app,
    appPort: application.port,
    resources: files.filter(({path}) => !path.startsWith('config/')),
    configuration: files.find(({path}) => path === `config/todo5-${app}.yaml`)!.text,
  })
  sidecars.set(app, sidecar)
}

interface Answer {
  readonly status: number
  readonly body: string
}

async function call(app: App, method: string, path: string, body?: unknown): Promise<Answer> {
  const {endpoint, apiToken} = sidecars.get(app)!
  const response = await fetch(`${endpoint}/v1.0${path}`, {
    method,
    headers: {'dapr-api-token': apiToken, 'content-type': 'application/json'},
    ...(body === undefined ? {} : {body: JSON.stringify(body)}),
  })
  return {status: response.status, body: await response.text()}
}

const publish = async (app: App, pubsub: string, topic: string, data: unknown): Promise<Answer> =>
  await call(app, 'POST', `/publish/bulk/${pubsub}/${topic}`, [
    {entryId: '0', contentType: 'application/json', event: data, metadata: {partitionKey: 'u1'}},
  ])

const invoke = async (from: App, to: App, path: string, method = 'POST'): Promise<Answer> =>
  await call(from, method, `/invoke/${to}/method${path}`, method === 'GET' ? undefined : {})

test.each([
  ['task-service', ['pubsub-kafka', 'secretstore-local']],
  ['recurring-task-service', ['pubsub-kafka', 'secretstore-local']],
  ['notification-service', ['pubsub-kafka-reminders', 'secretstore-local']],
  ['audit-service', ['pubsub-kafka', 'pubsub-kafka-reminders', 'pubsub-kafka-updates', 'secretstore-local']],
  ['chat-api', ['pubsub-live', 'secretstore-local', 'statestore-postgresql']],
] as const)('%s has its components and no other', async (app, names) => {
  const {components} = JSON.parse((await call(app, 'GET', '/metadata')).body) as {components: {name: string}[]}
  expect(components.map(({name}) => name).toSorted()).toEqual(names)
})

test('chat-api may call the others under /v1, and nothing else; nobody else may call anybody', async () => {
  for (const to of SERVICE_NAMES.filter((app) => app !== 'chat-api')) {
    expect([to, (await invoke('chat-api', to, '/v1/tasks/1')).status]).toEqual([to, 200])
    // The sidecar brings events and jobs itself; whoever could call these routes could make them up.
    for (const path of ['/events/task-events', '/job/reminder-1-1', '/dapr/subscribe', '/metrics', '/v12/tasks']) {
      const denied = await invoke('chat-api', to, path)
      expect([to, path, denied.status]).toEqual([to, path, 403])
      expect(denied.body).toContain('spiffe://public/ns/default/chat-api')
    }
  }
  for (const from of SERVICE_NAMES.filter((app) => app !== 'chat-api')) {
    for (const to of SERVICE_NAMES.filter((app) => app !== from)) {
      expect([from, to, (await invoke(from, to, '/v1/tasks/1')).status]).toEqual([from, to, 403])
    }
  }
  const asked = [...apps.values()].flatMap(({requests}) => requests.filter(({path}) => !path.startsWith('/events/')))
  expect(new Set(asked.map(({path}) => path))).toEqual(new Set(['/v1/tasks/1']))
})

test('only task-service publishes, and only to its topics', async () => {
  for (const topic of ['task-events-dlq', 'reminders-dlq', 'task-updates-dlq']) {
    expect([topic, (await publish('task-service', 'pubsub-kafka', topic, {})).status]).toEqual([topic, 204])
  }
  const forbidden: [App, string, string][] = [
    ['task-service', 'pubsub-kafka', 'other'],
    ['recurring-task-service', 'pubsub-kafka', 'task-events'],
    ['recurring-task-service', 'pubsub-kafka', 'reminders-dlq'],
    ['notification-service', 'pubsub-kafka-reminders', 'reminders'],
    ['audit-service', 'pubsub-kafka', 'task-events'],
    ['audit-service', 'pubsub-kafka-reminders', 'reminders'],
    ['audit-service', 'pubsub-kafka-updates', 'task-updates'],
    ['chat-api', 'pubsub-live', 'task-events'],
  ]
  for (const [app, pubsub, topic] of forbidden) {
    const {status, body} = await publish(app, pubsub, topic, {})
    expect([app, topic, status, body]).toEqual([app, topic, 403, expect.stringContaining('ERR_PUBSUB_FORBIDDEN')])
  }
  // A component that is scoped to others is not there at all.
  expect((await publish('chat-api', 'pubsub-kafka', 'task-events', {})).status).toBe(404)
})

test('each consumer gets its topics, and what it asks for besides does not come', async () => {
  const run = randomUUID()
  // The group of the live list begins at what comes after it has joined.
  await eventually('the live list has joined', async () => {
    await publish('task-service', 'pubsub-kafka', 'task-events', {run: 'before'})
    return apps.get('chat-api')!.events('task-events').length > 0
  })
  const topics = ['task-events', 'reminders', 'task-updates', 'reminders-dlq']
  for (const topic of topics) {
    expect((await publish('task-service', 'pubsub-kafka', topic, {run, topic})).status).toBe(204)
  }
  const got = (app: App): string[] =>
    topics.filter((topic) =>
      apps
        .get(app)!
        .events(topic)
        .some((data) => (data as {run?: string}).run === run),
    )
  const expected = {
    'recurring-task-service': ['task-events'],
    'notification-service': ['reminders'],
    'audit-service': ['task-events', 'reminders', 'task-updates'],
    'chat-api': ['task-events'],
  } as const
  for (const [app, wanted] of Object.entries(expected)) {
    await eventually(`${app} has ${wanted.join()}`, () => wanted.every((topic) => got(app as App).includes(topic)))
  }
  await delay(2000)
  for (const [app, wanted] of Object.entries(expected)) expect([app, got(app as App)]).toEqual([app, wanted])
})

test('an application reads the secret of its name, and no other', async () => {
  const own = await call('task-service', 'GET', '/secrets/secretstore-local/task-service')
  expect([own.status, JSON.parse(own.body)]).toEqual([200, {DATABASE_URL: 'postgres://task'}])
  for (const name of ['statestore-postgresql', 'chat-api']) {
    expect((await call('task-service', 'GET', `/secrets/secretstore-local/${name}`)).status).toBe(403)
  }
  const all = await call('task-service', 'GET', '/secrets/secretstore-local/bulk')
  expect(Object.keys(JSON.parse(all.body) as object)).toEqual(['task-service'])
})

test('the circuit breaker of calls opens after twenty failures, and closes when the service is well again', async () => {
  const service = apps.get('audit-service')!
  const reached = (): number => service.requests.filter(({path}) => path === '/v1/audit').length
  const look = async (): Promise<Answer> => await invoke('chat-api', 'audit-service', '/v1/audit', 'GET')
  service.status = 500
  const opened = await eventually('it opens', async () => {
    // At once: twenty in a row count within 10 s only, and the machine may be slow.
    await Promise.all(Array.from({length: 25}, look))
    const before = reached()
    const {body} = await look()
    return reached() === before && body.includes('circuit breaker is open') ? reached() : undefined
  })
  expect(opened).toBeGreaterThanOrEqual(20)
  // Another path is not concerned.
  expect((await invoke('chat-api', 'task-service', '/v1/tasks/1')).status).toBe(200)
  service.status = 200
  await eventually('it closes', async () => (await look()).status === 200)
  for (let call = 0; call < 5; call++) expect((await look()).status).toBe(200)
})

test('what a service refuses does not open the circuit breaker, however often', async () => {
  const {endpoint, apiToken} = sidecars.get('chat-api')!
  const sidecar = openSidecar({endpoint, token: apiToken})
  const invoker = createDaprServiceInvoker({sidecar})
  const service = apps.get('notification-service')!
  const ask = async (): Promise<number> => {
    const request = {app: 'notification-service', method: 'POST', path: '/v1/reminders', headers: {}, body: '{}'}
    return (await invoker.invoke(request)).status
  }
  for (const status of [422, 404, 503]) {
    service.status = status
    for (let time = 0; time < 30; time++) expect(await ask()).toBe(status)
  }
  service.status = 200
  expect(await ask()).toBe(200)
  sidecar.close()
})

test('only the Notification Service may schedule jobs', async () => {
  const name = `reminder-${randomUUID()}`
  const schedule = async (app: App): Promise<Answer> =>
    await call(app, 'POST', `/jobs/${name}`, {dueTime: '2100-01-01T00:00:00Z', data: {}})
  for (const app of SERVICE_NAMES.filter((service) => service !== 'notification-service')) {
    expect({app, status: (await schedule(app)).status}).toEqual({app, status: 404})
  }
  expect((await schedule('notification-service')).status).toBe(204)
})

test('the circuit breaker of the state store opens while PostgreSQL is away, and closes when it is back', async () => {
  const key = randomUUID()
  const save = async (value: unknown, etag?: string): Promise<number> =>
    (
      await call('chat-api', 'POST', '/state/statestore-postgresql', [
        {key, value, ...(etag && {etag}), options: {concurrency: 'first-write'}},
      ])
    ).status
  const read = async (): Promise<Answer> => await call('chat-api', 'GET', `/state/statestore-postgresql/${key}`)
  await eventually('it is well', async () => (await read()).status < 300)
  expect(await save({turns: 1})).toBe(204)
  expect(await save({turns: 2}, randomUUID())).toBe(409)
  expect(JSON.parse((await read()).body)).toEqual({turns: 1})
  await database.cut()
  try {
    await eventually('it opens', async () => {
      await Promise.all(Array.from({length: 12}, read))
      return (await read()).body.includes('circuit breaker is open')
    })
  } finally {
    await database.restore()
  }
  const body = await eventually('it closes', async () => {
    const answer = await read()
    return answer.status === 200 ? answer.body : undefined
  })
  expect(JSON.parse(body)).toEqual({turns: 1})
})
