/**
 * `npm run bench -- scale`: many users with an open stream each, many tasks that repeat, and changes spread over all of
 * them; who was told what is compared with the audit log. Linux; loopback only.
 */
import {tmpdir} from 'node:os'
import {setTimeout as delay} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {Client} from 'pg'
import {memoryOf} from '../../../cli/supervisor/process-memory.ts'
import {LiveClient} from '../../support/live-client.ts'
import {LocalTarget} from '../../support/local-target.ts'
import {cpuOf, cpuOfFamily} from '../process-cpu.ts'
import {percentile} from '../statistics.ts'
import {surroundings} from '../surroundings.ts'
import {type CommittedChange, commits, eventsSince, lastEvent, settled} from './audit.ts'
import {compareDeliveries, type Told} from '../../support/live-deliveries.ts'
import {type LiveMemory, openLiveMemory} from './live-memory.ts'
import {type Latency, type Memory, type Report, print} from './report.ts'
import {completeAt} from './requests.ts'
import {type BenchUser, makeTasks, makeUsers} from './users.ts'

export {print}
export const usage = '[--users 1000] [--tasks 10000] [--rate 40] [--seconds 30] (2 minutes, Linux)'

const REST_SECONDS = 10
/** Streams that are being opened at once. */
const OPENING = 32

const started: (() => Promise<void>)[] = []

export async function stop(): Promise<void> {
  for (const end of started.splice(0).toReversed()) await end()
}

interface Wish {
  readonly users: number
  readonly tasks: number
  readonly rate: number
  readonly seconds: number
}

export async function run(args: readonly string[]): Promise<Report> {
  const {values} = parseArgs({
    args: [...args],
    options: {
      users: {type: 'string', default: '1000'},
      tasks: {type: 'string', default: '10000'},
      rate: {type: 'string', default: '40'},
      seconds: {type: 'string', default: '30'},
    },
  })
  const {users, tasks, rate, seconds} = values
  try {
    return await measure({users: Number(users), tasks: Number(tasks), rate: Number(rate), seconds: Number(seconds)})
  } finally {
    await stop()
  }
}

interface Running {
  readonly apiUrl: string
  readonly sql: Client
  readonly pid: number
  readonly postgres: number
}

/** On a disk, with the times of commits kept: they need a restart. */
async function up(): Promise<Running> {
  const local = await LocalTarget.create({base: tmpdir()})
  started.push(async () => await local.dispose())
  await local.up()
  const first = new Client({connectionString: (await local.state()).database_url!})
  await first.connect()
  await first.query('alter system set track_commit_timestamp = on')
  await first.end()
  await local.json('down')
  const {api_url: apiUrl} = await local.up()
  const {pid, postgres, database_url: url} = await local.state()
  const sql = new Client({connectionString: url!})
  await sql.connect()
  started.push(async () => await sql.end())
  return {apiUrl, sql, pid, postgres: postgres!.pid!}
}

async function measure(wish: Wish): Promise<Report> {
  const running = await up()
  const {apiUrl, sql, pid} = running
  const users = await makeUsers(sql, wish.users)
  const taskIds = await makeTasks(sql, users, wish.tasks)
  await settled(sql)
  const memory = await openLiveMemory(pid)
  started.push(async () => memory.close())
  const before = await atRest(pid, memory)
  const since = await lastEvent(sql)

  const messages: (Told & {readonly at: number})[] = []
  const opened = performance.now()
  const streams: LiveClient[] = []
  started.push(async () => {
    for (const stream of streams) stream.close()
  })
  const waiting = users.values()
  const opener = async (): Promise<void> => {
    for (const user of waiting)
      streams.push(await follow(apiUrl, user, (told) => messages.push({...told, at: Date.now()})))
  }
  await Promise.all(Array.from({length: OPENING}, opener))
  const open_ms = performance.now() - opened
  const open = await atRest(pid, memory)

  const changes = await change(running, wish, users, taskIds)
  await settled(sql)
  const events = await eventsSince(sql, since)
  // What has come by now has come; and whatever comes twice or to the wrong one may come later.
  await arrival(() => messages.length, events.length)
  const after = await used(pid, memory)
  const committed = await commits(sql)
  return {
    bench: 'scale',
    ...(await surroundings()),
    users: wish.users,
    tasks: wish.tasks,
    open_ms,
    memory: {before: before.memory, open: open.memory, after},
    rest_cpu_percent: {before: before.cpu, open: open.cpu},
    changes,
    ended: streams.filter(({ended}) => ended !== undefined).length,
    deliveries: compareDeliveries(events, messages),
    completed_ms: latency(committed, messages, ({id}) => `task.completed ${id}`),
    successor_ms: latency(committed, messages, ({successorId}) => `task.created ${successorId}`),
  }
}

const follow = async (apiUrl: string, {id: userId, apiKey}: BenchUser, tell: (told: Told) => void) =>
  await LiveClient.open({
    apiUrl,
    headers: {'x-api-key': apiKey},
    onTask: (message) => tell({userId, ...message}),
  })

async function atRest(pid: number, memory: LiveMemory): Promise<{memory: Memory; cpu: number}> {
  // What went before is done by then.
  await delay(5000)
  const begun = cpuOf(pid)
  await delay(REST_SECONDS * 1000)
  const cpu = (cpuOf(pid) - begun) / (REST_SECONDS * 10)
  return {memory: await used(pid, memory), cpu}
}

async function used(pid: number, memory: LiveMemory): Promise<Memory> {
  const live = await memory.bytes()
  return {process_bytes: (await memoryOf([pid])) ?? 0, live_bytes: live}
}

async function change(
  {apiUrl, pid, postgres}: Running,
  {rate, seconds}: Wish,
  users: readonly BenchUser[],
  taskIds: readonly (readonly number[])[],
): Promise<Report['changes']> {
  const before = {
    at: performance.now(),
    server: cpuOf(pid),
    database: cpuOfFamily(postgres),
    client: process.cpuUsage(),
  }
  const {completed, failures} = await completeAt(apiUrl, {rate, seconds}, (turn) => {
    const user = turn % users.length
    const taskId = taskIds[user]![Math.floor(turn / users.length)]
    return taskId === undefined ? undefined : {apiKey: users[user]!.apiKey, taskId}
  })
  const elapsed = performance.now() - before.at
  const client = process.cpuUsage(before.client)
  const percent = (cpuMs: number): number => (cpuMs / elapsed) * 100
  return {
    per_second: rate,
    seconds: elapsed / 1000,
    completed,
    failures,
    server_cpu_percent: percent(cpuOf(pid) - before.server),
    database_cpu_percent: percent(cpuOfFamily(postgres) - before.database),
    client_cpu_percent: percent((client.user + client.system) / 1000),
  }
}

/** Until so many have come, at most 30 s; then three seconds more. */
async function arrival(count: () => number, expected: number): Promise<void> {
  const until = performance.now() + 30_000
  while (count() < expected && performance.now() < until) await delay(100)
  await delay(3000)
}

function latency(
  committed: readonly CommittedChange[],
  messages: readonly (Told & {readonly at: number})[],
  keyOf: (change: CommittedChange) => string,
): Latency {
  const arrived = new Map(messages.map(({type, id, at}) => [`${type} ${id}`, at]))
  const waits = committed
    .map((change) => (arrived.get(keyOf(change)) ?? Number.NaN) - change.at)
    .filter((wait) => !Number.isNaN(wait))
    .toSorted((a, b) => a - b)
  return {p50: percentile(waits, 0.5), p99: percentile(waits, 0.99), max: percentile(waits, 1)}
}
