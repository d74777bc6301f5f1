import * as fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {formatRule} from './canonical.ts'
import {compileRecurrence} from './compile.ts'
import {describeRule} from './describe.ts'
import {explicitRule} from './explicit-rule.ts'
import {InvalidRecurrence} from './invalid-recurrence.ts'
import {firstInZone, toLocalRule, toUtcRule} from './local-rule.ts'
import type {StartedRule} from './move-rule.ts'
import {parseRule} from './parse-rule.ts'
import type {RecurrenceRule} from './rule.ts'
import {localOccurrences} from './testing/local-days.ts'
import {parseRecurrence, parseWords} from './words.ts'
import {instantOfLocal, offsetAt} from './zone-offset.ts'

const DAY = 86_400_000

/** From −10 to +13 hours, and the odd quarters of an hour. */
const ZONES = [
  'Pacific/Honolulu',
  'America/New_York',
  'America/St_Johns',
  'UTC',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Sydney',
  'Pacific/Auckland',
  'Pacific/Apia',
] as const

const PATTERNS = [
  'daily',
  'every 3 days',
  'weekdays',
  'weekends',
  'weekly on mon,thu',
  'weekly on sun, 7 times',
  'every second friday',
  'every 2 weeks on mon and sun',
  'every 3 weeks on sat, sun and mon, weeks starting on sunday',
  'monthly on the 1st',
  'monthly on the 2nd',
  'monthly on the 15th',
  'monthly on the 28th',
  'monthly on the 29th',
  'monthly on the 30th',
  'monthly on the 31st',
  'monthly on the last day',
  'monthly on the 2nd to last day',
  'monthly on the 1st and 15th',
  'monthly on the 15th and last day',
  'monthly on the 1st and last day',
  'monthly on the 29th or last day',
  'monthly on the 30th or last day',
  'monthly on the first monday',
  'monthly on the second tuesday',
  'monthly on the last friday',
  'monthly on the 2nd to last sunday',
  'monthly on the first and third monday',
  'monthly on the first monday and first thursday',
  'monthly on the first and last sunday',
  'every friday the 13th',
  'quarterly on the 1st',
  'quarterly on the 15th',
  'quarterly on the 31st',
  'every 2 months on the last day',
  'every 5 months on the 1st',
  'monthly on the 1st in june and july',
  'monthly on the 15th in january to march',
  'yearly on 24 december',
  'yearly on 1 january',
  'yearly on 31 december',
  'yearly on 28 february',
  'yearly on 29 february',
  'yearly on 1 march',
  'yearly on the last day of february',
  'yearly on the fourth thursday of november',
  'yearly on the last monday of may',
  'yearly on the first monday of february',
  'every 2 years on 1 january',
  'every 4 years on 31 december',
] as const

/** Said of a day before or after, these are no rule: refused where the date changes on the way to UTC. */
const WITHOUT_FORM = [
  'monthly on the fifth friday',
  'monthly on the first weekday',
  'monthly on the last weekday',
  'monthly on the first monday and third tuesday',
  'daily in june',
] as const

const TIMES = ['0:00', '0:30', '7:00', '9:30', '12:00', '18:15', '20:00', '23:30'] as const
const STARTS = [
  Date.UTC(2026, 10, 20, 12),
  Date.UTC(2027, 6, 1, 0, 30),
  Date.UTC(2028, 1, 29, 3),
  Date.UTC(2026, 11, 31, 23, 59),
]

/**
 * The occurrences of the local rule, day by day on the local calendar, as UTC instants at the offset of the start that
 * is stored.
 */
function expected(rule: RecurrenceRule, zone: string, start: number, stored: number, end: number): number[] {
  const local = start + offsetAt(zone, start)
  const offset = offsetAt(zone, stored)
  const found = localOccurrences(explicitRule(rule, local), local, end + offset).map((at) => at - offset)
  return rule.count === null ? found : found.slice(0, rule.count)
}

function occurrences({rule, start}: StartedRule, from: number, end: number): number[] {
  return compileRecurrence({rule, start}).between(from, end, 100_000)
}

/** Converts, compares six years with the day-by-day reading, and reads back. */
function check(text: string, zone: string, start: number): void {
  const local = start + offsetAt(zone, start)
  const rule = parseWords(text)
  const utc = toUtcRule({rule, zone, start})
  const end = start + 6 * 366 * DAY
  const context = `${text} ${zone} ${new Date(start).toISOString()} ${formatRule(utc.rule)}`
  expect({context, at: occurrences(utc, 0, end)}).toEqual({context, at: expected(rule, zone, start, utc.start, end)})
  const back = toLocalRule({rule: utc.rule, zone, start: utc.start})
  expect({context, said: back && describeRule(back.rule, back.start, {zone: ''})}).toEqual({
    context,
    said: describeRule(rule, local, {zone: ''}),
  })
}

