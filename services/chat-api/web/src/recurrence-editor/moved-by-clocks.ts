import type {SeriesResponse} from '../../../../contracts/history.ts'
import {instantOfLocal, offsetAt} from '../../../../domain/recurrence/index.ts'
import {timeText} from './local-day.ts'

/** A clock change counts as news for so many occurrences. */
const NEWS_FOR = 3

export interface MovedByClocks {
  /** "09:00": the time of day before the clocks changed. */
  readonly was: string
  readonly is: string
  /** The due date (ms) that brings the old time of day back. */
  readonly dueAtAsBefore: number
}

/**
 * Whether the clocks changed under a series: the same time in UTC as its last occurrences, and another on the user's
 * clock. Null when not, or when that is old news.
 */
export function movedByClocks({occurrences}: Pick<SeriesResponse, 'occurrences'>, zone: string): MovedByClocks | null {
  const open = occurrences.find(({state}) => state === 'open')
  if (!open) return null
  const at = Date.parse(open.occurrence_at)
  const before = occurrences
    .filter(({state}) => state !== 'open')
    .slice(0, NEWS_FOR)
    .map(({occurrence_at: then}) => Date.parse(then))
    .find((then) => offsetAt(zone, then) !== offsetAt(zone, at))
  if (before === undefined || timeText(before) !== timeText(at)) return null
  const by = offsetAt(zone, before) - offsetAt(zone, at)
  const local = at + offsetAt(zone, at)
  return {was: timeText(local + by), is: timeText(local), dueAtAsBefore: instantOfLocal(zone, local + by)}
}
