import {randomUUID} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {HostStatus} from '../../cli/operations/host-status.ts'
import type {HostState} from '../../cli/supervisor/host/host-state.ts'
import {HostTarget} from '../support/stack/host-target.ts'
import {listenersOf} from '../support/stack/listeners.ts'
import {eventually} from '../support/eventually.ts'

interface Up {
  readonly already_running: boolean
  readonly pid: number
  readonly processes: readonly {readonly name: string; readonly pid: number}[]
}

interface Mail {
  readonly subject: string
  readonly received_at: string
}

let host: HostTarget
beforeAll(async () => {
  host = await HostTarget.create()
})
afterAll(async () => await host.dispose())

const minute = 60_000
const stateOf = async (): Promise<HostState> => (await host.state())!
const pidOf = async (name: string): Promise<number> =>
  await eventually(`${name} runs`, async () => (await stateOf()).processes.find((p) => p.name === name)!.pid)
const mailAbout = async (title: string): Promise<Mail | undefined> =>
  (await host.json<{mails: Mail[]}>('mailbox', 'list')).mails.find(({subject}) => subject.includes(title))
/** Adds a task that nobody else has; its id. */
const add = async (title: string, ...flags: string[]): Promise<string> =>
  String((await host.json<{id: number}>('task', 'add', title, ...flags)).id)

test('up host; a task that repeats is done, and the next one appears', {timeout: 10 * minute}, async () => {
  // What a first try has left would only be found.
  expect((await host.todo5('down', 'host')).code).toBe(0)
  const up = await host.json<Up>('up', 'host')
  expect(up.already_running).toBe(false)
  const names = up.processes.map(({name}) => name)
  for (const name of ['postgresql', 'kafka', 'sentry', 'scheduler', 'mailbox']) expect(names).toContain(name)
  for (const app of ['task', 'recurring-task', 'notification', 'audit'].map((short) => `${short}-service`)) {
    expect(names).toEqual(expect.arrayContaining([app, `daprd-${app}`]))
  }
  const due = new Date(Date.now() + 7_200_000).toISOString()
  const id = await add('Water the plants', '--due', due, '--rrule', 'FREQ=DAILY')
  const done = await host.todo5('task', 'done', id)
  expect(done.stdout).toMatch(new RegExp(`^Done +${id} .*\\nNext +\\d+ `, 'mu'))
})

test('a reminder comes as a mail, woken by its job', {timeout: 5 * minute}, async () => {
  const title = `Call the plumber ${randomUUID()}`
  const remindAt = Math.ceil(Date.now() / 1000) * 1000 + 30_000
  await add(title, '--due', new Date(remindAt + 3_600_000).toISOString())
  const {received_at: receivedAt} = await eventually('the mail', async () => await mailAbout(title), 3 * minute)
  expect(Date.parse(receivedAt)).toBeGreaterThanOrEqual(remindAt)
})

test(
  'the port that is open to browsers has the web app: one signs up there, adds a task and sees it',
  {timeout: 2 * minute},
  async () => {
    const {origin} = new URL((await stateOf()).api_url!)
    const page = await fetch(`${origin}/`)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const [, script] = /<script type="module"[^>]* src="([^"]+)"/u.exec(await page.text())!
    expect((await fetch(origin + script!)).headers.get('content-type')).toMatch(/javascript/u)

    const email = `${randomUUID()}@example.com`
    const send = async (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> => {
      const answer = await fetch(origin + path, {
        method: 'POST',
        headers: {'content-type': 'application/json', origin, ...headers},
        body: JSON.stringify(body),
      })
      expect([path, answer.ok ? 'done' : await answer.text()]).toEqual([path, 'done'])
      return answer
    }
    const account = {email, password: 'correct horse', name: 'Ada', time_zone: 'Europe/Berlin'}
    const signedUp = await send('/api/auth/sign-up/email', account)
    const cookie = signedUp.headers
      .getSetCookie()
      .map((line) => line.split(';')[0]!)
      .join('; ')
    const {id} = (await (await send('/api/v1/tasks', {title: 'Feed the cat'}, {cookie})).json()) as {id: number}
    const seen = async (path: string): Promise<unknown> =>
      (await fetch(`${origin}/api/v1${path}`, {headers: {cookie}})).json()
    expect(await seen('/profile')).toMatchObject({email, role: 'user'})
    expect(await seen('/tasks')).toMatchObject({tasks: [{id, title: 'Feed the cat'}]})
    // The conversation is kept by Dapr's state store.
    const message = {role: 'user', parts: [{type: 'text', text: 'add water the plants every monday at 7am'}]}
    expect(await (await send('/api/chat', {message}, {cookie})).text()).toContain('Then: ')
    expect(await seen('/tasks')).toMatchObject({tasks: [{title: 'water the plants'}, {id}]})
    const threads = await fetch(`${origin}/api/chat/threads`, {headers: {cookie}})
    expect(await threads.json()).toMatchObject({threads: [{id: expect.any(String)}]})
    // Nobody's, from the same browser without its session.
    expect((await fetch(`${origin}/api/v1/tasks`)).status).toBe(401)
  },
)

