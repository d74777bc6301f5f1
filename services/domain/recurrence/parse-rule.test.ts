import {describe, expect, it} from 'vitest'
import {formatRule, InvalidRecurrence, parseRule} from './index.ts'

function refusalOf(text: string): InvalidRecurrence {
  try {
    parseRule(text)
  } catch (error) {
    if (error instanceof InvalidRecurrence) return error
    throw error
  }
  throw new Error(`${text} was accepted`)
}

/** The rule, with the place of the fault in angle quotes. */
const REFUSED: [marked: string, code: string, hint: RegExp][] = [
  ['', 'rrule_empty', /FREQ=DAILY/],
  ['«RRULE:»', 'rrule_empty', /FREQ=DAILY/],
  ['«INTERVAL=2»', 'rrule_missing_freq', /FREQ=/],
  ['FREQ=«FORTNIGHTLY»', 'rrule_syntax', /SECONDLY, MINUTELY/],
  ['FREQ=DAILY;«»', 'rrule_syntax', /semicolon/],
  ['FREQ=DAILY;«COUNT»', 'rrule_syntax', /NAME=value/],
  ['FREQ=DAILY;« BYHOUR»=9', 'rrule_unknown_part', /known/],
  ['FREQ=DAILY;«BYEASTER»=1', 'rrule_unknown_part', /BYSETPOS/],
  ['FREQ=DAILY;«TZID»=Europe/Paris', 'rrule_time_zone', /UTC/],
  ['FREQ=DAILY;«FREQ=DAILY»', 'rrule_duplicate_part', /one FREQ/],
  ['FREQ=DAILY;INTERVAL=«0»', 'rrule_range', /whole number/],
  ['FREQ=DAILY;INTERVAL=«-1»', 'rrule_syntax', /whole number/],
  ['FREQ=DAILY;INTERVAL=«1.5»', 'rrule_syntax', /whole number/],
  ['FREQ=DAILY;INTERVAL=«»', 'rrule_syntax', /whole number/],
  ['FREQ=DAILY;INTERVAL=«99999999999999999999»', 'rrule_range', /999,999,999/],
  ['FREQ=DAILY;COUNT=«0»', 'rrule_range', /100,000/],
  ['FREQ=DAILY;COUNT=«100001»', 'rrule_cap', /UNTIL/],
  ['FREQ=DAILY;COUNT=3;«UNTIL=20270601»', 'rrule_combination', /one end/],
  ['FREQ=DAILY;UNTIL=«20270601T170000»', 'rrule_time_zone', /20270601T170000Z/],
  ['FREQ=DAILY;UNTIL=«20270601T170000+0200»', 'rrule_time_zone', /UTC/],
  ['FREQ=DAILY;UNTIL=«20270231»', 'rrule_range', /exists/],
  ['FREQ=DAILY;UNTIL=«19691231»', 'rrule_range', /1970/],
  ['FREQ=DAILY;UNTIL=«20270601T250000Z»', 'rrule_range', /hours/],
  ['FREQ=DAILY;UNTIL=«tomorrow»', 'rrule_syntax', /20270601/],
  ['FREQ=MONTHLY;BYMONTHDAY=1,«32»', 'rrule_range', /^BYMONTHDAY=32: days of a month are 1…31 or −31…−1$/],
  ['FREQ=MONTHLY;BYMONTHDAY=«0»', 'rrule_range', /1…31/],
  ['FREQ=DAILY;BYHOUR=«24»', 'rrule_range', /0…23/],
  ['FREQ=DAILY;BYMINUTE=«75»', 'rrule_range', /0…59/],
  ['FREQ=DAILY;BYSECOND=«60»', 'rrule_range', /leap seconds/],
  ['FREQ=DAILY;BYHOUR=1,«»,2', 'rrule_syntax', /hours/],
  ['FREQ=DAILY;BYMONTH=«13»', 'rrule_range', /1…12/],
  ['FREQ=YEARLY;BYYEARDAY=«-367»', 'rrule_range', /366/],
  ['FREQ=YEARLY;BYWEEKNO=«54»', 'rrule_range', /53/],
  ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=«0»', 'rrule_range', /positions/],
  ['FREQ=MONTHLY;BYDAY=«54»MO', 'rrule_range', /1…53/],
  ['FREQ=WEEKLY;BYDAY=MO,«XX»', 'rrule_syntax', /MO, TU, WE/],
  ['FREQ=WEEKLY;WKST=«1»', 'rrule_syntax', /WKST/],
  ['FREQ=WEEKLY;«BYMONTHDAY=1»', 'rrule_combination', /MONTHLY/],
  ['FREQ=MONTHLY;«BYYEARDAY=1»;BYDAY=MO', 'rrule_combination', /YEARLY/],
  ['FREQ=MONTHLY;«BYWEEKNO=1»', 'rrule_combination', /YEARLY/],
  ['FREQ=WEEKLY;«BYDAY=1MO»', 'rrule_combination', /MONTHLY or YEARLY/],
  ['FREQ=YEARLY;BYWEEKNO=1;«BYDAY=1MO»', 'rrule_combination', /drop/],
  ['FREQ=DAILY;«BYSETPOS=1»', 'rrule_combination', /another BY part/],
  [`FREQ=DAILY;BYHOUR=0,1,2,3,4;BYMINUTE=${range(60)};«BYSECOND=${range(5)}»`, 'rrule_cap', /MINUTELY or SECONDLY/],
]

