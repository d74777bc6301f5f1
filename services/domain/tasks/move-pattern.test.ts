import {expect, test} from 'vitest'
import {movePattern} from './move-pattern.ts'

// 1 December 2036 is a Monday.
const moved = (pattern: string, to: string, from = '2036-12-01T09:00Z') =>
  movePattern(pattern, Date.parse(from), Date.parse(to))

test.each([
  ['FREQ=DAILY', '2036-12-01T17:30Z', 'FREQ=DAILY'],
  ['FREQ=DAILY;INTERVAL=3;COUNT=5', '2036-12-02T09:00Z', 'FREQ=DAILY;INTERVAL=3;COUNT=5'],
  ['FREQ=WEEKLY', '2036-12-03T09:00Z', 'FREQ=WEEKLY'],
  ['FREQ=WEEKLY;BYDAY=MO', '2036-12-03T10:00Z', 'FREQ=WEEKLY;BYDAY=WE'],
  ['FREQ=WEEKLY;BYDAY=MO', '2036-12-07T10:00Z', 'FREQ=WEEKLY;BYDAY=SU'],
  ['FREQ=MONTHLY;BYMONTHDAY=1', '2036-12-15T09:00Z', 'FREQ=MONTHLY;BYMONTHDAY=15'],
  ['FREQ=MONTHLY', '2036-12-15T09:00Z', 'FREQ=MONTHLY'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', '2036-12-15T09:00Z', 'FREQ=MONTHLY;BYMONTHDAY=15'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', '2037-02-28T09:00Z', 'FREQ=MONTHLY;BYMONTHDAY=-1'],
  ['FREQ=YEARLY', '2036-12-24T09:00Z', 'FREQ=YEARLY'],
  ['FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1', '2037-02-03T09:00Z', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=3'],
])('%s goes to %s as %s', (pattern, to, expected) => {
  expect(moved(pattern, to)).toBe(expected)
})

test.each([
  ['FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0', 'FREQ=DAILY;BYHOUR=17;BYMINUTE=30;BYSECOND=0'],
  ['FREQ=WEEKLY;BYDAY=MO,TH', 'FREQ=WEEKLY;BYDAY=MO,TH'],
  ['FREQ=MONTHLY;BYDAY=1MO', 'FREQ=MONTHLY;BYDAY=1MO'],
])('another time of day is the new time of %s', (pattern, expected) => {
  expect(moved(pattern, '2036-12-01T17:30Z')).toBe(expected)
})

test('rules that choose among several days take a date of theirs, and no other', () => {
  expect(moved('FREQ=WEEKLY;BYDAY=MO,TH', '2036-12-04T09:00Z')).toBe('FREQ=WEEKLY;BYDAY=MO,TH')
  expect(moved('FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4', '2036-12-04T18:00Z')).toBe('FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4')
  expect(moved('FREQ=WEEKLY;BYDAY=MO,TH', '2036-12-03T09:00Z')).toBeNull()
  expect(moved('FREQ=MONTHLY;BYDAY=1MO', '2036-12-02T09:00Z')).toBeNull()
  expect(moved('FREQ=MONTHLY;BYDAY=1MO', '2037-01-05T09:00Z')).toBe('FREQ=MONTHLY;BYDAY=1MO')
  expect(moved('FREQ=YEARLY;BYMONTHDAY=1', '2036-12-02T09:00Z')).toBeNull()
  expect(moved('FREQ=DAILY;BYMONTH=12', '2037-01-02T09:00Z')).toBeNull()
  expect(moved('FREQ=DAILY;BYHOUR=9,18', '2036-12-01T18:00Z')).toBe('FREQ=DAILY;BYHOUR=9,18')
  expect(moved('FREQ=DAILY;BYHOUR=9,18', '2036-12-01T12:00Z')).toBeNull()
  expect(moved('FREQ=HOURLY;INTERVAL=2', '2036-12-01T12:00Z')).toBe('FREQ=HOURLY;INTERVAL=2')
})
