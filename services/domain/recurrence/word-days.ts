import type {DayOfWeek, Weekday} from './rule.ts'
import {monthOf, WEEKEND_DAYS, weekdayOf, WORKING_DAYS} from './vocabulary.ts'
import type {WordCursor} from './word-cursor.ts'
import type {Token} from './word-tokens.ts'

/**
 * What a list of days says, before it is known what it is a list of days of:
 * `mon, thu` · `the 1st, 15th and last day` · `the first and third monday of the month` · `24 and 26 december`.
 */
export interface DayPhrase {
  readonly first: Token
  /** Weekdays without a number. */
  readonly plain: Weekday[]
  /** Weekdays with a number: the last friday. */
  readonly numbered: DayOfWeek[]
  readonly monthDays: number[]
  readonly dates: {month: number; day: number}[]
  readonly months: number[]
  /** The n of "the nth or last day": that day, or the last of a month that lacks it. */
  orLast: number | null
  /** Positions of "the first weekday", "the last weekday" among Monday to Friday. */
  readonly workingDays: number[]
  /** "friday the 13th": the weekday and the day of the month must both be met. */
  both: boolean
  /** "every friday" inside the list, as in "monthly on every friday". */
  every: boolean
  of: 'month' | 'year' | null
}

const TIMES = ['time', 'times']

const isDayNumber = (cursor: WordCursor, ahead = 0): boolean =>
  cursor.peek(ahead).kind === 'number' && !TIMES.includes(cursor.peek(ahead + 1).text)

/** Whether a list of days can begin at the cursor. */
export function daysBegin(cursor: WordCursor): boolean {
  const {text} = cursor.peek()
  return (
    cursor.is('the', 'every', 'each', 'weekday', 'weekdays', 'weekend', 'weekends') ||
    weekdayOf(text) !== undefined ||
    monthOf(text) !== undefined ||
    cursor.peekOrdinal() !== undefined ||
    isDayNumber(cursor)
  )
}

/** What a number may be the number of: "last friday", "24 december", "first weekday". */
const nounFollows = (cursor: WordCursor): boolean =>
  cursor.is('weekday', 'weekdays') ||
  weekdayOf(cursor.peek().text) !== undefined ||
  monthOf(cursor.peek().text) !== undefined

/** `days = item { separator item } [ "of" ("the" | "each" | "every" | "a") ("month" | "year") | "of" months ]` */
export function readDays(cursor: WordCursor): DayPhrase {
  const phrase: DayPhrase = {
    first: cursor.is('the') ? cursor.peek(1) : cursor.peek(),
    plain: [],
    numbered: [],
    monthDays: [],
    dates: [],
    months: [],
    orLast: null,
    workingDays: [],
    both: false,
    every: false,
    of: null,
  }
  const pending: number[] = []
  for (;;) {
    if (!daysBegin(cursor)) throw cursor.unexpected('a day, such as "mon", "the 15th" or "the last friday"')
    readItem(cursor, phrase, pending)
    if (pending.length > 0 && nounFollows(cursor)) continue
    const here = cursor.mark
    if (!cursor.acceptSeparator()) break
    if (!daysBegin(cursor)) {
      cursor.rewind(here)
      break
    }
  }
  phrase.monthDays.push(...pending)
  if (cursor.accept('of')) readOf(cursor, phrase)
  return phrase
}

function readItem(cursor: WordCursor, phrase: DayPhrase, pending: number[]): void {
  cursor.accept('the')
  const each = cursor.peek(1).text
  if (cursor.is('every', 'each') && (each === 'weekday' || weekdayOf(each) !== undefined)) {
    cursor.take()
    phrase.every = true
  }
  const token = cursor.peek()
  const ordinal = cursor.peekOrdinal()
  if (ordinal !== undefined || isDayNumber(cursor)) return readNumbered(cursor, phrase, pending)
  cursor.take()
  if (token.text === 'weekdays' || token.text === 'weekday') {
    if (pending.length > 0) phrase.workingDays.push(...pending.splice(0))
    else phrase.plain.push(...WORKING_DAYS)
    return
  }
  if (token.text === 'weekends' || token.text === 'weekend') {
    cursor.accept('day', 'days')
    phrase.plain.push(...WEEKEND_DAYS)
    return
  }
  const weekday = weekdayOf(token.text)
  if (weekday !== undefined) return readWeekdayItem(cursor, phrase, pending, weekday)
  const month = monthOf(token.text)
  if (month === undefined) throw cursor.unexpected('a day', token)
  if (isDayNumber(cursor) || cursor.peek().kind === 'ordinal') {
    phrase.dates.push({month, day: cursor.take().value})
  } else if (pending.length > 0) {
    phrase.dates.push(...pending.splice(0).map((day) => ({month, day})))
  } else {
    phrase.months.push(month)
  }
}

