import {describe, expect, test} from 'vitest'
import {DomainError} from '../errors.ts'
import {zoneOf, type Zone} from './zone.ts'
import {parseDue} from './parse-due.ts'

const berlin = zoneOf('Europe/Berlin')
/** Friday 20 November 2026, 10:00 in Berlin. */
const now = Date.UTC(2026, 10, 20, 9)

async function parsed(text: string, zone: Zone = berlin, at = now): Promise<string> {
  const due = await parseDue(text, {zone, now: at})
  const instant = new Date(due.at).toISOString().replace('.000Z', 'Z')
  return due.hasTime ? instant : `${instant} (day)`
}

const DAY_END = 'T22:59:59Z (day)'

describe('a due date in Berlin, on Friday 20 November 2026 at 10:00', () => {
  test.each([
    // instants and dates as programs write them
    ['2026-12-01T09:00Z', '2026-12-01T09:00:00Z'],
    ['2026-12-01T09:00:30.5Z', '2026-12-01T09:00:30Z'],
    ['2026-12-01T09:00+05:30', '2026-12-01T03:30:00Z'],
    ['2026-12-01T09:00-0800', '2026-12-01T17:00:00Z'],
    ['2026-12-01T09:00', '2026-12-01T08:00:00Z'],
    ['2026-12-01 9:00', '2026-12-01T08:00:00Z'],
    ['2026-12-01', `2026-12-01${DAY_END}`],
    ['2026-07-01', '2026-07-01T21:59:59Z (day)'],
    // relative
    ['in 2 hours', '2026-11-20T11:00:00Z'],
    ['2h', '2026-11-20T11:00:00Z'],
    ['90 min', '2026-11-20T10:30:00Z'],
    ['in half an hour', '2026-11-20T09:30:00Z'],
    ['in an hour', '2026-11-20T10:00:00Z'],
    ['3d', `2026-11-23${DAY_END}`],
    ['in 3 days', `2026-11-23${DAY_END}`],
    ['in two weeks', `2026-12-04${DAY_END}`],
    ['in a fortnight', `2026-12-04${DAY_END}`],
    ['3 months', `2027-02-20${DAY_END}`],
    ['1 year', `2027-11-20${DAY_END}`],
    // days in words
    ['today', `2026-11-20${DAY_END}`],
    ['today 17:00', '2026-11-20T16:00:00Z'],
    ['tonight', '2026-11-20T19:00:00Z'],
    ['tonight at 8', '2026-11-20T19:00:00Z'],
    ['eod', `2026-11-20${DAY_END}`],
    ['end of week', `2026-11-22${DAY_END}`],
    ['end of month', `2026-11-30${DAY_END}`],
    ['tomorrow', `2026-11-21${DAY_END}`],
    ['tomorrow 9am', '2026-11-21T08:00:00Z'],
    ['tomorrow at 6', '2026-11-21T05:00:00Z'],
    ['tomorrow morning', '2026-11-21T08:00:00Z'],
    ['5pm tomorrow', '2026-11-21T16:00:00Z'],
    ['day after tomorrow', `2026-11-22${DAY_END}`],
    ['day after tomorrow 10:00', '2026-11-22T09:00:00Z'],
    ['yesterday', `2026-11-19${DAY_END}`],
    // weekdays
    ['friday', `2026-11-20${DAY_END}`],
    ['friday 8am', '2026-11-27T07:00:00Z'],
    ['friday at 11', '2026-11-20T10:00:00Z'],
    ['next friday', `2026-11-27${DAY_END}`],
    ['last friday', `2026-11-13${DAY_END}`],
    ['monday', `2026-11-23${DAY_END}`],
    ['wed at 17h', '2026-11-25T16:00:00Z'],
    ['next tuesday at half past nine', '2026-11-24T08:30:00Z'],
    ['sunday evening', '2026-11-22T17:00:00Z'],
    ['saturday noon', '2026-11-21T11:00:00Z'],
    // times alone
    ['8am', '2026-11-21T07:00:00Z'],
    ['11am', '2026-11-20T10:00:00Z'],
    ['17:30', '2026-11-20T16:30:00Z'],
    ['noon', '2026-11-20T11:00:00Z'],
    ['half past four', '2026-11-21T03:30:00Z'],
    ['12am', '2026-11-20T23:00:00Z'],
    // dates in words and numbers
    ['1 dec', `2026-12-01${DAY_END}`],
    ['dec 1 9:00', '2026-12-01T08:00:00Z'],
    ['3 july at 9am', '2027-07-03T07:00:00Z'],
    ['1 december 2027', `2027-12-01${DAY_END}`],
    ['24/12', `2026-12-24${DAY_END}`],
    ['24.12.', `2026-12-24${DAY_END}`],
    ['1.1.2027 8:30', '2027-01-01T07:30:00Z'],
    ['the 24th', `2026-11-24${DAY_END}`],
    ['on the 5th', `2026-12-05${DAY_END}`],
    ['the 31st 9:00', '2026-12-31T08:00:00Z'],
    ['29.2.', `2028-02-29${DAY_END}`],
    ['the first of december', `2026-12-01${DAY_END}`],
    ['last day of february', `2027-02-28${DAY_END}`],
    ['end of december 2027', `2027-12-31${DAY_END}`],
    ['first monday of december', `2026-12-07${DAY_END}`],
    ['the last friday of november at 8pm', '2026-11-27T19:00:00Z'],
    ['second tuesday of november', `2027-11-09${DAY_END}`],
    ['in 3 days at 9', '2026-11-23T08:00:00Z'],
    ['noon in 2 weeks', '2026-12-04T11:00:00Z'],
    ['1 dec at 9 in the evening', '2026-12-01T20:00:00Z'],
    ['tomorrow at quarter to nine', '2026-11-21T07:45:00Z'],
    ['tomorrow at quarter past 9 pm', '2026-11-21T20:15:00Z'],
    ["tomorrow at nine o'clock", '2026-11-21T08:00:00Z'],
    ['tomorrow at 2 at night', '2026-11-21T01:00:00Z'],
    ['tomorrow 9am UTC', '2026-11-21T09:00:00Z'],
    // a gap and an overlap of the clocks
    ['2027-03-28 02:30', '2027-03-28T01:30:00Z'],
    ['2026-10-25 02:30', '2026-10-25T00:30:00Z'],
  ])('%s', async (text, expected) => {
    expect(await parsed(text)).toBe(expected)
  })

  test.each([
    ['', 'invalid_date'],
    ['12', 'invalid_date'],
    ['0', 'invalid_date'],
    ['asap', 'invalid_date'],
    ['buy milk tomorrow', 'invalid_date'],
    ['friday and monday', 'invalid_date'],
    ['24th from 3 to 4:30pm', 'invalid_date'],
    ['2026-02-30', 'invalid_date'],
    ['2026-13-01', 'invalid_date'],
    ['2026-12-01 25:00', 'invalid_date'],
    ['29 feb 2027', 'invalid_date'],
    ['31.2.', 'invalid_date'],
    ['1969-12-31', 'invalid_date'],
    ['03/04', 'ambiguous_date'],
    ['3/4/2027 9:00', 'ambiguous_date'],
    ['next sunday', 'ambiguous_date'],
    ['1 dec 9', 'invalid_date'],
    ['fifth monday of february 2027', 'invalid_date'],
  ])('%j is refused as %s', async (text, code) => {
    const error = await parseDue(text, {zone: berlin, now}).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(DomainError)
    expect(error).toMatchObject({kind: 'invalid', code})
    expect((error as DomainError).hint).toBeTruthy()
  })
})

