import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {LiveClient} from '../support/live-client.ts'
import {HostTarget} from '../support/stack/host-target.ts'

const GENEROUS = {timeout: 120_000, interval: 200}

interface Task {
  readonly id: number
}

let host: HostTarget
let apiUrl: string
let keys: [local: string, stranger: string]

beforeAll(async () => {
  host = await HostTarget.create()
  await host.bringUp()
  apiUrl = (await host.state())!.api_url!
  keys = [(await readFile(join(host.hostDir, 'state', 'local-key'), 'utf8')).trim(), await strangersKey()]
})
afterAll(async () => host.dispose())

async function strangersKey(): Promise<string> {
  const auth = `${new URL(apiUrl).origin}/api/auth`
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${auth}${path}`, {
      method: 'POST',
      headers: {'content-type': 'application/json', ...headers},
      body: JSON.stringify(body),
    })
    expect(answer.status, path).toBe(200)
    return answer
  }
  const account = {email: 'stranger@example.com', password: 'correct horse', name: 'Stranger'}
  const signedUp = await post('/sign-up/email', account)
  const bearer = {authorization: `Bearer ${signedUp.headers.get('set-auth-token')}`}
  return ((await (await post('/api-key/create', {name: 'live'}, bearer)).json()) as {key: string}).key
}

const follow = async (key: string): Promise<LiveClient> => LiveClient.open({apiUrl, headers: {'x-api-key': key}})

const made = async (title: string, key: string): Promise<Task> =>
  await host.api<Task>(
    'POST',
    '/tasks',
    {title, due_at: '2036-12-01T09:00:00Z', recurring_pattern: 'daily'},
    {'x-api-key': key},
  )

const types = (client: LiveClient, ids: readonly number[]): string[] =>
  client.tasks
    .filter(({id, type}) => ids.includes(id) && type.startsWith('task.'))
    .map(({id, version, type}) => `${type} ${id} v${version}`)

/** Until each window saw a change: from then on the sidecar has joined its group. */
async function joined(windows: readonly LiveClient[]): Promise<void> {
  const look = async (): Promise<boolean> => {
    await made('Are you there?', keys[0])
    return windows.every(({tasks}) => tasks.length > 0)
  }
  await expect.poll(look, {timeout: 120_000, interval: 1000}).toBe(true)
}

test('through Kafka a completion and what follows it appear in both windows of their user, and nowhere else', async () => {
  const windows = [await follow(keys[0]), await follow(keys[0])]
  const stranger = await follow(keys[1])
  await joined(windows)
  const {id} = await made('Water the plants', keys[0])
  const {next} = await host.api<{next: Task}>('POST', `/tasks/${id}/complete`, {}, {prefer: 'wait=10'})
  const expected = [`task.created ${id} v1`, `task.completed ${id} v2`, `task.created ${next.id} v1`]
  await expect.poll(() => windows.map((client) => types(client, [id, next.id])), GENEROUS).toEqual([expected, expected])
  const own = await made('Mine', keys[1])
  await expect.poll(() => stranger.tasks.length, GENEROUS).toBeGreaterThan(0)
  expect(new Set(stranger.tasks.map((task) => task.id))).toEqual(new Set([own.id]))
  for (const client of [...windows, stranger]) client.close()
})

test('a sidecar that is killed makes everybody look at everything again, and what comes then arrives', async () => {
  const windows = [await follow(keys[0])]
  await joined(windows)
  const [client] = windows as [LiveClient]
  const {ready} = client
  const daprd = (await host.processes()).find(({command}) => /daprd.*--app-id[= ]chat-api/u.test(command))
  process.kill(daprd!.pid, 'SIGKILL')
  await expect.poll(() => client.ready, GENEROUS).toBeGreaterThan(ready)
  const seen = client.tasks.length
  const another = async (): Promise<number> => {
    await made('Again', keys[0]).catch(() => undefined)
    return client.tasks.length
  }
  await expect.poll(another, {timeout: 120_000, interval: 1000}).toBeGreaterThan(seen)
  client.close()
})