test('up host again changes nothing, and status shows a tree without lag', {timeout: 5 * minute}, async () => {
  const before = await stateOf()
  const up = await host.json<Up>('up', 'host')
  expect([up.already_running, up.pid]).toEqual([true, before.pid])
  const status = await eventually(
    'no lag',
    async () => {
      const {code, stdout} = await host.todo5('status', 'host', '--json')
      const now = JSON.parse(stdout) as HostStatus
      return code === 0 && now.lag!.length === 5 && now.lag!.every(({lag}) => lag === 0) ? now : undefined
    },
    2 * minute,
  )
  expect(status.state).toBe('running')
  expect(status.memory_bytes).toBeLessThan(4 * 1024 ** 3)
  const {stdout} = await host.todo5('status', 'host')
  expect(stdout).toMatch(
    / {2}recurring-task-service +running +pid \d+ +port \d+ +\d+ MB\n.*daprd +running.*\n.*task-events +lag 0/u,
  )
  const lines = await host.json<{lines: {service: string}[]}>('logs', 'scheduler', '--lines', '3')
  expect(lines.lines.map(({service}) => service)).toEqual(['scheduler', 'scheduler', 'scheduler'])
})

test(
  'everything listens on the loopback address, but for the two health ports of Dapr',
  {timeout: minute},
  async () => {
    const {processes} = await stateOf()
    const listeners = await listenersOf((await host.processes()).map(({pid}) => pid))
    expect(listeners.length).toBeGreaterThan(25)
    const open = listeners.filter(({loopback}) => !loopback).map(({port}) => port)
    const health = processes.filter(({name}) => ['sentry', 'scheduler'].includes(name)).map(({health_url: url}) => url!)
    expect(new Set(open)).toEqual(new Set(health.map((url) => Number(new URL(url).port))))
  },
)

test('no secret is in the arguments of a process', {timeout: minute}, async () => {
  const secrets = [
    decodeURIComponent(new URL((await stateOf()).database_url!).password),
    (await readFile(join(host.hostDir, 'auth-secret'), 'utf8')).trim(),
    (await readFile(join(host.hostDir, 'state', 'local-key'), 'utf8')).trim(),
  ]
  for (const app of ['task-service', 'chat-api', 'notification-service']) {
    const stored = JSON.parse(await readFile(join(host.hostDir, 'run', `${app}-secrets.json`), 'utf8')) as object
    secrets.push(...Object.values(stored).flatMap((values: Record<string, string>) => Object.values(values)))
    const environment = await readFile(`/proc/${await pidOf(`daprd-${app}`)}/environ`, 'utf8')
    secrets.push(...[...environment.matchAll(/(?:DAPR|APP)_API_TOKEN=([^\0]+)/gu)].map(([, token]) => token!))
  }
  const commands = (await host.processes()).map(({command}) => command)
  expect(secrets.length).toBeGreaterThanOrEqual(14)
  expect(commands.filter((command) => secrets.some((secret) => command.includes(secret)))).toEqual([])
})

test('what is killed is started again: a sidecar, the scheduler, a service', {timeout: 6 * minute}, async () => {
  const victims = ['daprd-recurring-task-service', 'scheduler', 'audit-service']
  const restarts = async (name: string): Promise<number> =>
    (await stateOf()).processes.find((process) => process.name === name)!.restarts
  const before = new Map<string, number>()
  for (const name of victims) {
    before.set(name, await restarts(name))
    process.kill(await pidOf(name), 'SIGKILL')
  }
  await eventually(
    'all run again',
    async () => {
      const {processes} = await stateOf()
      return victims.every((name) =>
        processes.some((p) => p.name === name && p.state === 'running' && p.restarts > before.get(name)!),
      )
    },
    2 * minute,
  )
  await expect.poll(async () => (await host.todo5('status', 'host')).code, {timeout: 2 * minute}).toBe(0)
})

test('everything but the supervisor is killed at once, and the work goes on', {timeout: 5 * minute}, async () => {
  const {processes} = await stateOf()
  for (const {pid} of processes) if (pid !== null) process.kill(pid, 'SIGKILL')
  await eventually('all run again', async () => (await host.todo5('status', 'host')).code === 0, 4 * minute)
  const title = `Feed the cat ${randomUUID()}`
  await add(title, '--repeat', 'daily')
  expect((await host.todo5('task', 'done', title)).stdout).toMatch(/^Next +\d+ /mu)
})

test(
  'after a kill -9 of the supervisor, up host clears up and goes on with the data',
  {timeout: 10 * minute},
  async () => {
    await host.json<Up>('up', 'host')
    const title = `Water the plants ${randomUUID()}`
    const id = await add(title, '--repeat', 'daily')
    const before = await stateOf()
    process.kill(before.pid, 'SIGKILL')
    const left = JSON.parse((await host.todo5('status', 'host', '--json')).stdout) as HostStatus
    expect(left.state).toBe('left_behind')
    expect(left.processes.length).toBeGreaterThanOrEqual(14)
    const up = await host.json<Up>('up', 'host')
    expect(up.already_running).toBe(false)
    const pids = new Set(before.processes.map(({pid}) => pid))
    expect(up.processes.filter(({pid}) => pids.has(pid))).toEqual([])
    expect((await host.todo5('task', 'list')).stdout).toContain(title)
    expect((await host.todo5('task', 'done', id)).stdout).toMatch(/^Next +\d+ /mu)
  },
)

test(
  'down host leaves nothing but the data; --delete has to be confirmed, and leaves none',
  {timeout: 6 * minute},
  async () => {
    await host.json<Up>('up', 'host')
    expect(await host.json('down', 'host')).toMatchObject({
      target: 'host',
      found: 'running',
      killed: false,
      deleted: [],
    })
    expect(await host.remains()).toEqual([])
    expect(await host.json('down', 'host')).toMatchObject({found: 'nothing'})
    expect((await host.todo5('down', 'host', '--delete')).code).toBe(2)
    expect(await host.json('down', 'host', '--delete', '--confirm', 'host')).toMatchObject({deleted: [host.hostDir]})
    expect((await host.todo5('status', 'host')).code).toBe(4)
  },
)