describe('in other zones', () => {
  test.each([
    ['tomorrow 9am', 'America/New_York', '2026-11-21T14:00:00Z'],
    ['tomorrow 9am', 'Asia/Kathmandu', '2026-11-21T03:15:00Z'],
    ['tomorrow', 'Pacific/Auckland', '2026-11-21T10:59:59Z (day)'],
    ['today', 'Pacific/Honolulu', '2026-11-20T09:59:59Z (day)'],
    ['friday 7am', 'Australia/Sydney', '2026-11-26T20:00:00Z'],
    ['2026-12-01', 'UTC', '2026-12-01T23:59:59Z (day)'],
  ])('%s in %s', async (text, zone, expected) => {
    expect(await parsed(text, zoneOf(zone))).toBe(expected)
  })

  test('two hours are two hours across a clock change', async () => {
    const before = Date.UTC(2027, 2, 28, 0, 30)
    expect(await parsed('in 2 hours', berlin, before)).toBe('2027-03-28T02:30:00Z')
    expect(await parsed('tomorrow 9am', berlin, Date.UTC(2027, 2, 27, 12))).toBe('2027-03-28T07:00:00Z')
  })

  test('a minute is a minute, and hours end on a whole one', async () => {
    expect(await parsed('in 1 minute', berlin, now + 50_000)).toBe('2026-11-20T09:01:50Z')
    expect(await parsed('in 1 hour', berlin, now + 50_000)).toBe('2026-11-20T10:00:00Z')
  })

  test('a month from the 31st is the last day of a shorter one', async () => {
    expect(await parsed('1 month', berlin, Date.UTC(2027, 0, 31, 12))).toBe(`2027-02-28${DAY_END}`)
  })
})
