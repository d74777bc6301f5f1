import * as fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {formatRule} from './canonical.ts'
import {InvalidRecurrence} from './invalid-recurrence.ts'
import {parseRecurrence, parseWords} from './words.ts'

const AT_9 = 'BYHOUR=9;BYMINUTE=0;BYSECOND=0'

const PATTERNS: readonly (readonly [string, string])[] = [
  ['daily', 'FREQ=DAILY'],
  ['every day', 'FREQ=DAILY'],
  ['every other day', 'FREQ=DAILY;INTERVAL=2'],
  ['every second day', 'FREQ=DAILY;INTERVAL=2'],
  ['every three days', 'FREQ=DAILY;INTERVAL=3'],
  ['weekdays', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  ['every weekday', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  ['mon-fri at 9', `FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;${AT_9}`],
  ['fri to mon', 'FREQ=WEEKLY;BYDAY=MO,FR,SA,SU'],
  ['weekends', 'FREQ=WEEKLY;BYDAY=SA,SU'],
  ['weekly', 'FREQ=WEEKLY'],
  ['weekly on mon,thu', 'FREQ=WEEKLY;BYDAY=MO,TH'],
  ['every mon, wed & fri', 'FREQ=WEEKLY;BYDAY=MO,WE,FR'],
  ['Mondays', 'FREQ=WEEKLY;BYDAY=MO'],
  ['every 2 weeks on mon', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO'],
  ['every second Tuesday at 5pm', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=17;BYMINUTE=0;BYSECOND=0'],
  ['every other tuesday', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'],
  ['every 2 weeks on mon and sun, weeks starting on sunday', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU'],
  ['biweekly', 'FREQ=WEEKLY;INTERVAL=2'],
  ['fortnightly on fri', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=FR'],
  ['every fortnight', 'FREQ=WEEKLY;INTERVAL=2'],
  ['monthly', 'FREQ=MONTHLY'],
  ['monthly on the 31st', 'FREQ=MONTHLY;BYMONTHDAY=31'],
  ['monthly on the last day', 'FREQ=MONTHLY;BYMONTHDAY=-1'],
  ['monthly on the 1st, 15th and last day', 'FREQ=MONTHLY;BYMONTHDAY=-1,1,15'],
  ['monthly on the 2nd to last day', 'FREQ=MONTHLY;BYMONTHDAY=-2'],
  ['monthly on the 30th or last day', 'FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1'],
  ['monthly on the 31st or last day', 'FREQ=MONTHLY;BYMONTHDAY=-1'],
  ['monthly on the last friday', 'FREQ=MONTHLY;BYDAY=-1FR'],
  ['last friday of every month at 4 pm', 'FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=16;BYMINUTE=0;BYSECOND=0'],
  ['first monday of the month', 'FREQ=MONTHLY;BYDAY=1MO'],
  ['every second tuesday of the month', 'FREQ=MONTHLY;BYDAY=2TU'],
  ['monthly on the first and third monday', 'FREQ=MONTHLY;BYDAY=1MO,3MO'],
  ['monthly on the last weekday', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1'],
  [
    'monthly on the last weekday at 9 and 17',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,17;BYMINUTE=0;BYSECOND=0;BYSETPOS=-2,-1',
  ],
  ['every friday the 13th', 'FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR'],
  ['on the first of every month', 'FREQ=MONTHLY;BYMONTHDAY=1'],
  ['quarterly on the 1st', 'FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1'],
  ['every 6 months', 'FREQ=MONTHLY;INTERVAL=6'],
  ['yearly', 'FREQ=YEARLY'],
  ['annually on 24 december', 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24'],
  ['every year on 24 december', 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24'],
  ['every dec 24', 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24'],
  ['yearly on 24 and 26 december', 'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,26'],
  ['yearly on the last friday of november', 'FREQ=YEARLY;BYMONTH=11;BYDAY=-1FR'],
  ['yearly on the last day of february', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1'],
  ['yearly on the 20th monday of the year', 'FREQ=YEARLY;BYDAY=20MO'],
  ['daily in june to august at 7', 'FREQ=DAILY;BYMONTH=6,7,8;BYHOUR=7;BYMINUTE=0;BYSECOND=0'],
  ['hourly', 'FREQ=HOURLY'],
  ['every 4 hours', 'FREQ=HOURLY;INTERVAL=4'],
  ['every hour on the hour', 'FREQ=HOURLY;BYMINUTE=0;BYSECOND=0'],
  ['every hour at minute 15', 'FREQ=HOURLY;BYMINUTE=15;BYSECOND=0'],
  ['every 15 minutes', 'FREQ=MINUTELY;INTERVAL=15'],
  [
    'every 15 minutes in the hours 9 to 12 on weekdays',
    'FREQ=MINUTELY;INTERVAL=15;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,10,11,12',
  ],
  ['every second', 'FREQ=SECONDLY'],
  ['daily at 17:30', 'FREQ=DAILY;BYHOUR=17;BYMINUTE=30;BYSECOND=0'],
  ['every monday and wednesday at 6:30pm', 'FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=18;BYMINUTE=30;BYSECOND=0'],
  ['daily at 12am', 'FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0'],
  ['daily at noon and midnight utc', 'FREQ=DAILY;BYHOUR=0,12;BYMINUTE=0;BYSECOND=0'],
  ['daily at 9 until 1 june 2027', `FREQ=DAILY;${AT_9};UNTIL=20270601`],
  ['every weekday until 2027-06-01 at 9', `FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;${AT_9};UNTIL=20270601`],
  ['daily until June 1st, 2027', 'FREQ=DAILY;UNTIL=20270601'],
  ['daily until 1 june 2027 17:00 utc', 'FREQ=DAILY;UNTIL=20270601T170000Z'],
  ['daily at 9, 10 times', `FREQ=DAILY;${AT_9};COUNT=10`],
  ['every friday for six times', 'FREQ=WEEKLY;BYDAY=FR;COUNT=6'],
  ['weekly, once', 'FREQ=WEEKLY;COUNT=1'],
  ['once a week', 'FREQ=WEEKLY'],
  ['once per day at 9', `FREQ=DAILY;${AT_9}`],
  ['workdays', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  ['weekdays except friday', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH'],
  ['every day except sunday at 9', `FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA;${AT_9}`],
  ['daily except on sat and sun', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  ['daily except weekends', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  ['every 3 days except sunday', 'FREQ=DAILY;INTERVAL=3;BYDAY=MO,TU,WE,TH,FR,SA'],
  ['every hour except on weekends', 'FREQ=HOURLY;BYDAY=MO,TU,WE,TH,FR'],
  ['monthly on the 1st except in july and august', 'FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,9,10,11,12;BYMONTHDAY=1'],
  ['every friday except in august', 'FREQ=WEEKLY;BYMONTH=1,2,3,4,5,6,7,9,10,11,12;BYDAY=FR'],
]

describe('parseWords', () => {
  it.each(PATTERNS)('reads "%s"', (pattern, rule) => {
    expect(formatRule(parseWords(pattern))).toBe(rule)
    expect(formatRule(parseWords(`  ${pattern.toUpperCase()} `))).toBe(rule)
  })

  const REFUSED: readonly (readonly [marked: string, hint: string])[] = [
    ['«montly»', 'did you mean "monthly"'],
    ['weekly on «mnday»', 'did you mean "monday"'],
    ['every «thrid» friday', 'did you mean "third"'],
    ['every third «friday»', '"every 3 weeks on friday" or "monthly on the 3rd friday"'],
    ['«first» monday', 'of the month'],
    ['monthly on «friday»', 'monthly on the first friday'],
    ['monthly on the «15th» and friday', 'make two tasks'],
    ['monthly on «24» december', 'yearly on 24 december'],
    ['yearly on «1» jan and 24 dec', 'one task for each date'],
    ['yearly on the «last» friday', 'last friday of november'],
    ['yearly on «30» february', 'a day that the month has'],
    ['weekly on the «5th»', 'monthly on the 15th'],
    ['every 3 days on «mon»', 'every 2 weeks on mon'],
    ['every monday «every» tuesday', 'once'],
    ['every «morning»', 'daily at 8'],
    ['«twice» a week', 'weekly on mon,thu'],
    ['daily except «24» december', 'skip it when it comes'],
    ['weekdays except «mon» to fri', 'days that remain'],
    ['monthly on the first friday except «monday»', 'weekly on mon,tue,wed,thu'],
    ['yearly on 24 december except in «december»', 'months that remain'],
    ['once a «blue» moon', 'day'],
    ['daily at «9» and 17:30', 'two tasks'],
    ['daily at «25»', '0:00 to 23:59'],
    ['daily at «13»pm', '1 to 12'],
    ['hourly at «9»', 'in the hours 9 to 17'],
    ['monthly on the «32nd»', '1st to the 31st'],
    ['monthly on the «15th» or last day', 'the 15th and the last day'],
    ['daily until «31» june 2027', '1970 to 9999'],
    ['daily for «6» weeks', '10 times'],
    ['daily «0» times', '100000'],
    ['every «0» days', 'every 2 weeks'],
    ['daily«;» weekly', 'words, numbers and commas'],
  ]
  it.each(REFUSED)('refuses "%s" at the mark', (marked, hint) => {
    const fault = faultOf(marked.replace(/[«»]/g, ''))
    expect(fault.code).toBe('rrule_words')
    expect(fault.position).toBe(marked.indexOf('«'))
    expect(fault.length).toBe(marked.indexOf('»') - marked.indexOf('«') - 1)
    expect(fault.hint).toContain(hint)
  })

  it('names the patterns of which one was meant', () => {
    expect(faultOf('every third friday').instead).toEqual(['every 3 weeks on friday', 'monthly on the 3rd friday'])
    expect(faultOf('daily at 25').instead).toEqual([])
  })

  it('asks for the year of an end, because it knows no today', () => {
    expect(faultOf('daily until 1 june').hint).toContain('until 1 june 2027')
  })

  it('refuses two ends, as an RRULE does', () => {
    expect(faultOf('daily 10 times until 1 june 2027').code).toBe('rrule_combination')
  })

  it('refuses nothing and too much', () => {
    expect(faultOf('  ').code).toBe('rrule_empty')
    expect(faultOf('daily '.repeat(100)).code).toBe('rrule_too_long')
  })
})

describe('parseRecurrence', () => {
  it('takes rules and words', () => {
    expect(formatRule(parseRecurrence('RRULE:FREQ=DAILY'))).toBe('FREQ=DAILY')
    expect(formatRule(parseRecurrence(' freq=weekly;byday=mo'))).toBe('FREQ=WEEKLY;BYDAY=MO')
    expect(formatRule(parseRecurrence('every mon'))).toBe('FREQ=WEEKLY;BYDAY=MO')
  })

  it('judges a rule without FREQ as a rule', () => {
    expect(() => parseRecurrence('BYDAY=MO')).toThrow('no FREQ')
  })
})

describe('any text', () => {
  const words = fc.constantFrom(
    ...'every each other second third last first day days week month year on the at of in until for times once'.split(
      ' ',
    ),
    ...'mon friday weekday weekends december jan 1 2 24 30th 31st 9 17:30 6:30 pm utc , and or to - 2027 2027-06-01'.split(
      ' ',
    ),
    ...'hour hours minute weeks starting monthly daily weekly yearly hourly quarterly noon x 99999 0'.split(' '),
  )
  /** What is wrong with how a text is taken; null when it is read as a rule or refused with a place. */
  const complaint = (text: string): string | null => {
    try {
      const canonical = formatRule(parseRecurrence(text))
      return formatRule(parseRecurrence(canonical)) === canonical ? null : `${canonical} is no fixed point`
    } catch (error) {
      if (!(error instanceof InvalidRecurrence)) return `threw ${String(error)}`
      const {position, length, hint} = error
      return hint !== '' && position + length <= text.length ? null : `${position}+${length} ${hint}`
    }
  }

  it('made of words of the grammar is read or refused with a place', () => {
    expect.hasAssertions()
    fc.assert(
      fc.property(fc.array(words, {maxLength: 12}), (list) => {
        expect(complaint(list.join(' '))).toBeNull()
      }),
      {numRuns: 3000, seed: 5},
    )
  })

  it('of any kind is read or refused with a place', () => {
    expect.hasAssertions()
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 60}), (text) => {
        expect(complaint(text)).toBeNull()
      }),
      {numRuns: 1000, seed: 5},
    )
  })
})

function faultOf(pattern: string): InvalidRecurrence {
  try {
    parseWords(pattern)
  } catch (error) {
    if (error instanceof InvalidRecurrence) return error
    throw error
  }
  throw new Error(`"${pattern}" was accepted`)
}
