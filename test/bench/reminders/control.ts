/**
 * The floor to which reminders are compared: jobs of graphile-worker with the same times, which only note when they ran; no
 * rows of tasks, no mail, no events. `DATABASE_URL=… node control.ts COUNT SPREAD_SECONDS` prints what it found as JSON.
 */
import {setTimeout as delay} from 'node:timers/promises'
import {Logger, makeWorkerUtils, run} from 'graphile-worker'
import {percentile} from '../statistics.ts'
import type {Lateness} from './lateness.ts'

const CONCURRENCY = 24
const POLL_MS = 1000
const BATCH = 500
const LEAD_MS = 6000

const [count, spread] = process.argv.slice(2).map(Number) as [number, number]
const connectionString = process.env['DATABASE_URL']!
const logger = new Logger(() => () => undefined)
const jobs = await makeWorkerUtils({connectionString, logger})
await jobs.migrate()
const first = Math.ceil((Date.now() + LEAD_MS) / 1000) * 1000
const due = Array.from({length: count}, (_, n) => first + (n % spread) * 1000)
for (let from = 0; from < count; from += BATCH) {
  await jobs.addJobs(
    due.slice(from, from + BATCH).map((at) => ({identifier: 'remind', payload: {at}, runAt: new Date(at)})),
  )
}
const waits: number[] = []
const worker = await run({
  connectionString,
  logger,
  noHandleSignals: true,
  concurrency: CONCURRENCY,
  pollInterval: POLL_MS,
  preset: {worker: {localQueue: {size: BATCH}, completeJobBatchDelay: 0}},
  taskList: {
    remind: async (payload) => void waits.push(Date.now() - (payload as {at: number}).at),
  },
})
const giveUpAt = first + (spread + 60) * 1000
while (waits.length < count && Date.now() < giveUpAt) await delay(100)
await worker.stop()
await jobs.release()
waits.sort((a, b) => a - b)
const figures: Lateness = {
  p50_ms: percentile(waits, 0.5),
  p99_ms: percentile(waits, 0.99),
  max_ms: waits.at(-1) ?? Number.NaN,
  early: waits.filter((wait) => wait < 0).length,
}
console.log(JSON.stringify(figures))
