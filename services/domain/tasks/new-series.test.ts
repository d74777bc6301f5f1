import {expect, test} from 'vitest'
import {type SeriesRequest, newSeries} from './new-series.ts'

const at = (text: string): number => Date.parse(text)
const request = (pattern: string, changes: Partial<SeriesRequest> = {}): SeriesRequest => ({
  pattern,
  dueAt: at('2026-12-01T09:00Z'),
  endDate: null,
  anchor: 'due',
  catchUp: 'once',
  now: at('2026-11-20T10:30Z'),
  ...changes,
})
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString().slice(0, 16))

test('the first task keeps its due date, also when it is no occurrence, and COUNT then counts it', () => {
  const onTheRule = newSeries(request('FREQ=WEEKLY;BYDAY=TU;COUNT=3')) // 1 December 2026 is a Tuesday
  expect([iso(onTheRule.firstAt), iso(onTheRule.endAt)]).toEqual(['2026-12-01T09:00', '2026-12-15T09:00'])
  const beside = newSeries(request('FREQ=WEEKLY;BYDAY=FR;COUNT=3'))
  expect([iso(beside.firstAt), iso(beside.endAt)]).toEqual(['2026-12-01T09:00', '2026-12-11T09:00'])
  const single = newSeries(request('FREQ=WEEKLY;BYDAY=FR;COUNT=1'))
  expect(iso(single.endAt)).toBe('2026-12-01T09:00')
})

test('without a due date it starts at the first match after now', () => {
  expect(iso(newSeries(request('FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0', {dueAt: null})).firstAt)).toBe(
    '2026-11-21T09:00',
  )
})

test('the end is the earliest of COUNT, UNTIL and recurring_end_date', () => {
  expect(iso(newSeries(request('FREQ=DAILY;UNTIL=20261210T000000Z')).endAt)).toBe('2026-12-10T00:00')
  expect(iso(newSeries(request('FREQ=DAILY;UNTIL=20261210T000000Z', {endDate: at('2026-12-05T00:00Z')})).endAt)).toBe(
    '2026-12-05T00:00',
  )
  expect(newSeries(request('FREQ=DAILY')).endAt).toBeNull()
})

test('patterns in words are stored as the rule that they mean', () => {
  expect(newSeries(request('monthly on the last friday')).rule).toBe('FREQ=MONTHLY;BYDAY=-1FR')
})

test.each([
  ['FREQ=DAILY;INTERVAL=0', {}, 'rrule_range'],
  ['every blue moon', {}, 'rrule_words'],
  ['FREQ=DAILY;UNTIL=20200101T000000Z', {}, 'rrule_ended'],
  ['FREQ=DAILY;UNTIL=20200101T000000Z', {dueAt: null}, 'rrule_never'],
  ['FREQ=WEEKLY;BYDAY=MO', {anchor: 'completion' as const}, 'rrule_combination'],
])('%s %o is refused with its reason and a hint', (pattern, changes, code) => {
  let thrown: unknown
  try {
    newSeries(request(pattern, changes))
  } catch (error) {
    thrown = error
  }
  expect(thrown).toMatchObject({
    kind: 'invalid',
    faults: [{field: 'recurring_pattern', code, hint: expect.stringMatching(/\w/u)}],
  })
})
