import {expect, test} from 'vitest'
import type {SeriesResponse} from '../../../../contracts/history.ts'
import {beatWords, beatsOf} from './beats.ts'

const occurrence = (state: 'open' | 'done' | 'skipped') => ({
  task_id: 1,
  occurrence_at: '2026-11-01T00:00:00Z',
  due_at: null,
  state,
  closed_at: null,
  late_seconds: null,
})
const series = (states: ('open' | 'done' | 'skipped')[], coming: string[]) => ({
  occurrences: states.map(occurrence),
  coming,
})
const statistics: SeriesResponse['statistics'] = {
  done: 3,
  skipped: 1,
  late: 0,
  missed: 0,
  current_streak: 0,
  longest_streak: 0,
  completion_rate: null,
}
const date = '2026-11-26T08:00:00Z'

test('ten marks at most, oldest first', () => {
  expect(beatsOf(series(['open', 'skipped', 'done'], [date, date]))).toEqual([
    'done',
    'skipped',
    'open',
    'coming',
    'coming',
  ])
  const long = beatsOf(
    series(
      ['open', ...Array.from({length: 20}, () => 'done' as const)],
      Array.from({length: 5}, () => date),
    ),
  )
  expect(long).toEqual(['done', 'done', 'done', 'done', 'open', ...Array.from({length: 5}, () => 'coming')])
})

test('in words', () => {
  const now = Date.parse('2026-11-22T10:00:00Z')
  expect(beatWords({statistics, coming: [date]}, 'Europe/Berlin', now)).toBe('3 done, 1 skipped, then Thu 26 Nov')
  expect(beatWords({statistics: {...statistics, done: 0, skipped: 0, missed: 1}, coming: []}, 'UTC', now)).toBe(
    '1 date missed, nothing follows',
  )
})
