import {describe, expect, test} from 'vitest'
import {type SeriesRule, nextOccurrence} from './next-occurrence.ts'

const at = (text: string): number => Date.parse(text)
const series = (rule: string, start: string, changes: Partial<SeriesRule> = {}): SeriesRule => ({
  rule,
  startAt: at(start),
  endAt: null,
  anchor: 'due',
  catchUp: 'once',
  excludedAt: [],
  countLeft: null,
  ...changes,
})
const next = (rule: SeriesRule, occurrence: string, closed: string): string | null => {
  const found = nextOccurrence(rule, at(occurrence), at(closed))
  return found === null ? null : new Date(found).toISOString().slice(0, 16)
}

describe('anchor due', () => {
  const monday = series('FREQ=WEEKLY;BYDAY=MO', '2026-11-02T09:00Z')

  test.each([
    ['on time', '2026-11-02T09:00Z', '2026-11-02T10:00Z', '2026-11-09T09:00'],
    ['three weeks late: once, strictly in the future', '2026-11-02T09:00Z', '2026-11-25T10:00Z', '2026-11-30T09:00'],
    ['late, at the very second of an occurrence', '2026-11-02T09:00Z', '2026-11-09T09:00Z', '2026-11-16T09:00'],
    [
      'three days early: the one after, never the same again',
      '2026-11-09T09:00Z',
      '2026-11-06T10:00Z',
      '2026-11-16T09:00',
    ],
  ])('completed %s', (_name, occurrence, closed, expected) => {
    expect(next(monday, occurrence, closed)).toBe(expected)
  })

  test('catch_up each walks one by one', () => {
    expect(next({...monday, catchUp: 'each'}, '2026-11-02T09:00Z', '2026-11-25T10:00Z')).toBe('2026-11-09T09:00')
  })

  test('excluded occurrences are left out, and the end is the end', () => {
    const excludedAt = [at('2026-11-09T09:00Z'), at('2026-11-16T09:00Z')]
    expect(next({...monday, excludedAt}, '2026-11-02T09:00Z', '2026-11-02T09:00Z')).toBe('2026-11-23T09:00')
    expect(
      next({...monday, excludedAt, endAt: at('2026-11-22T00:00Z')}, '2026-11-02T09:00Z', '2026-11-02T09:00Z'),
    ).toBeNull()
    expect(next({...monday, endAt: at('2026-11-09T09:00Z')}, '2026-11-02T09:00Z', '2026-11-02T09:00Z')).toBe(
      '2026-11-09T09:00',
    )
  })

  test('the 31st never drifts', () => {
    const last = series('FREQ=MONTHLY;BYMONTHDAY=31', '2026-10-31T09:00Z')
    expect(next(last, '2026-10-31T09:00Z', '2026-11-15T09:00Z')).toBe('2026-12-31T09:00')
    expect(next(last, '2027-01-31T09:00Z', '2027-01-31T09:00Z')).toBe('2027-03-31T09:00')
  })
})

describe('anchor completion', () => {
  const everyThreeDays = series('FREQ=DAILY;INTERVAL=3', '2026-11-02T09:30Z', {anchor: 'completion'})

  test.each([
    ['late', '2026-11-02T09:30Z', '2026-11-20T23:59Z', '2026-11-23T09:30'],
    ['early', '2026-11-10T09:30Z', '2026-11-08T01:00Z', '2026-11-11T09:30'],
    ['so early that it would be itself', '2026-11-10T09:30Z', '2026-11-07T12:00Z', '2026-11-13T09:30'],
  ])('completed %s, it counts from the day of the completion', (_name, occurrence, closed, expected) => {
    expect(next(everyThreeDays, occurrence, closed)).toBe(expected)
  })

  test('a month after the 31st is the last day of the next month', () => {
    const monthly = series('FREQ=MONTHLY', '2026-10-31T09:00Z', {anchor: 'completion'})
    expect(next(monthly, '2027-01-31T09:00Z', '2027-01-31T08:00Z')).toBe('2027-02-28T09:00')
    const yearly = series('FREQ=YEARLY', '2028-02-29T09:00Z', {anchor: 'completion'})
    expect(next(yearly, '2028-02-29T09:00Z', '2028-02-29T08:00Z')).toBe('2029-02-28T09:00')
  })

  test('hours count from the minute of the completion', () => {
    const hourly = series('FREQ=HOURLY;INTERVAL=4', '2026-11-02T09:30Z', {anchor: 'completion'})
    expect(next(hourly, '2026-11-02T09:30Z', '2026-11-02T11:17Z')).toBe('2026-11-02T15:17')
  })

  test('nothing follows when the counter is used up', () => {
    expect(next({...everyThreeDays, countLeft: 1}, '2026-11-02T09:30Z', '2026-11-02T10:00Z')).not.toBeNull()
    expect(next({...everyThreeDays, countLeft: 0}, '2026-11-02T09:30Z', '2026-11-02T10:00Z')).toBeNull()
  })
})
