import type {DayOfWeek, RecurrenceRule} from './rule.ts'
import {fromEitherEnd, inWords, listed, ordinal, startThenEnd, withRanges} from './sentence.ts'
import {MONTH_NAMES, WEEKDAY_NAMES} from './vocabulary.ts'
import {positionsOfDays} from './word-draft.ts'

/** English for the parts of a rule that choose days. All take a rule whose implied parts are written out. */

const monthName = (month: number): string => MONTH_NAMES[month - 1]!

const monthList = (months: readonly number[]): string => listed(withRanges(months, monthName))

/** "Monday and Thursday", "Monday to Friday". */
export const weekdayList = (days: readonly DayOfWeek[]): string =>
  listed(
    withRanges(
      days.map(({weekday}) => weekday),
      (weekday) => WEEKDAY_NAMES[weekday]!,
    ),
  )

/** "Monday, Tuesday or Wednesday": one by one, as what one day can be. */
const eachWeekday = (days: readonly DayOfWeek[], last: string): string =>
  isWorkingWeek(days)
    ? 'weekday'
    : listed(
        days.map(({weekday}) => WEEKDAY_NAMES[weekday]),
        last,
      )

const isWorkingWeek = (days: readonly DayOfWeek[]): boolean =>
  days.length === 5 && days.every(({weekday, ordinal}, index) => weekday === index && ordinal === 0)

const hasOrdinals = (days: readonly DayOfWeek[]): boolean => days.some((day) => day.ordinal !== 0)

/**
 * "the 1st, 15th and last day". What is counted from the end stands apart from what is counted from the start, for
 * "the 2nd and 3rd to last day" could be read as two days near the end.
 */
function monthDayList(days: readonly number[], last = 'and'): string {
  const fromStart = days.filter((day) => day > 0)
  const fromEnd = days.filter((day) => day < 0)
  const first = withRanges(fromStart, ordinal)
  if (fromEnd.length === 0) return `the ${listed(first, last)}`
  if (fromEnd.length === 1 && fromEnd[0] === -1) return `the ${listed([...first, 'last'], last)} day`
  const ends = `the ${listed(fromEnd.map(fromEitherEnd), last)} day`
  return first.length === 0 ? ends : `the ${listed(first, last)} day ${last} ${ends}`
}

/** "the first and third Monday and every Friday". */
function numberedWeekdays(days: readonly DayOfWeek[], last = 'and'): string {
  const words: string[] = []
  for (const [weekday, name] of WEEKDAY_NAMES.entries()) {
    const ordinals = days.filter((day) => day.weekday === weekday && day.ordinal !== 0).map((day) => day.ordinal)
    const near = ordinals.filter((ordinal) => ordinal >= -1)
    const far = ordinals.filter((ordinal) => ordinal < -1)
    if (near.length > 0) words.push(`the ${listed(startThenEnd(near).map(inWords), last)} ${name}`)
    if (far.length > 0) words.push(`the ${listed(far.map(inWords), last)} ${name}`)
  }
  const plain = days.filter((day) => day.ordinal === 0)
  if (plain.length > 0) words.push(`every ${eachWeekday(plain, last)}`)
  return listed(words, last)
}

/** "days 1 and 100 of the year and the last day of the year"; as what one day can be, "day 1 or 100 of the year". */
function yearDays(days: readonly number[], last = 'and'): string {
  const fromStart = days.filter((day) => day > 0)
  const fromEnd = days.filter((day) => day < 0)
  const words: string[] = []
  if (fromStart.length > 0) {
    const noun = fromStart.length > 1 && last === 'and' ? 'days' : 'day'
    words.push(`${noun} ${listed(withRanges(fromStart, String), last)} of the year`)
  }
  if (fromEnd.length > 0) words.push(`the ${listed(fromEnd.map(fromEitherEnd), last)} day of the year`)
  return listed(words, last)
}

function weekNumbers(weeks: readonly number[]): string {
  const fromStart = weeks.filter((week) => week > 0)
  const fromEnd = weeks.filter((week) => week < 0)
  const words: string[] = []
  if (fromStart.length > 0)
    words.push(`week${fromStart.length > 1 ? 's' : ''} ${listed(withRanges(fromStart, String))}`)
  if (fromEnd.length > 0) words.push(`the ${listed(fromEnd.map(fromEitherEnd))} week`)
  return `${listed(words)} of the year`
}

/** BYMONTH as a clause of its own: " in June and July". */
export const inMonths = (rule: RecurrenceRule): string =>
  rule.byMonth.length > 0 ? ` in ${monthList(rule.byMonth)}` : ''

/** What limits days without making them, as in "every 3 days, only when that is a Monday": "" when nothing does. */
export function onlyWhen(rule: RecurrenceRule): string {
  const conditions: string[] = []
  if (rule.byYearDay.length > 0) conditions.push(yearDays(rule.byYearDay, 'or'))
  if (rule.byMonthDay.length > 0) conditions.push(monthDayList(rule.byMonthDay, 'or'))
  if (rule.byDay.length > 0) {
    conditions.push(hasOrdinals(rule.byDay) ? ordinalCondition(rule) : `a ${eachWeekday(rule.byDay, 'or')}`)
  }
  if (rule.byWeekNo.length > 0) conditions.push(`in ${weekNumbers(rule.byWeekNo)}`)
  return conditions.length > 0 ? `, only when that is ${conditions.join(' and ')}` : ''
}

