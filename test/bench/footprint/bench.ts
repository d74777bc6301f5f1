/**
 * `npm run bench -- footprint`: how long `todo5 up` takes, and what it needs when nothing happens and at a steady rate of events
 * (the load of the pipeline bench).
 */
import {randomUUID} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {setTimeout as delay} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {Client, Pool} from 'pg'
import type {LocalTarget} from '../../support/local-target.ts'
import {onLocalTarget} from '../on-local-target.ts'
import {steadyLoad} from '../pipeline/load.ts'
import {arrived, lastAudit, makeSeries, prepare} from '../pipeline/rows.ts'
import {cpuOf, cpuOfFamily} from '../process-cpu.ts'
import {surroundings} from '../surroundings.ts'
import type {Need, Report} from './report.ts'

export {print} from './report.ts'

export const usage = '[--rate EVENTS_PER_SECOND] [--seconds N] (2 minutes, Linux)'

const WARM_STARTS = 5
const REST_SECONDS = 20
/** What waits when the load has ended must be through after this. */
const DRAIN_SECONDS = 60

export const {run, stop} = onLocalTarget<Report>(async (local, args) => {
  const {values} = parseArgs({
    args: [...args],
    options: {rate: {type: 'string', default: '1000'}, seconds: {type: 'string', default: '20'}},
  })
  const cold_start_ms = await timed(async () => await local.up())
  const warm_start_ms: number[] = []
  for (let round = 0; round < WARM_STARTS; round++) {
    await local.json('down')
    warm_start_ms.push(await timed(async () => await local.up()))
  }
  // What a start leaves to do is done by then.
  await delay(5000)
  const at_rest = await needOf(local, async () => await delay(REST_SECONDS * 1000))
  const load = {eventsPerSecond: Number(values.rate), seconds: Number(values.seconds)}
  const under_load = await underLoad(local, load)
  return {
    bench: 'footprint',
    ...(await surroundings()),
    cold_start_ms,
    warm_start_ms: warm_start_ms.toSorted((a, b) => a - b),
    at_rest,
    under_load,
  }
})

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

async function underLoad(
  local: LocalTarget,
  load: {eventsPerSecond: number; seconds: number},
): Promise<Report['under_load']> {
  const {database_url: connectionString} = await local.state()
  const client = new Client({connectionString: connectionString!})
  const pool = new Pool({connectionString: connectionString!, max: 4})
  await client.connect()
  try {
    await prepare(client)
    const series = await makeSeries(client, load.eventsPerSecond * 5, 12)
    const [since, wanted, begun] = [await lastAudit(client), load.eventsPerSecond * load.seconds, performance.now()]
    const processes = await needOf(local, async () => {
      await steadyLoad(pool, series, {run: randomUUID(), ...load})
      while (
        (await arrived(client, since)) < wanted &&
        performance.now() < begun + (load.seconds + DRAIN_SECONDS) * 1000
      )
        await delay(50)
    })
    const seconds = (performance.now() - begun) / 1000
    return {asked: load.eventsPerSecond, events_per_second: (await arrived(client, since)) / seconds, processes}
  } finally {
    await Promise.all([client.end(), pool.end()])
  }
}

/** CPU over the whole of `work`, and the most memory of what was seen each second. */
async function needOf(local: LocalTarget, work: () => Promise<void>): Promise<Need[]> {
  const {pid, postgres} = await local.state()
  const cpu = () => ({todo5: cpuOf(pid), postgresql: cpuOfFamily(postgres!.pid!)})
  const memory = {todo5: 0, postgresql: 0}
  const look = async () => {
    const others = (await local.root.processes()).filter((other) => other.pid !== pid)
    memory.todo5 = Math.max(memory.todo5, memoryOf(pid))
    memory.postgresql = Math.max(
      memory.postgresql,
      others.reduce((sum, other) => sum + memoryOf(other.pid), 0),
    )
  }
  const [before, begun] = [cpu(), performance.now()]
  let done = false
  const worked = work().finally(() => (done = true))
  while (!done) {
    await look()
    await Promise.race([delay(1000), worked])
  }
  await worked
  const [after, elapsed] = [cpu(), performance.now() - begun]
  return (['todo5', 'postgresql'] as const).map((name) => ({
    process: name,
    memory_bytes: memory[name],
    cpu_percent: ((after[name] - before[name]) / elapsed) * 100,
  }))
}

/** Its own and its part of what it shares (PSS), bytes; 0 when it has ended meanwhile. */
function memoryOf(pid: number): number {
  try {
    return Number(/^Pss: +(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))![1]) * 1024
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0
    throw error
  }
}
