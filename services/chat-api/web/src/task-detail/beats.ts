import type {SeriesResponse} from '../../../../contracts/history.ts'

export type Beat = 'done' | 'skipped' | 'open' | 'coming'

const MARKS = 10

/** The ten marks of a series, oldest first: what was, the open one, what is to come. */
export function beatsOf({occurrences, coming}: Pick<SeriesResponse, 'occurrences' | 'coming'>): Beat[] {
  const known: Beat[] = occurrences.map(({state}) => state).toReversed()
  const shown = known.slice(-Math.max(MARKS / 2, MARKS - coming.length))
  return [...shown, ...coming.map((): Beat => 'coming')].slice(0, MARKS)
}

/** "3 done, 1 skipped, next Thu 3 Dec, 09:00": the same to the ear; `next` in words, null when nothing follows. */
export function beatsInWords(
  {statistics: {done, skipped}}: Pick<SeriesResponse, 'statistics'>,
  next: string | null,
): string {
  const parts = [
    done > 0 && `${done} done`,
    skipped > 0 && `${skipped} skipped`,
    next === null ? 'nothing follows' : `next ${next}`,
  ]
  return parts.filter((part) => part !== false).join(', ')
}