describe('a local rule', () => {
  it.each(ZONES)('in %s has the UTC rule with its occurrences, and comes back as it was typed', (zone) => {
    for (const [index, pattern] of PATTERNS.entries()) {
      for (const [at, time] of TIMES.entries())
        check(`${pattern} at ${time}`, zone, STARTS[(index + at) % STARTS.length]!)
    }
    expect.hasAssertions()
  })

  it.each(ZONES)(
    'in %s that has no UTC form is refused only where its date changes, with one that has a form',
    (zone) => {
      for (const pattern of WITHOUT_FORM) {
        for (const time of TIMES) {
          const text = `${pattern} at ${time}`
          const start = STARTS[0]!
          const fault = faultOf(() => check(text, zone, start))
          const offset = offsetAt(zone, start)
          const at = parseWords(text)
          const local = (at.byHour[0]! * 60 + at.byMinute[0]!) * 60_000
          const sameDate = Math.floor((local - offset) / DAY) === 0
          expect({text, refused: fault !== null}).toEqual({text, refused: fault !== null && !sameDate})
          if (fault === null) continue
          expect(fault.code).toBe('rrule_no_utc_form')
          const nearest = /"(.*)"/.exec(fault.hint)?.[1] ?? ''
          check(nearest, zone, start)
        }
      }
    },
  )

  it('keeps what its start implies', () => {
    const start = Date.UTC(2026, 10, 19, 20)
    for (const text of ['FREQ=MONTHLY', 'FREQ=WEEKLY;INTERVAL=2', 'FREQ=DAILY;INTERVAL=3']) {
      const utc = toUtcRule({rule: parseRule(text), zone: 'Australia/Sydney', start})
      expect([formatRule(utc.rule), utc.start]).toEqual([text, start])
    }
    const first = Date.UTC(2026, 10, 30, 20)
    const utc = toUtcRule({rule: parseRule('FREQ=MONTHLY'), zone: 'Australia/Sydney', start: first})
    expect(formatRule(utc.rule)).toBe('FREQ=MONTHLY;BYMONTHDAY=-1')
  })

  it('gives the known forms', () => {
    const form = (text: string, zone: string): string =>
      formatRule(toUtcRule({rule: parseWords(text), zone, start: STARTS[0]!}).rule)
    expect(form('first monday of the month at 7', 'Australia/Sydney')).toBe(
      'FREQ=MONTHLY;BYMONTHDAY=-1,1,2,3,4,5,6;BYDAY=SU;BYHOUR=20;BYMINUTE=0;BYSECOND=0',
    )
    expect(form('monthly on the last day at 20', 'America/New_York')).toBe(
      'FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=1;BYMINUTE=0;BYSECOND=0',
    )
    expect(form('weekly on mon at 9', 'Europe/Berlin')).toBe('FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0;BYSECOND=0')
    expect(form('every 15 minutes', 'Asia/Kolkata')).toBe('FREQ=MINUTELY;INTERVAL=15')
    expect(form('hourly', 'Asia/Kolkata')).toBe('FREQ=HOURLY')
    expect(form('daily at 7 and 17', 'Australia/Sydney')).toBe('FREQ=DAILY;BYHOUR=6,20;BYMINUTE=0;BYSECOND=0')
  })

  it('moves its start to the first occurrence only when an interval must be counted from there', () => {
    const start = Date.UTC(2026, 10, 20, 12)
    const zone = 'Australia/Sydney'
    expect(toUtcRule({rule: parseWords('every 2 days at 7'), zone, start}).start).toBe(Date.UTC(2026, 10, 21, 20))
    expect(toUtcRule({rule: parseWords('daily at 7'), zone, start}).start).toBe(start)
  })

  it('is fixed to the offset of its first occurrence when the start moves there', () => {
    const start = Date.UTC(2026, 10, 20, 12)
    const rule = parseWords('every 5 months on the 1st at 0:30')
    const utc = toUtcRule({rule, zone: 'Europe/Berlin', start})
    expect(new Date(utc.start).toISOString()).toBe('2027-03-31T22:30:00.000Z')
    expect(toLocalRule({...utc, zone: 'Europe/Berlin'})?.rule).toEqual(rule)
  })

  it('starts at its first occurrence on the clock', () => {
    const first = (text: string, zone: string, after: number): string | undefined => {
      const at = firstInZone({rule: parseWords(text), zone, after})
      return at === null ? undefined : new Date(at).toISOString()
    }
    const now = Date.UTC(2026, 9, 20, 12)
    expect(first('monthly on the 1st at 9', 'Europe/Berlin', now)).toBe('2026-11-01T08:00:00.000Z')
    expect(first('daily at 9', 'Europe/Berlin', now)).toBe('2026-10-21T07:00:00.000Z')
    expect(first('sundays at 2:30', 'Europe/Berlin', Date.UTC(2027, 2, 27))).toBe('2027-03-28T01:30:00.000Z')
    expect(first('daily until 1 june 2026', 'Europe/Berlin', now)).toBeUndefined()
  })

  it('ends with the local day', () => {
    const start = Date.UTC(2026, 10, 19, 20)
    const rule = parseWords('daily at 7 until 1 june 2027')
    const utc = toUtcRule({rule, zone: 'Australia/Sydney', start})
    expect(formatRule(utc.rule)).toMatch(/UNTIL=20270601T125959Z$/)
    expect(compileRecurrence({rule: utc.rule, start}).before(Date.UTC(2028, 0, 1))).toBe(Date.UTC(2027, 4, 31, 20))
    expect(toLocalRule({rule: utc.rule, zone: 'Australia/Sydney', start})?.rule).toEqual(rule)
  })

  it('shows a UTC rule that ends with a UTC day by the local date of its last occurrence', () => {
    const start = Date.UTC(2026, 10, 19, 20)
    const rule = parseRule('FREQ=DAILY;UNTIL=20270531')
    const local = toLocalRule({rule, zone: 'Australia/Sydney', start})!
    expect(describeRule(local.rule, local.start, {zone: ''})).toBe('every day at 07:00 until 1 June 2027')
  })

  it('shows at a later offset what the rule has become', () => {
    const start = Date.UTC(2026, 10, 23, 22, 30)
    const rule = parseRule('FREQ=WEEKLY;BYDAY=MO')
    const said = (at: number): string => {
      const local = toLocalRule({rule, zone: 'Europe/Berlin', start, at})!
      return describeRule(local.rule, local.start, {zone: ''})
    }
    expect(said(start)).toBe('every Monday at 23:30')
    expect(said(Date.UTC(2027, 5, 1))).toBe('every Tuesday at 00:30')
  })

  it('has no local form when a UTC rule cannot be said there, and no zone that does not exist', () => {
    const rule = parseRule('FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO')
    expect(toLocalRule({rule, zone: 'Australia/Sydney', start: Date.UTC(2026, 10, 19, 20)})).toBeNull()
    expect(faultOf(() => toLocalRule({rule, zone: 'Europe/Berln', start: 0}))?.code).toBe('rrule_time_zone')
    expect(faultOf(() => toUtcRule({rule, zone: 'Amsterdam', start: 0}))?.hint).toContain('Europe/Amsterdam')
    expect(
      faultOf(() => toUtcRule({rule: parseRule('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'), zone: 'UTC', start: 0}))?.code,
    ).toBe('rrule_never')
  })

  it('refuses times that fall on different days or minutes', () => {
    const start = STARTS[0]!
    const hint = (text: string, zone: string): string =>
      faultOf(() => toUtcRule({rule: parseRecurrence(text), zone, start}))?.hint ?? ''
    expect(hint('weekdays at 7 and 17', 'Australia/Sydney')).toContain('every weekday at 17:00')
    expect(hint('FREQ=DAILY;BYHOUR=9;BYMINUTE=0,30', 'Asia/Kolkata')).toContain('every day at 09:00')
    expect(hint('every hour on mon', 'Europe/Berlin')).not.toBe('')
  })
})

