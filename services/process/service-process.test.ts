import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {Client} from 'pg'
import {freePorts} from '../../cli/supervisor/host/ports.ts'
import {createDatabase} from '../../test/support/postgres.ts'
import {serviceUrl} from '../../test/support/template.ts'
import {FakeBroker, FakeJobs} from '../adapters/dapr/testing/fake-broker.ts'
import {FakeSidecar, type FakeSidecarOptions} from '../adapters/dapr/testing/fake-sidecar.ts'
import {start} from '../audit-service/main.ts'
import type {RunningProcess} from './service-process.ts'

const GENEROUS = {timeout: 90_000, interval: 50}
const TOKEN = 'the token of the app'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface Attempt {
  readonly lines: Record<string, unknown>[]
  readonly health: () => Promise<number>
  readonly probe: (path: string) => Promise<number>
  readonly begin: (environment: Readonly<Record<string, string>>, stop?: AbortSignal) => Promise<RunningProcess>
}

/** audit-service, which is the simplest, not yet started. */
async function prepare(options: Partial<FakeSidecarOptions> = {}): Promise<Attempt> {
  const [port] = await freePorts(1)
  const fake = await FakeSidecar.start({
    appId: 'audit-service',
    broker: new FakeBroker(),
    jobs: new FakeJobs(),
    ...options,
  })
  closing.push(async () => fake.stop())
  const lines: Record<string, unknown>[] = []
  return {
    lines,
    health: async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).status,
    probe: async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).status,
    async begin(environment, stop = new AbortController().signal) {
      const running = await start({
        environment: {
          PORT: String(port),
          APP_API_TOKEN: TOKEN,
          DAPR_HTTP_ENDPOINT: fake.endpoint,
          DAPR_API_TOKEN: fake.apiToken,
          ...environment,
        },
        stop,
        log: {write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>)},
      })
      closing.push(async () => running.stop())
      return running
    },
  }
}

const auditUrl = async (): Promise<string> => serviceUrl((await createDatabase()).url, 'audit')

test('its database comes from the secret store, under the name of the service', async () => {
  const url = await auditUrl()
  const {begin, health, lines} = await prepare({secrets: {'audit-service': {DATABASE_URL: url}}})
  await begin({DAPR_SECRET_STORE: 'secretstore-local'})
  expect(await health()).toBe(200)
  expect(JSON.stringify(lines)).not.toContain(new URL(url).password)
})

test('what neither the environment nor the store has is missing, together with everything else', async () => {
  const {begin} = await prepare({secrets: {'audit-service': {SMTP_URL: 'smtp://x'}}})
  await expect(begin({DAPR_SECRET_STORE: 'secretstore-local'})).rejects.toThrow('DATABASE_URL is not set.')
  await expect(begin({DAPR_SECRET_STORE: 'secretstore-local', LOG_LEVEL: 'loud', PORT: 'x'})).rejects.toMatchObject({
    code: 'invalid_configuration',
    faults: [{field: 'PORT'}, {field: 'LOG_LEVEL'}],
  })
})

test('a secret can come from a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'todo5-secret-'))
  closing.push(async () => rm(folder, {recursive: true}))
  const file = join(folder, 'database-url')
  await writeFile(file, `${await auditUrl()}\n`)
  const {begin, health} = await prepare()
  await begin({DATABASE_URL_FILE: file})
  expect(await health()).toBe(200)
})

test('beside the sidecar of another app it stays unwell, so that nothing is delivered to it', async () => {
  const {begin, health, lines} = await prepare({appId: 'task-service'})
  await begin({DATABASE_URL: await auditUrl()})
  await expect.poll(health, GENEROUS).toBe(503)
  expect(lines.find((line) => line['app_id'] === 'task-service')).toMatchObject({level: 'ERROR'})
})

test('components that the sidecar lacks are named', async () => {
  const {begin, lines} = await prepare({components: ['pubsub-kafka']})
  await begin({DATABASE_URL: await auditUrl()})
  await expect
    .poll(() => lines.find((line) => Array.isArray(line['missing'])), GENEROUS)
    .toMatchObject({missing: ['pubsub-kafka-reminders', 'pubsub-kafka-updates']})
})

test('a database that is away is waited for, and the wait ends when it is asked to', async () => {
  const {begin, health, lines} = await prepare()
  const [nobody] = await freePorts(1)
  const stop = new AbortController()
  const starting = begin({DATABASE_URL: `postgres://a:b@127.0.0.1:${nobody}/c`}, stop.signal)
  starting.catch(() => undefined)
  await expect.poll(() => lines.some((line) => String(line['message']).includes('waiting')), GENEROUS).toBe(true)
  expect(await health()).toBe(503)
  stop.abort()
  await expect(starting).rejects.toThrow()
  await expect(health()).rejects.toThrow()
})

test('the probes of a cluster say nothing about the database: it lives, and is ready once it was started', async () => {
  const {url} = await createDatabase()
  const {begin, health, probe} = await prepare()
  const stop = new AbortController()
  const [nobody] = await freePorts(1)
  const waiting = begin({DATABASE_URL: `postgres://a:b@127.0.0.1:${nobody}/c`}, stop.signal)
  waiting.catch(() => undefined)
  await expect.poll(async () => await probe('/livez').catch(() => 0), GENEROUS).toBe(200)
  expect(await probe('/readyz')).toBe(503)
  stop.abort()
  await expect(waiting).rejects.toThrow()

  await begin({DATABASE_URL: serviceUrl(url, 'audit')})
  expect([await health(), await probe('/readyz'), await probe('/livez')]).toEqual([200, 200, 200])
  const owner = new Client({connectionString: url.replace(/[^/]+$/u, 'postgres')})
  await owner.connect()
  const name = new URL(url).pathname.slice(1)
  await owner.query(`alter database "${name}" allow_connections false`)
  await owner.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  await expect.poll(health, GENEROUS).toBe(503)
  expect([await probe('/readyz'), await probe('/livez')]).toEqual([200, 200])
  await owner.query(`alter database "${name}" allow_connections true`)
  await owner.end()
  await expect.poll(health, GENEROUS).toBe(200)
})

test('a database without the schema is a failure that says what to do', async () => {
  const {url} = await createDatabase('template1')
  const {begin} = await prepare()
  await expect(begin({DATABASE_URL: url})).rejects.toThrow()
})
