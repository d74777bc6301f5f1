import {randomUUID} from 'node:crypto'
import {globSync} from 'node:fs'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {setTimeout as delay} from 'node:timers/promises'
import {AssignerProtocol, Kafka, logLevel} from 'kafkajs'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {parse} from 'yaml'
import {type RenderedResource, renderDapr} from '../../cli/operations/render-dapr.ts'
import {ProgramFailure} from '../../cli/supervisor/host/program.ts'
import {StackTopics} from '../../services/adapters/dapr/testing/stack-topics.ts'
import {PARTITIONS} from '../../services/domain/events/event-types.ts'
import {partitionOf} from '../../services/domain/events/partition.ts'
import {packagePath} from '../../services/package-root.ts'
import {createDatabase} from '../support/postgres.ts'
import {boundUdpPortsOf} from '../support/stack/listeners.ts'
import {eventually} from '../support/eventually.ts'
import {Stack, type StackSidecar} from '../support/stack/stack.ts'
import {publishBeside, WatchedApp} from '../support/stack/watched-app.ts'

/** What Kafka and Dapr do that one would not expect, each with what todo5 does about it: docs/testing.md, Pitfalls. */

const GENEROUS_MS = 120_000
/** Dapr's own delivery gives up after three tries, which takes 3.5 s at most. */
const LONGER_THAN_THREE_TRIES_MS = 6000

let stack: Stack
let kafka: Kafka
let topics: StackTopics
let files: RenderedResource[]
let databaseUrl: string
let names: string
/** The sidecar of task-service, which publishes. */
let publisher: StackSidecar

beforeAll(async () => {
  stack = await Stack.create()
  const [{brokers}] = await Promise.all([stack.kafka(), stack.scheduler()])
  kafka = new Kafka({brokers: [brokers], logLevel: logLevel.NOTHING})
  topics = await StackTopics.create(brokers)
  databaseUrl = (await createDatabase('template1')).url
  const owner = new Client({connectionString: databaseUrl})
  await owner.connect()
  await owner.query('create schema dapr')
  await owner.end()
  const secretsFile = join(stack.folder, 'secrets.json')
  const secrets = {'statestore-postgresql': {connectionString: databaseUrl}}
  await writeFile(secretsFile, JSON.stringify(secrets), {mode: 0o600})
  names = join(stack.folder, 'names.sqlite')
  files = await renderDapr({target: 'host', values: {brokers, secretsFile, nameResolutionFile: names}})
  publisher = await startSidecar({appId: 'task-service'})
})

afterAll(async () => {
  await topics.close()
  await stack.stop()
})

/** With what is rendered for the host target. */
async function startSidecar(wish: {appId: string; appPort?: number; appToken?: string}): Promise<StackSidecar> {
  return await stack.daprd({
    ...wish,
    resources: files.filter(({path}) => !path.startsWith('config/')),
    configuration: files.find(({path}) => path === `config/todo5-${wish.appId}.yaml`)!.text,
  })
}

async function withApp(
  appId: string,
  appTopics: readonly string[],
  work: (app: WatchedApp) => Promise<void>,
): Promise<void> {
  const app = await WatchedApp.start(appId, appTopics, startSidecar)
  try {
    await work(app)
  } finally {
    await app.stop()
  }
}

const texts = (count: number): string[] => Array.from({length: count}, () => randomUUID())

/** All with one key: they have an order. */
const publish = async (topic: string, all: readonly string[], key = 'one'): Promise<void> =>
  await publishBeside(
    publisher,
    topic,
    all.map((text) => ({key, text})),
  )

const handledOf = (app: WatchedApp, all: readonly string[]): string[] =>
  app.handled.filter((text) => all.includes(text))

const metadataOf = async ({endpoint, apiToken}: StackSidecar): Promise<{components: {name: string}[]}> =>
  (await (await fetch(`${endpoint}/v1.0/metadata`, {headers: {'dapr-api-token': apiToken}})).json()) as never