describe('any rule', () => {
  const part = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts)
  const list = (values: readonly (string | number)[]): fc.Arbitrary<string> =>
    fc.subarray([...values], {minLength: 1, maxLength: 3}).map((some) => some.join(','))
  const days = fc.oneof(
    fc
      .tuple(part('FREQ=WEEKLY', 'FREQ=DAILY', 'FREQ=MONTHLY'), list(['MO', 'WE', 'SA', 'SU']))
      .map(([freq, some]) => `${freq};BYDAY=${some}`),
    fc
      .tuple(part('FREQ=MONTHLY'), list([1, 2, 27, 28, 29, 31, -1, -2, -28]))
      .map(([freq, some]) => `${freq};BYMONTHDAY=${some}`),
    fc
      .tuple(part('FREQ=MONTHLY', 'FREQ=YEARLY'), list(['1MO', '4TU', '5WE', '-1SU', '-5MO', '2FR']))
      .map(([freq, some]) => `${freq};BYDAY=${some}`),
    fc
      .tuple(part('FREQ=YEARLY;BYMONTH=1', 'FREQ=YEARLY;BYMONTH=2,3'), list([1, 15, 28, 29, -1]))
      .map(([freq, some]) => `${freq};BYMONTHDAY=${some}`),
    fc.tuple(part('FREQ=MONTHLY;BYDAY=MO,TU,SA'), list([1, 2, -1])).map(([freq, some]) => `${freq};BYSETPOS=${some}`),
    part(
      'FREQ=DAILY',
      'FREQ=HOURLY',
      'FREQ=HOURLY;BYHOUR=8,9,10',
      'FREQ=MINUTELY;BYHOUR=22,23',
      'FREQ=HOURLY;BYDAY=MO',
    ),
  )
  const rules = fc
    .tuple(
      days,
      part('', ';INTERVAL=2', ';INTERVAL=4', ';INTERVAL=5'),
      part('6', '10,11', '0', '1,22'),
      part('0', '15', '0,30'),
    )
    .map(([text, interval, hour, minute]) => {
      const within = /HOURLY|MINUTELY/.test(text)
      const hours = within ? '' : `;BYHOUR=${hour}`
      return `${text}${interval}${hours}${text.includes('MINUTELY') ? '' : `;BYMINUTE=${minute}`}`
    })
  const starts = fc
    .integer({min: Date.UTC(2020, 0, 1) / 60_000, max: Date.UTC(2030, 0, 1) / 60_000})
    .map((minute) => minute * 60_000)

  it('is converted to the same occurrences or refused, and read back to the same occurrences', () => {
    let converted = 0
    fc.assert(
      fc.property(rules, fc.constantFrom(...ZONES), starts, (text, zone, start) => {
        const rule = parseRule(text)
        const end = start + (/HOURLY|MINUTELY/.test(text) ? 60 : 5 * 366) * DAY
        let utc: StartedRule
        try {
          utc = toUtcRule({rule, zone, start})
        } catch (error) {
          if (error instanceof InvalidRecurrence) return
          throw error
        }
        converted++
        const context = `${text} ${zone} ${new Date(start).toISOString()} ${formatRule(utc.rule)}`
        expect({context, at: occurrences(utc, 0, end)}).toEqual({
          context,
          at: expected(rule, zone, start, utc.start, end),
        })
        const offset = offsetAt(zone, utc.start)
        const back = toLocalRule({rule: utc.rule, zone, start: utc.start})!
        const again = occurrences(back, 0, end + offset).map((at) => at - offset)
        expect({context, at: again}).toEqual({context, at: occurrences(utc, 0, end)})
      }),
      {numRuns: 400, seed: 3},
    )
    expect(converted).toBeGreaterThan(200)
  })
})

