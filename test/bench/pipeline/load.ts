import {setTimeout as delay} from 'node:timers/promises'
import type {Pool} from 'pg'
import {COMPLETE, EVENTS_OF_COMPLETION} from './rows.ts'

const TICK_MS = 10

/**
 * Completes at a steady rate, each completion a transaction of its own, whatever the pipeline makes of it. A series is
 * completed again when all others were; resolves when the last one is committed.
 */
export async function steadyLoad(
  pool: Pool,
  series: readonly string[],
  load: {run: string; eventsPerSecond: number; seconds: number},
): Promise<void> {
  const begun = performance.now()
  const total = Math.round((load.eventsPerSecond * load.seconds) / EVENTS_OF_COMPLETION)
  const under: Promise<unknown>[] = []
  for (let sent = 0; sent < total;) {
    const due = Math.ceil(((performance.now() - begun) * load.eventsPerSecond) / EVENTS_OF_COMPLETION / 1000)
    for (; sent < Math.min(due, total); sent++) {
      const ids = [series[sent % series.length]]
      under.push(pool.query({name: 'complete', text: COMPLETE, values: [ids, load.run]}))
    }
    await delay(TICK_MS)
  }
  await Promise.all(under)
}

/** Completes one open task of each series, all in one transaction. */
export async function backlog(pool: Pool, series: readonly string[], run: string): Promise<void> {
  await pool.query(COMPLETE, [series, run])
}