test('what was published before a group first joined is read from the beginning', async () => {
  const all = texts(5)
  await publish('task-events', all)
  await withApp('recurring-task-service', ['task-events'], async (app) => {
    await eventually('all are handled', () => handledOf(app, all).length === all.length, GENEROUS_MS)
    expect(handledOf(app, all)).toEqual(all)
  })
})

test('an application that fails for longer than three tries, or is away, misses no event and gets them in order', async () => {
  await withApp('recurring-task-service', ['task-events'], async (app) => {
    const all = texts(30)
    const lettersBefore = await topics.count('task-events-dlq')
    app.works = false
    await publish('task-events', all.slice(0, 10))
    const tries = (): number => app.asked.filter(({path}) => path === '/events/task-events').length
    await eventually('three tries', () => tries() > 3, GENEROUS_MS)
    await publish('task-events', all.slice(10, 20))
    await delay(LONGER_THAN_THREE_TRIES_MS)
    app.refuse()
    await publish('task-events', all.slice(20))
    await delay(LONGER_THAN_THREE_TRIES_MS)
    expect(handledOf(app, all)).toEqual([])
    app.works = true
    app.accept()
    await eventually('all are handled', () => handledOf(app, all).length >= all.length, GENEROUS_MS)
    expect(handledOf(app, all)).toEqual(all)
    expect(await topics.count('task-events-dlq')).toBe(lettersBefore)
  })
})

test('retries and time-outs name nothing that Dapr would silently ignore', () => {
  const {spec} = parse(files.find(({path}) => path.startsWith('resiliency/'))!.text) as {
    spec: {policies: Record<string, Record<string, object>>; targets: object}
  }
  const {retries, timeouts, circuitBreakers, ...others} = spec.policies
  expect([Object.keys(spec), Object.keys(spec.targets), others]).toEqual([
    ['policies', 'targets'],
    ['apps', 'components'],
    {},
  ])
  expect(Object.values(timeouts!)).toEqual(Object.values(timeouts!).map(() => expect.stringMatching(/^\d+m?s$/u)))
  const known = {
    retries: ['policy', 'duration', 'maxInterval', 'maxRetries', 'matching'],
    circuitBreakers: ['maxRequests', 'interval', 'timeout', 'trip'],
  }
  const fields = (policies: Record<string, object>): string[] => Object.values(policies).flatMap(Object.keys)
  expect(fields(retries!).filter((field) => !known.retries.includes(field))).toEqual([])
  expect(fields(circuitBreakers!).filter((field) => !known.circuitBreakers.includes(field))).toEqual([])
  expect(fields(retries!).length).toBeGreaterThan(3)
})

test('the health probe shows no token and is answered; everything else shows the token of the application', async () => {
  await withApp('recurring-task-service', ['task-events'], async (app) => {
    const all = texts(1)
    await publish('task-events', all)
    await eventually('it is handled', () => handledOf(app, all).length === 1, GENEROUS_MS)
    const probes = app.asked.filter(({path}) => path === '/healthz')
    expect(probes.length).toBeGreaterThan(0)
    expect(probes.filter(({token, status}) => token !== undefined || ![0, 200].includes(status))).toEqual([])
    const others = app.asked.filter(({path}) => path !== '/healthz')
    expect(new Set(others.map(({token}) => token))).toEqual(new Set([app.sidecar.appToken]))
    expect(others.map(({path}) => path)).toEqual(expect.arrayContaining(['/dapr/subscribe', '/events/task-events']))
  })
})

test('an application that is not in order gets no job, and gets it as soon as it is', async () => {
  await withApp('notification-service', [], async (app) => {
    const jobs = (): number => app.asked.filter(({path}) => path.startsWith('/job/')).length
    app.refuse()
    // The sidecar believes it after three of them.
    const refused = (): number => app.asked.filter(({path, status}) => path === '/healthz' && status === 503).length
    await eventually('the sidecar sees it', () => refused() >= 5, GENEROUS_MS)
    const dueAt = new Date(Date.now() + 1000)
    const name = `reminder-${randomUUID()}`
    await app.jobs.schedule([{name, dueAt, data: {}}])
    const seen = refused()
    await eventually('its time has come', () => Date.now() > dueAt.getTime() + 3000 && refused() > seen + 3)
    expect(jobs()).toBe(0)
    app.accept()
    await eventually('the job comes', () => app.ran.length > 0, GENEROUS_MS)
    const after = app.asked.length
    await eventually('a while later', () => app.asked.length > after + 3)
    expect(app.ran.map((run) => run.name)).toEqual([name])
  })
})

