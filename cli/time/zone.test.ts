import {afterAll, describe, expect, test} from 'vitest'
import {createComposition} from '../composition.ts'
import {ROOT} from '../testing/run-cli.ts'
import {dayAndTime, earlyOrLate, longDue, plainDue, shortDue, zoneLabel} from './show-time.ts'
import {
  daysBetween,
  endOfDay,
  instantOf,
  startOfDay,
  UTC,
  wallTime,
  type Zone,
} from '../../services/domain/dates/zone.ts'

const sink = {write: () => undefined, isTTY: false, columns: 80}
const composition = createComposition({root: ROOT, env: {}, terminal: {stdout: sink, stderr: sink}, now: () => 0})
const zoneOf = (name: string): Zone => composition.zone(name)
const ZONES = [
  'Pacific/Honolulu',
  'America/St_Johns',
  'UTC',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
]
const zoneBefore = process.env['TZ']
afterAll(() => {
  if (zoneBefore === undefined) delete process.env['TZ']
  else process.env['TZ'] = zoneBefore
})

describe.each(ZONES)('%s', (name) => {
  const zone = zoneOf(name)

  test('has the offsets that Intl has', () => {
    const format = new Intl.DateTimeFormat('en-GB', {timeZone: name, dateStyle: 'short', timeStyle: 'medium'})
    for (let at = Date.UTC(1971, 0, 1, 5); at < Date.UTC(2045, 0, 1); at += 11 * 86_400_000) {
      const {year, month, day, hour, minute, second} = wallTime(at, zone)
      const two = (number: number): string => String(number).padStart(2, '0')
      expect(format.format(at)).toBe(`${two(day)}/${two(month)}/${year}, ${two(hour)}:${two(minute)}:${two(second)}`)
    }
  })

  test('leads from a wall time back to its instant', () => {
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2028, 0, 1); at += 5 * 3_600_000 + 60_000) {
      const back = instantOf(wallTime(at, zone), zone)
      // Of two instants with the same wall time the first is meant.
      expect([wallTime(back, zone), back <= at]).toEqual([wallTime(at, zone), true])
    }
  })
})

test('a time that the clocks skip is as much later as they skip, and of two the first counts', () => {
  const berlin = zoneOf('Europe/Berlin')
  const at = (day: number, month: number, hour: number): number =>
    instantOf({year: 2027, month, day, hour, minute: 30, second: 0}, berlin)
  expect(at(28, 3, 2)).toBe(Date.UTC(2027, 2, 28, 1, 30))
  expect(at(31, 10, 2)).toBe(Date.UTC(2027, 9, 31, 0, 30))
})

test('a day has its own first and last second', () => {
  const auckland = zoneOf('Pacific/Auckland')
  const noon = Date.UTC(2026, 10, 20, 0)
  expect(startOfDay(noon, auckland)).toBe(Date.UTC(2026, 10, 19, 11))
  expect(startOfDay(noon, auckland, 1)).toBe(Date.UTC(2026, 10, 20, 11))
  expect(endOfDay({year: 2026, month: 11, day: 20}, auckland)).toBe(Date.UTC(2026, 10, 20, 10, 59, 59))
  expect(daysBetween(noon, Date.UTC(2026, 10, 20, 11), auckland)).toBe(1)
})

describe('due dates as they are shown', () => {
  const berlin = zoneOf('Europe/Berlin')
  const now = Date.UTC(2026, 10, 20, 9)
  const due = (text: string, hasTime = true) => ({at: Date.parse(text), hasTime})

  test.each([
    ['2026-11-20T08:59:00Z', '1 min late'],
    ['2026-11-20T06:00:00Z', '3 h late'],
    ['2026-11-18T09:00:00Z', '2 d late'],
    ['2026-11-20T16:00:00Z', 'today 17:00'],
    ['2026-11-26T08:00:00Z', 'Thu 09:00'],
    ['2026-11-27T08:00:00Z', '27 Nov'],
    ['2027-01-12T08:00:00Z', '12 Jan 2027'],
  ])('%s → %s', (text, shown) => {
    expect(shortDue(due(text), now, berlin)).toBe(shown)
    expect(shown.length).toBeLessThanOrEqual(13)
  })

  test('a whole day keeps its date where summer time moves its last second', () => {
    // Of a series that began in winter: 22:59:59 UTC, in summer 00:59:59 of the next day.
    expect(plainDue(due('2027-07-01T22:59:59Z', false), berlin)).toBe('2027-07-01')
    expect(dayAndTime(due('2027-07-01T22:59:59Z', false), now, berlin)).toBe('Thu 1 Jul 2027')
    expect(shortDue(due('2026-11-20T22:59:59Z', false), now, berlin)).toBe('today')
  })

  test('in full, with the zone and UTC', () => {
    expect(longDue(due('2026-11-26T08:00:00Z'), now, berlin)).toBe('Thu 26 Nov 2026 09:00 CET (08:00 UTC), in 6 days')
    expect(longDue(due('2026-11-26T08:00:00Z'), now, UTC)).toBe('Thu 26 Nov 2026 08:00 UTC, in 6 days')
    expect(longDue(due('2026-11-26T22:00:00Z'), now, zoneOf('Asia/Kathmandu'))).toBe(
      'Fri 27 Nov 2026 03:45 +05:45 (Thu 22:00 UTC), in 7 days',
    )
    expect(plainDue(due('2026-11-26T08:00:00Z'), berlin)).toBe('2026-11-26 09:00+01:00')
    expect(plainDue(due('2026-11-26T08:00:00Z'), UTC)).toBe('2026-11-26 08:00Z')
  })

  test('early, late, and neither', () => {
    const done = Date.UTC(2026, 10, 20, 9)
    expect(earlyOrLate(due('2026-11-23T09:00:00Z'), done, berlin)).toBe('3 days early')
    expect(earlyOrLate(due('2026-11-19T09:00:00Z'), done, berlin)).toBe('1 day late')
    expect(earlyOrLate(due('2026-11-20T07:00:00Z'), done, berlin)).toBe('2 h late')
    expect(earlyOrLate(due('2026-11-20T09:00:30Z'), done, berlin)).toBe('')
    expect(earlyOrLate(due('2026-11-20T22:59:59Z', false), done, berlin)).toBe('')
  })

  test('zones by their names in English, or by their offset', () => {
    expect(zoneLabel(now, berlin)).toBe('CET')
    expect(zoneLabel(Date.UTC(2027, 6, 1), zoneOf('America/New_York'))).toBe('EDT')
    expect(zoneLabel(now, zoneOf('Asia/Kathmandu'))).toBe('+05:45')
  })
})

test('what is no zone is refused', () => {
  expect(() => zoneOf('Mars/Olympus')).toThrow('There is no time zone Mars/Olympus.')
  expect(() => zoneOf('../../etc/passwd')).toThrow('There is no time zone')
})
