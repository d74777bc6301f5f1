import type {SeriesRule} from '../domain/tasks/next-occurrence.ts'
import type {Series} from './entities/series.ts'
import {toDate, toDateOrNull} from './query.ts'

/** The row of a series as the pure functions know it. */
export const seriesRule = (series: Series): SeriesRule => ({
  rule: series.rule,
  startAt: series.start_at.getTime(),
  endAt: series.end_at?.getTime() ?? null,
  anchor: series.anchor,
  catchUp: series.catch_up,
  excludedAt: series.excluded_at.map((at) => new Date(at).getTime()),
  countLeft: series.count_left ?? null,
})

/** Columns of todo.series as the driver gives them. */
export interface SeriesRuleRow {
  readonly rule: string
  readonly start_at: string
  readonly end_at: string | null
  readonly anchor: 'due' | 'completion'
  readonly catch_up: 'once' | 'each'
  readonly excluded_at: readonly string[]
  readonly count_left: number | null
}

/** The same of a row that was read without an entity. */
export const seriesRuleOfRow = (row: SeriesRuleRow): SeriesRule => ({
  rule: row.rule,
  startAt: toDate(row.start_at).getTime(),
  endAt: toDateOrNull(row.end_at)?.getTime() ?? null,
  anchor: row.anchor,
  catchUp: row.catch_up,
  excludedAt: row.excluded_at.map((at) => toDate(at).getTime()),
  countLeft: row.count_left,
})
