/**
 * The floor to which the pipeline of the local target is compared: a queue in a table, taken with SKIP LOCKED and deleted
 * in the same statement. As many rows as todo5 has deliveries, with its events; no order, no effect, nothing written.
 * `DATABASE_URL=… node control.ts COMPLETIONS EVENTS_PER_SECOND SECONDS` prints what it found as JSON; first a backlog is
 * taken, then what comes at a rate.
 */
import {setTimeout as delay} from 'node:timers/promises'
import {Pool} from 'pg'
import {percentile} from '../statistics.ts'

const WORKERS = 4
const BATCH = 100
const POLL_MS = 20
const DELIVERIES = 8
const EVENT = {
  event_id: '0198c0de-0000-7000-8000-000000000000',
  event_type: 'task.completed',
  event_version: '1.0',
  timestamp: '2031-05-05T09:00:00.000Z',
  user_id: '0198c0de-0000-7000-8000-000000000000',
  task_id: 123_456,
  payload: {task_version: 2, series_id: 12_345, occurrence_at: '2031-05-05T09:00:00.000Z'},
}

export interface ControlFigures {
  /** Deliveries ÷ 2: a completion of todo5 is 4 events and 8 deliveries. */
  readonly events_per_second: number
  /** From the insert to the delivery, at the rate, ms. */
  readonly p50_ms: number
  readonly p99_ms: number
  /** Per 1,000 events, at the backlog; of the workers, not of PostgreSQL. */
  readonly cpu_ms: number
}

const [completions, eventsPerSecond, seconds] = process.argv.slice(2).map(Number) as [number, number, number]
const pool = new Pool({connectionString: process.env['DATABASE_URL'], max: WORKERS + 4})
await pool.query(`
  create table if not exists queue (id bigint generated always as identity primary key, event jsonb not null,
    at timestamptz not null default clock_timestamp())`)
await pool.query('truncate queue')

const put = async (rows: number): Promise<unknown> =>
  pool.query({
    name: 'put',
    text: 'insert into queue (event) select $1::jsonb from generate_series(1, $2::int)',
    values: [JSON.stringify(EVENT), rows],
  })

const take = async (): Promise<{at: string}[]> =>
  (
    await pool.query<{at: string}>({
      name: 'take',
      text: `delete from queue where id in (select id from queue order by id limit $1 for update skip locked)
        returning event, (extract(epoch from clock_timestamp() - at) * 1000)::float8 as at`,
      values: [BATCH],
    })
  ).rows

/** Until `done` says so; answers with the ms that each row waited. */
async function work(done: () => boolean): Promise<number[]> {
  const waits: number[] = []
  await Promise.all(
    Array.from({length: WORKERS}, async () => {
      while (true) {
        const ended = done()
        const rows = await take()
        for (const {at} of rows) waits.push(Number(at))
        if (rows.length === 0 && ended) return
        if (rows.length === 0) await delay(POLL_MS)
      }
    }),
  )
  return waits
}

await put(completions * DELIVERIES)
await pool.query('analyze queue')
const cpuBefore = process.cpuUsage()
const begun = performance.now()
const drained = await work(() => true)
const events = drained.length / 2
const elapsed = (performance.now() - begun) / 1000
const {user, system} = process.cpuUsage(cpuBefore)

const pause = 1000 / (eventsPerSecond / 4)
const started = performance.now()
let sending = true
const sent = (async () => {
  for (let n = 0; n < (eventsPerSecond / 4) * seconds; n++) {
    await delay(Math.max(0, started + n * pause - performance.now()))
    void put(DELIVERIES)
  }
  sending = false
})()
const [waits] = await Promise.all([work(() => !sending), sent])
waits.sort((a, b) => a - b)
const figures: ControlFigures = {
  events_per_second: events / elapsed,
  p50_ms: percentile(waits, 0.5),
  p99_ms: percentile(waits, 0.99),
  cpu_ms: (user + system) / 1000 / (events / 1000),
}
await pool.end()
console.log(JSON.stringify(figures))
