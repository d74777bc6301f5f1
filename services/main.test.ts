import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {expect, test} from 'vitest'
import {freePorts} from '../cli/supervisor/host/ports.ts'
import {createDatabase} from '../test/support/postgres.ts'
import {serviceUrl} from '../test/support/template.ts'

const GENEROUS = {timeout: 90_000, interval: 50}

function run(name: string, environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), name], {
    env: {PATH: process.env['PATH'] ?? '', ...environment},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const lines = text(child.stdout).then((out) =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  )
  return {child, exited, lines}
}

test('a name that is no service is answered with those that are', async () => {
  const {exited, lines} = run('tasks', {})
  expect(await exited).toBe(2)
  expect((await lines)[0]!['message']).toContain('task-service, recurring-task-service, notification-service')
})

test('what is wrong with the configuration is said in one line, with all of it', async () => {
  const {exited, lines} = run('chat-api', {PORT: '99999'})
  expect(await exited).toBe(2)
  expect(await lines).toMatchObject([
    {
      level: 'ERROR',
      service: 'chat-api',
      code: 'invalid_configuration',
      faults: expect.arrayContaining(['PORT must be a whole number from 1 to 65535.', 'DATABASE_URL is not set.']),
    },
  ])
})

test('SIGTERM ends a service in order, also when its sidecar is away', async () => {
  const [port, nobody] = await freePorts(2)
  const database = await createDatabase()
  const {child, exited, lines} = run('task-service', {
    PORT: String(port),
    APP_API_TOKEN: 'the token of the app',
    DATABASE_URL: serviceUrl(database.url, 'task'),
    DAPR_HTTP_ENDPOINT: `http://127.0.0.1:${nobody}`,
  })
  const health = async () => (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined))?.status
  await expect.poll(health, GENEROUS).toBe(200)
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  expect((await lines).map((line) => line['message'])).toEqual(expect.arrayContaining(['ready', 'stopping', 'stopped']))
  await database.drop()
})