/** A number of a day, and what it may grow into: "the 1st to 7th", "the 2nd to last day", "the 30th or last day". */
function readNumbered(cursor: WordCursor, phrase: DayPhrase, pending: number[]): void {
  const token = cursor.peek()
  let number = cursor.peekOrdinal() ?? token.value
  cursor.take()
  if (number > 0 && cursor.is('to') && cursor.peek(1).text === 'last') {
    cursor.take()
    cursor.take()
    number = -number
  } else if (number > 0 && cursor.is('to') && (cursor.peekOrdinal(1) ?? 0) > number) {
    cursor.take()
    const end = cursor.take()
    const last = end.value || number
    if (last > 53) throw cursor.fault(`there is no day ${last}`, 'days of a month are the 1st to the 31st', end)
    for (let day = number; day < last; day++) pending.push(day)
    number = last
  } else if (cursor.is('or')) {
    readOrLast(cursor, phrase, number, token)
    return
  }
  pending.push(number)
  if (cursor.accept('day', 'days')) phrase.monthDays.push(...pending.splice(0))
}

function readOrLast(cursor: WordCursor, phrase: DayPhrase, number: number, token: Token): void {
  cursor.take()
  cursor.accept('the')
  if (!cursor.accept('last')) throw cursor.unexpected('"last day", as in "the 30th or last day"')
  cursor.accept('day')
  if (number < 29 || number > 31) {
    throw cursor.fault(
      `every month has a day ${number}, so "or last day" says nothing`,
      `for both days say "the ${token.text} and the last day"`,
      token,
    )
  }
  phrase.orLast = number
}

function readWeekdayItem(cursor: WordCursor, phrase: DayPhrase, pending: number[], weekday: Weekday): void {
  if (pending.length > 0) {
    phrase.numbered.push(...pending.splice(0).map((ordinal) => ({weekday, ordinal})))
    return
  }
  phrase.plain.push(weekday)
  const last = cursor.is('-', '–', 'to', 'through') ? weekdayOf(cursor.peek(1).text) : undefined
  if (last !== undefined) {
    cursor.take()
    cursor.take()
    for (let day = weekday; day !== last; day = ((day + 1) % 7) as Weekday) phrase.plain.push(day)
    phrase.plain.push(last)
  }
  const here = cursor.mark
  if (cursor.accept('the') && cursor.peek().kind === 'ordinal') {
    phrase.both = true
    phrase.monthDays.push(cursor.take().value)
  } else {
    cursor.rewind(here)
  }
}

function readOf(cursor: WordCursor, phrase: DayPhrase): void {
  if (monthOf(cursor.peek().text) !== undefined) {
    phrase.months.push(...readMonths(cursor))
    return
  }
  cursor.accept('the', 'each', 'every', 'a')
  if (cursor.accept('month', 'months')) phrase.of = 'month'
  else if (cursor.accept('year')) phrase.of = 'year'
  else throw cursor.unexpected('"month", "year" or the name of a month')
}

/** `months = month { separator month }` or a range, "june to august". */
export function readMonths(cursor: WordCursor): number[] {
  const months: number[] = []
  for (;;) {
    const month = monthOf(cursor.peek().text)
    if (month === undefined) throw cursor.unexpected('the name of a month')
    cursor.take()
    months.push(month)
    const last = cursor.is('to', '-', '–', 'through') ? monthOf(cursor.peek(1).text) : undefined
    if (last !== undefined) {
      cursor.take()
      cursor.take()
      for (let next = month; next !== last;) {
        next = (next % 12) + 1
        months.push(next)
      }
    }
    const here = cursor.mark
    if (!cursor.acceptSeparator() || monthOf(cursor.peek().text) === undefined) {
      cursor.rewind(here)
      return months
    }
  }
}