function range(length: number): string {
  return Array.from({length}, (_, at) => at).join(',')
}

describe('parseRule', () => {
  it.each(REFUSED)('refuses %s: %s', (marked, code, hint) => {
    const refusal = refusalOf(marked.replace(/[«»]/g, ''))
    expect(refusal.code).toBe(code)
    expect(refusal.hint).toMatch(hint)
    expect(refusal.message).not.toBe('')
    if (!marked.includes('«')) return
    const position = marked.indexOf('«')
    expect([refusal.position, refusal.length]).toEqual([position, marked.indexOf('»') - position - 1])
  })

  it('refuses more than 500 characters', () => {
    expect(refusalOf(`FREQ=DAILY;BYHOUR=${'1,'.repeat(300)}1`).code).toBe('rrule_too_long')
  })

  it('points into the text as given, before and after white space and the prefix', () => {
    expect(refusalOf('  RRULE:FREQ=DAILY;BYHOUR=99 ')).toMatchObject({position: 26, length: 2})
    expect(refusalOf('freq=daily;byhour=ß')).toMatchObject({code: 'rrule_syntax', position: 18, length: 1})
  })

  it('reads every part', () => {
    const text =
      'FREQ=YEARLY;INTERVAL=2;UNTIL=20300102T030405Z;WKST=SU;BYMONTH=2,1;BYMONTHDAY=-1,+5;BYDAY=TU,MO;BYHOUR=09'
    expect(parseRule(`${text};BYMINUTE=5,5;BYSECOND=0;BYSETPOS=-1;BYYEARDAY=366;BYWEEKNO=-53`)).toEqual({
      freq: 'YEARLY',
      interval: 2,
      count: null,
      until: Date.UTC(2030, 0, 2, 3, 4, 5),
      untilIsDate: false,
      wkst: 6,
      byMonth: [1, 2],
      byMonthDay: [-1, 5],
      byDay: [
        {weekday: 0, ordinal: 0},
        {weekday: 1, ordinal: 0},
      ],
      byHour: [9],
      byMinute: [5],
      bySecond: [0],
      bySetPos: [-1],
      byYearDay: [366],
      byWeekNo: [-53],
    })
  })

  it('takes a date-only UNTIL as the end of that day', () => {
    expect(parseRule('FREQ=DAILY;UNTIL=20261120')).toMatchObject({
      until: Date.UTC(2026, 10, 20, 23, 59, 59),
      untilIsDate: true,
    })
  })
})

describe('formatRule', () => {
  it.each([
    ['rrule:freq=weekly;byday=fr,mo,fr;interval=1', 'FREQ=WEEKLY;BYDAY=MO,FR'],
    ['BYDAY=+1MO,MO,-1FR;FREQ=MONTHLY', 'FREQ=MONTHLY;BYDAY=MO,1MO,-1FR'],
    ['FREQ=DAILY;BYHOUR=18,9,09;COUNT=3', 'FREQ=DAILY;BYHOUR=9,18;COUNT=3'],
    ['FREQ=WEEKLY;WKST=SU;BYDAY=MO', 'FREQ=WEEKLY;BYDAY=MO'],
    ['FREQ=WEEKLY;WKST=SU;BYDAY=MO;INTERVAL=2', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU'],
    ['FREQ=DAILY;UNTIL=20270601', 'FREQ=DAILY;UNTIL=20270601'],
    ['UNTIL=20270601T170000Z;FREQ=DAILY', 'FREQ=DAILY;UNTIL=20270601T170000Z'],
  ])('writes %s as %s', (text, canonical) => {
    expect(formatRule(parseRule(text))).toBe(canonical)
    expect(formatRule(parseRule(canonical))).toBe(canonical)
  })
})
