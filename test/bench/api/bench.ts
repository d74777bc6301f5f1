/**
 * `npm run bench -- api`: create, list and complete at 1, 16 and 64 clients, and lists of 10,000 tasks, against bare Koa
 * and pg on the same PostgreSQL, in turns: with one row for each request, and with all the rows that todo5 writes. Linux;
 * some five minutes; loopback only.
 */
import {spawn} from 'node:child_process'
import {randomUUID} from 'node:crypto'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {setTimeout as delay} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {Client} from 'pg'
import {LocalTarget} from '../../support/local-target.ts'
import {surroundings} from '../surroundings.ts'
import {cpuOf, cpuOfFamily} from '../process-cpu.ts'
import {closedLoop, type Request, type Target} from '../closed-loop.ts'
import {percentile} from '../statistics.ts'
import type {Comparison, Figures, Report} from './report.ts'

export {print} from './report.ts'

export const usage = '(5 minutes, Linux)'

const SECONDS = 1
const ROUNDS = 3
/** At most, so that they leave something to measure. */
const WARM_UPS = 300
const CLIENTS = [1, 16, 64] as const
const LONG_LIST = 10_000

interface Server {
  readonly target: Target
  readonly pid: number
  /** Path below the target's URL, without a slash at its end. */
  readonly tasks: string
  /** Takes many tasks in one request. */
  readonly batches: boolean
  /** Tasks to complete in a round: as many as are done in one. */
  readonly completions: number
}

const started: (() => Promise<void>)[] = []

export async function stop(): Promise<void> {
  for (const end of started.splice(0).toReversed()) await end()
}

export async function run(args: readonly string[]): Promise<Report> {
  parseArgs({args: [...args], options: {}})
  try {
    const local = await LocalTarget.create()
    started.push(async () => await local.dispose())
    const up = await local.up()
    const {database_url: url, postgres} = await local.state()
    const todo5: Server = {
      target: {url: up.api_url, headers: {'x-api-key': await local.apiKey()}},
      pid: up.pid,
      tasks: '/tasks',
      batches: true,
      completions: 900,
    }
    const servers = {
      control: await startBare('control', url!, 4500),
      floor: await startBare('floor', url!, 1800),
      todo5,
    }
    const comparisons: Comparison[] = []
    for (const clients of CLIENTS) comparisons.push(await compare(servers, postgres!.pid!, 'create', clients, creates))
    for (const clients of CLIENTS)
      comparisons.push(await compare(servers, postgres!.pid!, 'complete', clients, completions))
    for (const server of Object.values(servers)) await makeTasks(server, LONG_LIST)
    for (const clients of CLIENTS)
      comparisons.push(await compare(servers, postgres!.pid!, `list 50 of ${LONG_LIST}`, clients, lists))
    return {bench: 'api', ...(await surroundings()), seconds: SECONDS, rounds: ROUNDS, comparisons}
  } finally {
    await stop()
  }
}

const NEW_TASK = {
  title: 'Water the plants on the balcony',
  description: 'Not the cactus.',
  priority: 1,
  tags: ['home'],
  due_at: '2031-05-05T09:00:00Z',
}

type Requests = (server: Server, clients: number) => Promise<() => Request | undefined>

const creates: Requests = async ({tasks}) => {
  return () => ({method: 'POST', path: tasks, body: NEW_TASK})
}

/** Tasks made beforehand; the round ends when all are done. */
const completions: Requests = async (server, clients) => {
  const ids = await makeTasks(server, server.completions / (clients === 1 ? 3 : 1))
  return () => {
    const id = ids.pop()
    return id === undefined ? undefined : {method: 'POST', path: `${server.tasks}/${id}/complete`}
  }
}

const lists: Requests = async ({tasks}) => {
  return () => ({method: 'GET', path: `${tasks}?limit=50`})
}

interface Made {
  readonly id: number | string
}

/** Hundred at a time where the server can. */
async function makeTasks({target, tasks, batches}: Server, count: number): Promise<number[]> {
  const ids: number[] = []
  const operations = Array.from({length: 100}, () => ({op: 'create', task: NEW_TASK}))
  const request: Request = batches
    ? {method: 'POST', path: `${tasks}/batch`, body: {operations}}
    : {method: 'POST', path: tasks, body: NEW_TASK}
  await closedLoop(
    target,
    {clients: 4, seconds: 120},
    () => (ids.length < count ? request : undefined),
    (text) => {
      const answer = JSON.parse(text) as Made | {task: Made} | {results: Made[]}
      const made = 'results' in answer ? answer.results : ['task' in answer ? answer.task : answer]
      ids.push(...made.map(({id}) => Number(id)))
    },
  )
  if (ids.length < count) throw new Error(`only ${ids.length} of ${count} tasks could be made`)
  return ids
}

type Servers = Readonly<Record<'control' | 'floor' | 'todo5', Server>>

/** In turns, in the other order in every second round; a ratio is that of one round. */
async function compare(
  servers: Servers,
  postgres: number,
  operation: string,
  clients: number,
  requests: Requests,
): Promise<Comparison> {
  const rounds: Comparison['rounds'][number][] = []
  for (let round = 0; round < ROUNDS; round++) {
    const turn = async (name: keyof Servers) => measure(servers[name], postgres, clients, requests)
    if (round % 2 === 0) {
      const control = await turn('control')
      const floor = await turn('floor')
      rounds.push({control, floor, todo5: await turn('todo5')})
    } else {
      const todo5 = await turn('todo5')
      const floor = await turn('floor')
      rounds.push({control: await turn('control'), floor, todo5})
    }
  }
  return {operation, clients, rounds}
}

async function measure(server: Server, postgres: number, clients: number, requests: Requests): Promise<Figures> {
  const next = await requests(server, clients)
  await settled(server)
  let warmUps = WARM_UPS
  await closedLoop(server.target, {clients, seconds: 0.3}, () => (warmUps-- > 0 ? next() : undefined))
  const before = {server: cpuOf(server.pid), database: cpuOfFamily(postgres), client: process.cpuUsage()}
  const round = await closedLoop(server.target, {clients, seconds: SECONDS}, next)
  const client = process.cpuUsage(before.client)
  const answered = round.latencies.length
  return {
    per_second: round.perSecond,
    failed: round.failed,
    p50_ms: percentile(round.latencies, 0.5),
    p95_ms: percentile(round.latencies, 0.95),
    p99_ms: percentile(round.latencies, 0.99),
    server_cpu_ms: (cpuOf(server.pid) - before.server) / answered,
    database_cpu_ms: (cpuOfFamily(postgres) - before.database) / answered,
    client_cpu_ms: (client.user + client.system) / 1000 / answered,
  }
}

/** Until the events of the tasks that were just made are handled: they would count as work for the requests that follow. */
async function settled({pid}: Server): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const before = cpuOf(pid)
    await delay(300)
    if (cpuOf(pid) - before <= 60) return
  }
  throw new Error('the server is still busy two minutes after the last request')
}

/** One of the two programs beside this one, with a database of its own. */
async function startBare(name: 'control' | 'floor', databaseUrl: string, completions: number): Promise<Server> {
  const client = new Client({connectionString: databaseUrl})
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`)], {
    env: {PATH: process.env['PATH'], DATABASE_URL: url.href},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(async () => void child.kill())
  for await (const line of createInterface(child.stdout)) {
    const target = {url: `http://127.0.0.1:${line}`, headers: {'x-user': randomUUID()}}
    return {target, pid: child.pid!, tasks: '/tasks', batches: false, completions}
  }
  throw new Error(`the program ${name} did not start`)
}
