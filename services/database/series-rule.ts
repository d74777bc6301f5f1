import type {SeriesRule} from '../domain/tasks/next-occurrence.ts'
import type {Series} from './entities/series.ts'

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
