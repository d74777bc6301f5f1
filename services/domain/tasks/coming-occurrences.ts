import {type SeriesRule, nextOccurrence} from './next-occurrence.ts'

/**
 * The next dates of a series, at most `limit`, if everything is done on time from now on; ms, UTC, ascending. `newest` is
 * its newest occurrence, `closedAt` null while that is open.
 */
export function comingOccurrences(
  series: SeriesRule,
  newest: {readonly occurrenceAt: number; readonly closedAt: number | null},
  now: number,
  limit: number,
): number[] {
  const coming: number[] = []
  let {countLeft} = series
  let at = newest.occurrenceAt
  let closedAt = newest.closedAt ?? Math.max(at, now)
  while (coming.length < limit) {
    const next = nextOccurrence({...series, countLeft}, at, closedAt)
    if (next === null) break
    coming.push(next)
    if (countLeft !== null) countLeft--
    at = next
    closedAt = next
  }
  return coming
}