describe('instantOfLocal', () => {
  const local = (text: string): number => Date.parse(`${text}Z`)
  it.each([
    ['2027-01-01T09:00', '2027-01-01T08:00Z', 'winter'],
    ['2027-07-01T09:00', '2027-07-01T07:00Z', 'summer'],
    ['2027-03-28T02:30', '2027-03-28T01:30Z', 'skipped: an hour later on the clock'],
    ['2027-03-28T01:59', '2027-03-28T00:59Z', 'just before the gap'],
    ['2027-03-28T03:00', '2027-03-28T01:00Z', 'just after the gap'],
    ['2027-10-31T02:30', '2027-10-31T00:30Z', 'twice: the first'],
    ['2027-10-31T03:00', '2027-10-31T02:00Z', 'after the overlap'],
  ])('%s in Berlin is %s (%s)', (text, instant) => {
    expect(instantOfLocal('Europe/Berlin', local(text))).toBe(Date.parse(instant))
  })

  it('is the inverse of the offset everywhere outside gaps', () => {
    for (const zone of ZONES) {
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2028, 0, 1); at += 31_000_000) {
        const shown = at + offsetAt(zone, at)
        const again = instantOfLocal(zone, shown)
        expect(again + offsetAt(zone, again)).toBe(shown)
        expect(again).toBeLessThanOrEqual(at)
      }
    }
  })
})

function faultOf(act: () => unknown): InvalidRecurrence | null {
  try {
    act()
    return null
  } catch (error) {
    if (error instanceof InvalidRecurrence) return error
    throw error
  }
}
