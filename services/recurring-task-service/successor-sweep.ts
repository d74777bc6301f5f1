import type {Database} from '../database/database.ts'
import {query, toNumber} from '../database/query.ts'
import type {Logger} from '../runtime/logger.ts'
import type {Metrics} from '../runtime/metrics.ts'
import {type Periodic, periodic} from '../runtime/periodic.ts'
import {inSpan} from '../runtime/tracing.ts'
import type {SuccessorMaker} from './successor-maker.ts'

const BATCH = 200

export interface SweepOptions {
  readonly database: Database
  readonly logger: Logger
  readonly metrics: Metrics
  readonly makeSuccessors: SuccessorMaker
  readonly committed: () => void
  readonly everyMs: number
  /** Younger ones are left to their events. */
  readonly olderThanSeconds: number
}

/**
 * The net behind the events: an event in the dead letters, past its retention or lost with a broker's volume does not
 * end a series. Each hit is counted, because it means that something went wrong.
 */
export function createSuccessorSweep({
  database,
  logger,
  metrics,
  makeSuccessors,
  committed,
  everyMs,
  olderThanSeconds,
}: SweepOptions): Periodic {
  const hits = metrics.counter('successor_sweep_hits_total', 'Occurrences that no event had made, and the sweep made.')
  const failures = metrics.counter('successor_sweep_failures_total', 'Occurrences that the sweep could not make.')

  const without = metrics.gauge(
    'live_series_without_open_occurrence',
    'Series with something to follow and nothing open, after the last sweep; more than 0 needs somebody: todo5 recurrence check.',
  )

  // One transaction each: a series that fails must not hold up the others.
  const make = async (task: {id: number; userId: string}): Promise<number> => {
    try {
      const made = await inSpan('sweep', {kind: 'consumer', parent: null}, async () =>
        database.asUser(task.userId, async (tx) => makeSuccessors(tx, [task], 'sweep')),
      )
      hits.inc(made)
      if (made > 0)
        logger.warn({user_id: task.userId, task_id: task.id}, 'the sweep made an occurrence that no event had made')
      return made
    } catch (error) {
      failures.inc()
      logger.error({error, user_id: task.userId, task_id: task.id}, 'the sweep could not make an occurrence')
      return 0
    }
  }

  // A full batch is followed by the next one at once, behind it: those that cannot be made must not hide the others.
  let afterId = 0
  let left = 0
  return periodic({
    name: 'successor sweep',
    logger,
    idleMs: everyMs,
    work: async () => {
      const missing = await database.acrossUsers(async (tx) =>
        query<{task_id: string; user_id: string}>(tx, 'select * from todo.missing_successors($1, $2, $3)', [
          olderThanSeconds,
          afterId,
          BATCH,
        ]),
      )
      for (const row of missing) {
        if ((await make({id: toNumber(row.task_id), userId: row.user_id})) === 0) left++
      }
      if (missing.length > 0) committed()
      const last = missing.length === BATCH ? missing.at(-1) : undefined
      afterId = last ? toNumber(last.task_id) : 0
      if (!last) {
        without.set(left)
        left = 0
      }
      return last ? 'busy' : 'idle'
    },
  })
}