test('a job outlives a killed scheduler, comes once and not early', async () => {
  const scheduler = await stack.scheduler()
  await withApp('notification-service', [], async (app) => {
    const dueAt = new Date(Date.now() + 4000)
    const name = `reminder-${randomUUID()}`
    await app.jobs.schedule([{name, dueAt, data: {}}])
    await scheduler.kill9()
    await scheduler.start()
    // 20 s at least: so long the dead one holds its place.
    await eventually('the job comes', () => app.ran.length > 0, GENEROUS_MS)
    const after = app.asked.length
    await eventually('a while later', () => app.asked.length > after + 3)
    expect(app.ran.map((run) => run.name)).toEqual([name])
    // 1 ms early was measured; the reminder itself looks at the clock of the database.
    expect(app.ran[0]!.at).toBeGreaterThanOrEqual(dueAt.getTime() - 5)
  })
})

test('two sidecars on an empty database: one may end over its table, started again both work', async () => {
  const own = files.filter(({path}) => /statestore-postgresql|secretstore-local/u.test(path))
  const configuration = files.find(({path}) => path === 'config/todo5-chat-api.yaml')!.text
  const start = async (): Promise<StackSidecar> => await stack.daprd({appId: 'chat-api', resources: own, configuration})
  const results = await Promise.allSettled([start(), start()])
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(ProgramFailure)
    expect((failure as Error).message).toMatch(/already exists|duplicate key/u)
  }
  expect(failures.length).toBeLessThan(2)
  const sidecars = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  // A supervisor does so by itself.
  for (const _ of failures) sidecars.push(await start())
  try {
    for (const [place, {endpoint, apiToken}] of sidecars.entries()) {
      const save = await fetch(`${endpoint}/v1.0/state/statestore-postgresql`, {
        method: 'POST',
        headers: {'dapr-api-token': apiToken, 'content-type': 'application/json'},
        body: JSON.stringify([{key: `conversation-${place}`, value: {turns: place}}]),
      })
      expect(save.status).toBe(204)
    }
  } finally {
    for (const sidecar of sidecars) await sidecar.stop()
  }
})

test('sidecars find each other in a file, by the loopback address, and nothing is sent to all', async () => {
  const database = new DatabaseSync(names, {readOnly: true})
  const hosts = database.prepare('select * from hosts').all() as Record<string, unknown>[]
  database.close()
  const ours = hosts.filter((row) => Object.values(row).includes('task-service'))
  expect(ours.length).toBeGreaterThan(0)
  const addresses = ours.flatMap((row) => Object.values(row)).filter((value) => /^[\d.]+:\d+$/u.test(String(value)))
  expect(addresses).toEqual([`127.0.0.1:${publisher.ports.internal}`])
  // 5353 is that of multicast DNS.
  expect(await boundUdpPortsOf([publisher.pid])).not.toContain(5353)
})

test('the group of a consumer is its app id; what a sidecar read, the other one reads when it was killed or has stopped', async () => {
  const group = 'recurring-task-service'
  const admin = kafka.admin()
  await admin.connect()
  const shares = async (): Promise<number[]> => {
    const {groups} = await admin.describeGroups([group])
    return groups[0]!.members
      .map(({memberAssignment}) => AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {})
      .map((assignment) => assignment['task-events']?.length ?? 0)
      .toSorted((a, b) => a - b)
  }
  const reads = async (apps: readonly WatchedApp[], what: string): Promise<void> => {
    const all = texts(4 * PARTITIONS)
    await publishBeside(
      publisher,
      'task-events',
      all.map((text) => ({key: randomUUID(), text})),
    )
    const count = (): number => new Set(apps.flatMap((app) => handledOf(app, all))).size
    await eventually(what, () => count() === all.length, GENEROUS_MS)
  }
  const half = PARTITIONS / 2
  try {
    await withApp(group, ['task-events'], async (first) => {
      const second = await WatchedApp.start(group, ['task-events'], startSidecar)
      const halved = async (): Promise<boolean> => (await shares()).join() === [half, half].join()
      try {
        await eventually('each has half', halved, GENEROUS_MS)
        await reads([first, second], 'together they read all')
        await second.sidecar.kill9()
        await reads([first], 'the other one reads what the killed one had')
        await second.sidecar.start()
        await eventually('each has half again', halved, GENEROUS_MS)
      } finally {
        await second.stop()
      }
      await reads([first], 'the other one reads what the stopped one had')
      await expect.poll(shares, {timeout: GENEROUS_MS, interval: 200}).toEqual([PARTITIONS])
    })
  } finally {
    await admin.disconnect()
  }
})

