import type {SeriesRule} from '../../domain/tasks/next-occurrence.ts'
import type {Transaction} from '../database.ts'
import {query, toDate, toDateOrNull, toNumber} from '../query.ts'
import {type SeriesRuleRow, seriesRuleOfRow} from '../series-rule.ts'

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

interface Row extends SeriesRuleRow {
  readonly task_id: string
  readonly user_id: string
  readonly series_id: string
  readonly occurrence_at: string
  readonly closed_at: string | null
  readonly next_occurrence: string | null
}

/** A page of all live series' newest occurrences, by task id. For operators: it looks across users. */
export async function seriesOccurrences(tx: Transaction, afterId: number, limit: number): Promise<SeriesOccurrence[]> {
  const rows = await query<Row>(tx, 'select * from todo.series_occurrences($1, $2)', [afterId, limit])
  return rows.map((row) => ({
    taskId: toNumber(row.task_id),
    userId: row.user_id,
    seriesId: toNumber(row.series_id),
    series: seriesRuleOfRow(row),
    occurrenceAt: toDate(row.occurrence_at),
    closedAt: toDateOrNull(row.closed_at),
    nextOccurrence: toDateOrNull(row.next_occurrence),
  }))
}
