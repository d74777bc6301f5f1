import type {SeriesRule} from '../../domain/tasks/next-occurrence.ts'
import type {Transaction} from '../database.ts'
import {query, toDate, toDateOrNull, toNumber} from '../query.ts'

/** The newest occurrence of a live series, of whatever user. */
export interface SeriesOccurrence {
  readonly taskId: number
  readonly userId: string
  readonly seriesId: number
  readonly series: SeriesRule
  readonly occurrenceAt: Date
  /** When it was completed or skipped; null while it is open. */
  readonly closedAt: Date | null
  readonly nextOccurrence: Date | null
}

/** A page of all live series' newest occurrences, by task id. For operators: it looks across users. */
export async function seriesOccurrences(tx: Transaction, afterId: number, limit: number): Promise<SeriesOccurrence[]> {
  const rows = await query<{
    task_id: string
    user_id: string
    series_id: string
    rule: string
    start_at: string
    end_at: string | null
    anchor: 'due' | 'completion'
    catch_up: 'once' | 'each'
    excluded_at: string[]
    count_left: number | null
    occurrence_at: string
    closed_at: string | null
    next_occurrence: string | null
  }>(tx, 'select * from todo.series_occurrences($1, $2)', [afterId, limit])
  return rows.map((row) => ({
    taskId: toNumber(row.task_id),
    userId: row.user_id,
    seriesId: toNumber(row.series_id),
    series: {
      rule: row.rule,
      startAt: toDate(row.start_at).getTime(),
      endAt: toDateOrNull(row.end_at)?.getTime() ?? null,
      anchor: row.anchor,
      catchUp: row.catch_up,
      excludedAt: row.excluded_at.map((at) => toDate(at).getTime()),
      countLeft: row.count_left,
    },
    occurrenceAt: toDate(row.occurrence_at),
    closedAt: toDateOrNull(row.closed_at),
    nextOccurrence: toDateOrNull(row.next_occurrence),
  }))
}
