import {expect, test} from 'vitest'
import {comingOf} from './coming.ts'
import {someTask} from '../../../../contracts/testing/some-task.ts'

const daily = someTask({
  id: 1,
  due_at: '2026-11-20T08:00:00Z',
  occurrence_at: '2026-11-20T08:00:00Z',
  recurring_pattern: 'FREQ=DAILY',
  series_id: 1,
})
const days = (from: string, until: string, task = daily) =>
  comingOf([task], {from: Date.parse(from), until: Date.parse(until)}).map(({at}) =>
    new Date(at).toISOString().slice(5, 10),
  )

test('the dates after the open one, within the days that are shown', () => {
  expect(days('2026-11-23T00:00:00Z', '2026-11-26T00:00:00Z')).toEqual(['11-23', '11-24', '11-25'])
})

test('not behind the end of the series, nor of one that is done', () => {
  const ended = {...daily, recurring_end_date: '2026-11-24T08:00:00Z'}
  expect(days('2026-11-23T00:00:00Z', '2026-11-26T00:00:00Z', ended)).toEqual(['11-23', '11-24'])
  expect(days('2026-11-23T00:00:00Z', '2026-11-26T00:00:00Z', {...daily, completed_at: daily.due_at})).toEqual([])
})

test('at most fifteen of one', () => {
  const hourly = {...daily, recurring_pattern: 'FREQ=HOURLY'}
  expect(days('2026-11-20T00:00:00Z', '2026-12-26T00:00:00Z', hourly)).toHaveLength(15)
})
