import type {Database} from '../database/database.ts'
import {query, toNumber} from '../database/query.ts'
import type {Logger} from '../runtime/logger.ts'
import type {Metrics} from '../runtime/metrics.ts'
import {type Periodic, periodic} from '../runtime/periodic.ts'

/** Of `todo.occurrences_ahead`. */
const DAYS = ['-1', '0', '1', '2', '3', '4', '5', '6', '7'] as const

/** Counts what lies ahead of all users, by day, as a gauge. Every day is always there, so that an empty one is 0. */
export function createOccurrencesAhead({
  database,
  logger,
  metrics,
  everyMs,
}: {
  readonly database: Database
  readonly logger: Logger
  readonly metrics: Metrics
  readonly everyMs: number
}): Periodic {
  const gauge = metrics.gauge(
    'open_occurrences',
    'Open occurrences of series by the day that they are due, in 24 hours from now: 0 to 6, -1 = overdue, 7 = later.',
    ['day'],
  )
  return periodic({
    name: 'count of what lies ahead',
    logger,
    idleMs: everyMs,
    work: async () => {
      const rows = await database.acrossUsers(async (tx) =>
        query<{day: number; occurrences: string}>(tx, 'select * from todo.occurrences_ahead()'),
      )
      const counts = new Map(rows.map(({day, occurrences}) => [String(day), toNumber(occurrences)]))
      for (const day of DAYS) gauge.set({day}, counts.get(day) ?? 0)
      return 'idle'
    },
  })
}