const ordinalCondition = (rule: RecurrenceRule): string =>
  `${numberedWeekdays(rule.byDay, 'or')}${rule.freq === 'YEARLY' && rule.byMonth.length === 0 ? ' of the year' : ' of the month'}`

/** The days of a month: " on the last Friday", " on the 1st and 15th in June". BYSETPOS is said by the caller. */
export function daysOfMonth(rule: RecurrenceRule): string {
  const {byDay, byMonthDay} = rule
  if (byMonthDay.length === 1 && byMonthDay[0]! > 0 && byDay.length === 1 && byDay[0]!.ordinal === 0) {
    return ` on ${WEEKDAY_NAMES[byDay[0]!.weekday]} the ${ordinal(byMonthDay[0]!)}${inMonths(rule)}`
  }
  if (byMonthDay.length > 0) {
    const rest = onlyWhen({...rule, byMonthDay: []})
    return ` on ${monthDayList(byMonthDay)}${inMonths(rule)}${rest}`
  }
  return ` on ${numberedWeekdays(byDay)}${inMonths(rule)}`
}

/** The days of a year: " on 24 December", " on the fourth Thursday of November", " on Monday of week 20". */
export function daysOfYear(rule: RecurrenceRule): string {
  const {byDay, byMonthDay, byYearDay, byWeekNo, byMonth} = rule
  if (byYearDay.length > 0) {
    return ` on ${yearDays(byYearDay)}${inMonths(rule)}${onlyWhen({...rule, byYearDay: []})}`
  }
  if (byMonthDay.length > 0) return datesOfYear(rule)
  if (byWeekNo.length > 0) return ` on ${weekdayList(byDay)} of ${weekNumbers(byWeekNo)}${inMonths(rule)}`
  if (!hasOrdinals(byDay)) return ` on ${numberedWeekdays(byDay)}${inMonths(rule)}`
  return ` on ${numberedWeekdays(byDay)} of ${byMonth.length > 0 ? monthList(byMonth) : 'the year'}`
}

function datesOfYear(rule: RecurrenceRule): string {
  const {byDay, byMonthDay, byWeekNo, byMonth} = rule
  if (
    byDay.length === 1 &&
    byDay[0]!.ordinal === 0 &&
    byMonthDay.length === 1 &&
    byMonthDay[0]! > 0 &&
    byWeekNo.length === 0
  ) {
    const friday = ` on ${WEEKDAY_NAMES[byDay[0]!.weekday]} the ${ordinal(byMonthDay[0]!)}`
    return `${friday} of ${byMonth.length > 0 ? monthList(byMonth) : 'every month'}`
  }
  const rest = onlyWhen({...rule, byMonthDay: []})
  if (byMonth.length === 0) return ` on ${monthDayList(byMonthDay)} of every month${rest}`
  if (byMonth.length === 1 && byMonthDay.every((day) => day > 0)) {
    return ` on ${listed(byMonthDay.map(String))} ${monthName(byMonth[0]!)}${rest}`
  }
  return ` on ${monthDayList(byMonthDay)} of ${monthList(byMonth)}${rest}`
}

/** The choices by position that have words of their own; " on the 30th or last day", " on the last weekday". */
export function chosenDays(rule: RecurrenceRule, timesADay: number): string | null {
  const {freq, byDay, byMonthDay, byMonth, byYearDay, byWeekNo, bySetPos} = rule
  if (bySetPos.length === 0 || byYearDay.length > 0 || byWeekNo.length > 0) return null
  if (freq === 'YEARLY' ? byMonth.length !== 1 : freq !== 'MONTHLY') return null
  const positions = dayPositions(bySetPos, timesADay)
  if (positions === null) return null
  const where = freq === 'YEARLY' ? ` of ${monthName(byMonth[0]!)}` : inMonths(rule)
  const last = byMonthDay.at(-1) ?? 0
  const isRun = byMonthDay.length >= 2 && byMonthDay[0] === 28 && last - 28 === byMonthDay.length - 1
  if (isRun && last < 31 && byDay.length === 0 && positions.length === 1 && positions[0] === -1) {
    return ` on the ${ordinal(last)} or last day${where}`
  }
  if (byMonthDay.length === 0 && isWorkingWeek(byDay)) {
    return ` on the ${listed(startThenEnd(positions).map(inWords))} weekday${where}`
  }
  return null
}

/** Positions of instants → positions of whole days; null when a position splits a day. */
function dayPositions(positions: readonly number[], timesADay: number): number[] | null {
  const days = [
    ...new Set(positions.map((position) => Math.sign(position) * Math.ceil(Math.abs(position) / timesADay))),
  ]
  const again = positionsOfDays(days, timesADay)
  return again.length === positions.length && again.every((position, index) => position === positions[index])
    ? days
    : null
}

export const isEveryWeekday = isWorkingWeek
