import {setTimeout as delay} from 'node:timers/promises'
import {withDatabase} from '../support/faults/compare-book.ts'
import type {ChaosTarget} from './chaos-target.ts'
import type {Story} from './load.ts'

const LOOK_EVERY_MS = 100
/** Nothing of todo5 waits that long; a machine that stands still may. */
const GIVE_UP_AFTER_MS = 240_000

/**
 * Until all is well: every process says so, of each prober a new completion is followed and recorded, and a new reminder came
 * as a mail.
 */
export async function recover(target: ChaosTarget, probers: readonly Story[]): Promise<void> {
  const deadline = performance.now() + GIVE_UP_AFTER_MS
  const until = async (what: string, look: () => Promise<boolean>): Promise<void> => {
    for (;;) {
      if (await look().catch(unlessAway)) return
      if (performance.now() > deadline) throw new Error(`not well again after ${GIVE_UP_AFTER_MS / 1000} s: ${what}`)
      await delay(LOOK_EVERY_MS)
    }
  }
  await Promise.all([
    until('a process is not well', async () => await target.isWell()),
    (async () => {
      const ids = await Promise.all(probers.map(async (prober) => await prober.completeDaily()))
      await until('a completion is not followed or not recorded', async () => await areFollowed(target, ids))
    })(),
    (async () => {
      const titles = await Promise.all(probers.map(async (prober) => await prober.remindNow()))
      await until('a reminder has not come', async () => {
        const mails = await target.mails.all()
        return titles.every((title) => mails.some(({text}) => text.includes(title)))
      })
    })(),
  ])
}

async function areFollowed(target: ChaosTarget, ids: readonly number[]): Promise<boolean> {
  return await withDatabase(await target.databaseUrl(), async (client) => {
    const {rows} = await client.query(
      `select distinct a.task_id from todo.audit_logs a join todo.tasks t on t.predecessor_id = a.task_id
       where a.task_id = any ($1::bigint[]) and a.event_type = 'task.completed'`,
      [ids],
    )
    return rows.length === ids.length
  })
}

/** The database refuses, breaks off or starts, or a state file is not there: not yet. */
export function unlessAway(error: unknown): false {
  const {code, message} = error as {code?: string; message?: string}
  const away = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03', '53100', '53300'].includes(code ?? '')
  if (away || /^Connection terminated|^there is no .*\.json$/u.test(message ?? '')) return false
  throw error
}