test('what the sidecar brings is JSON of several names, and is read whatever its name', async () => {
  await withApp('audit-service', ['task-events', 'reminders', 'task-updates'], async (app) => {
    const all = texts(3)
    for (const [place, topic] of ['task-events', 'reminders', 'task-updates'].entries()) {
      await publish(topic, [all[place]!])
    }
    await eventually('all are handled', () => new Set(handledOf(app, all)).size === 3, GENEROUS_MS)
    const types = app.asked.filter(({path}) => path.startsWith('/events/')).map(({contentType}) => contentType)
    expect(new Set(types)).toEqual(new Set([expect.stringMatching(/json/u)]))
  })
})

test('a resource that is changed does not reach a running sidecar', async () => {
  const sidecar = await stack.daprd({
    appId: 'task-service',
    resources: files.filter(({path}) => path.endsWith('pubsub-kafka.yaml')),
    configuration: files.find(({path}) => path === 'config/todo5-task-service.yaml')!.text,
  })
  try {
    const before = await metadataOf(sidecar)
    expect(before.components.map(({name}) => name)).toEqual(['pubsub-kafka'])
    const folder = join(sidecar.logFile, '..', 'resources')
    const added = files.find(({path}) => path.endsWith('secretstore-local.yaml'))!
    await writeFile(join(folder, 'added.yaml'), added.text)
    await delay(3000)
    expect((await metadataOf(sidecar)).components).toEqual(before.components)
  } finally {
    await sidecar.stop()
  }
})

test('Kafka clients put one key into different partitions, so whatever of todo5 publishes past Dapr chooses as Dapr does', async () => {
  const topic = 'task-updates-dlq'
  const admin = kafka.admin()
  const producer = kafka.producer()
  await Promise.all([admin.connect(), producer.connect()])
  const ends = async (): Promise<Map<number, string>> =>
    new Map((await admin.fetchTopicOffsets(topic)).map(({partition, high}) => [partition, high]))
  const placed: [dapr: number, kafkajs: number][] = []
  for (const key of texts(6)) {
    const before = await ends()
    await publishBeside(publisher, topic, [{key, text: key}])
    const grown = [...(await ends())].filter(([partition, high]) => high !== before.get(partition))
    expect(grown.map(([partition]) => partition)).toEqual([partitionOf(key)])
    const [sent] = await producer.send({topic, messages: [{key, value: key}]})
    placed.push([grown[0]![0], sent!.partition])
  }
  await Promise.all([admin.disconnect(), producer.disconnect()])
  expect(placed.filter(([dapr, kafkajs]) => dapr !== kafkajs)).not.toEqual([])
  const sources = ['cli', 'services'].flatMap((folder) =>
    globSync('**/*.ts', {cwd: packagePath(folder)}).map((name) => join(folder, name)),
  )
  const product = sources.filter((file) => !/\.(?:test|stack|contract)\.ts$|\/testing\//u.test(file))
  const publishing: string[] = []
  for (const file of product) {
    const text = await readFile(packagePath(file), 'utf8')
    if (!text.includes('.producer(')) continue
    publishing.push(file)
    expect(text, file).toContain('partitionOf(')
  }
  expect(publishing).toContain(join('cli', 'tools', 'kafka-publisher.ts'))
})
