import type {SeriesResponse} from '../../../../contracts/history.ts'
import {counted, dueDate} from '../time/day-words.ts'

/** A mark of the beat line. */
export type Beat = 'done' | 'skipped' | 'open' | 'coming'

const MARKS = 10

/** What was done, skipped, is open, and is to come; oldest first, at most ten. */
export function beatsOf({occurrences, coming}: Pick<SeriesResponse, 'occurrences' | 'coming'>): Beat[] {
  const known = occurrences.map(({state}): Beat => state).toReversed()
  const shown = known.slice(-Math.max(MARKS / 2, MARKS - coming.length))
  return [...shown, ...coming.map((): Beat => 'coming')].slice(0, MARKS)
}

/** The same in words: `3 done, 1 skipped, next Thu 26 Nov`. */
export function beatWords(
  {statistics, coming}: Pick<SeriesResponse, 'statistics' | 'coming'>,
  zone: string,
  now: number,
): string {
  const [next] = coming
  return [
    ...(statistics.done > 0 ? [`${statistics.done} done`] : []),
    ...(statistics.skipped > 0 ? [`${statistics.skipped} skipped`] : []),
    ...(statistics.missed > 0 ? [`${counted(statistics.missed, 'date')} missed`] : []),
    next === undefined ? 'nothing follows' : `then ${dueDate({at: Date.parse(next), hasTime: false}, zone, now)}`,
  ].join(', ')
}
