/**
 * `npm run bench -- api`: create, list and complete at 1, 16 and 64 clients, and lists of 10,000
 * tasks, against bare Koa and pg on the same PostgreSQL, in turns. Linux; some four minutes; loopback only.
 */
import {type ChildProcess, spawn} from 'node:child_process'
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

export const usage = '(4 minutes, Linux)'

const SECONDS = 2
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
    }
    const control = await startControl(url!)
    started.push(async () => void control.child.kill())
    const servers = [control.server, todo5] as const
    const comparisons: Comparison[] = []
    for (const clients of CLIENTS) comparisons.push(await compare(servers, postgres!.pid!, 'create', clients, creates))
    for (const clients of CLIENTS)
      comparisons.push(await compare(servers, postgres!.pid!, 'complete', clients, completions))
    for (const server of servers) await makeTasks(server, LONG_LIST)
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
  // As many as are done in a round: the control completes in one statement what todo5 takes four packets for.
  const ids = await makeTasks(server, (server.batches ? 1500 : 6000) / (clients === 1 ? 3 : 1))
  return () => {
    const id = ids.pop()
    return id === undefined ? undefined : {method: 'POST', path: `${server.tasks}/${id}/complete`}
  }
}

const lists: Requests = async ({tasks}) => {
  return () => ({method: 'GET', path: `${tasks}?limit=50`})
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
      const answer = JSON.parse(text) as {id: number | string} | {results: {id: number}[]}
      ids.push(...('results' in answer ? answer.results : [answer]).map(({id}) => Number(id)))
    },
  )
  if (ids.length < count) throw new Error(`only ${ids.length} of ${count} tasks could be made`)
  return ids
}

/** In turns, the control first and last in every second round; the ratio is that of neighbours. */
async function compare(
  servers: readonly [Server, Server],
  postgres: number,
  operation: string,
  clients: number,
  requests: Requests,
): Promise<Comparison> {
  const rounds: [Figures, Figures][] = []
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 === 0 ? [0, 1] : [1, 0]
    const figures: Figures[] = []
    for (const at of order) figures[at] = await measure(servers[at]!, postgres, clients, requests)
    rounds.push(figures as [Figures, Figures])
  }
  return {operation, clients, rounds: rounds.map(([control, todo5]) => ({control, todo5}))}
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

async function startControl(databaseUrl: string): Promise<{child: ChildProcess; server: Server}> {
  const client = new Client({connectionString: databaseUrl})
  await client.connect()
  await client.query('create database control')
  await client.end()
  const url = new URL(databaseUrl)
  url.pathname = '/control'
  const child = spawn(process.execPath, [join(import.meta.dirname, 'control.ts')], {
    env: {PATH: process.env['PATH'], DATABASE_URL: url.href},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(child.stdout)) {
    const target = {url: `http://127.0.0.1:${line}`, headers: {'x-user': randomUUID()}}
    return {child, server: {target, pid: child.pid!, tasks: '/tasks', batches: false}}
  }
  throw new Error('the control did not start')
}
