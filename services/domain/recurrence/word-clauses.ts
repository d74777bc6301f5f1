import {numberOf, monthOf, weekdayOf} from './vocabulary.ts'
import type {WordCursor} from './word-cursor.ts'
import {readMonths} from './word-days.ts'
import type {Draft} from './word-draft.ts'
import type {Token} from './word-tokens.ts'

interface TimeOfDay {
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const ZONE_WORDS = ['utc', 'gmt', 'z']

const startsTime = (cursor: WordCursor): boolean =>
  cursor.peek().kind === 'clock' ||
  cursor.is('noon', 'midnight') ||
  (cursor.peek().kind === 'number' && cursor.peek(1).text !== 'times' && cursor.peek(1).text !== 'time')

/** `"at" time { separator time } ["utc"]`, or `"at" "minute" numbers ["and" "second" numbers]` within an hour. */
export function readAt(cursor: WordCursor, draft: Draft): void {
  if (cursor.is('minute', 'minutes', 'second', 'seconds')) {
    readMinutes(cursor, draft)
    return
  }
  const first = cursor.peek()
  if (draft.freq === 'HOURLY' || draft.freq === 'MINUTELY' || draft.freq === 'SECONDLY') {
    const hint = 'say "every hour at minute 30", "every hour in the hours 9 to 17" or "daily at 9"'
    throw cursor.fault('this repeats within the day and has no time of its own', hint, first)
  }
  const times = [readTime(cursor)]
  for (;;) {
    const here = cursor.mark
    if (!cursor.acceptSeparator() || !startsTime(cursor)) {
      cursor.rewind(here)
      break
    }
    times.push(readTime(cursor))
  }
  cursor.accept(...ZONE_WORDS)
  placeTimes(cursor, draft, times, first)
}

/** Every hour has every minute of the list, so 9:00 and 17:30 are not one rule. */
function placeTimes(cursor: WordCursor, draft: Draft, times: readonly TimeOfDay[], first: Token): void {
  const hours = new Set(times.map(({hour}) => hour))
  const minutes = new Set(times.map(({minute}) => minute))
  const seconds = new Set(times.map(({second}) => second))
  const distinct = new Set(times.map(({hour, minute, second}) => (hour * 60 + minute) * 60 + second))
  if (distinct.size !== hours.size * minutes.size * seconds.size) {
    const hint = 'give the times the same minutes ("at 9:00 and 17:00"), or make two tasks'
    throw cursor.fault('one rule cannot have these times', hint, first)
  }
  draft.byHour.push(...hours)
  draft.byMinute.push(...minutes)
  draft.bySecond.push(...seconds)
}

/** `9`, `17:30`, `6:30pm`, `12 am`, `noon`, `midnight`. A number alone is an hour of 24. */
function readTime(cursor: WordCursor): TimeOfDay {
  const token = cursor.peek()
  if (cursor.accept('noon')) return {hour: 12, minute: 0, second: 0}
  if (cursor.accept('midnight')) return {hour: 0, minute: 0, second: 0}
  if (!startsTime(cursor)) throw cursor.unexpected('a time, such as "9", "17:30" or "6:30pm"')
  cursor.take()
  const [hours = 0, minute = 0, second = 0] = token.text.split(':').map(Number)
  let hour = hours
  const half = cursor.peek()
  if (cursor.accept('am', 'pm')) {
    if (hour < 1 || hour > 12)
      throw cursor.fault(`${token.text} ${half.text} is no time`, 'am and pm go with 1 to 12', token)
    hour = (hour % 12) + (half.text === 'pm' ? 12 : 0)
  }
  if (hour > 23 || minute > 59 || second > 59) {
    throw cursor.fault(`${token.text} is no time of day`, 'times are 0:00 to 23:59', token)
  }
  return {hour, minute, second}
}

function readMinutes(cursor: WordCursor, draft: Draft): void {
  if (draft.freq !== 'HOURLY' && draft.freq !== 'MINUTELY') {
    throw cursor.fault('only what repeats every hour or minute is placed by its minute', 'say "at 9:15"')
  }
  if (draft.freq === 'HOURLY' && cursor.accept('minute', 'minutes')) {
    draft.byMinute.push(...readNumbers(cursor, 59, 'minute'))
    const here = cursor.mark
    cursor.acceptSeparator()
    if (!cursor.is('second', 'seconds')) {
      cursor.rewind(here)
      draft.bySecond.push(0)
      return
    }
  }
  if (!cursor.accept('second', 'seconds')) throw cursor.unexpected('"second"')
  draft.bySecond.push(...readNumbers(cursor, 59, 'second'))
}

/** `numbers = number ["to" number] { separator number ["to" number] }` */
function readNumbers(cursor: WordCursor, most: number, unit: string): number[] {
  const numbers: number[] = []
  for (;;) {
    const from = readNumber(cursor, most, unit)
    numbers.push(from)
    if (cursor.is('to', '-', '–')) {
      cursor.take()
      const token = cursor.peek()
      const to = readNumber(cursor, most, unit)
      if (to < from)
        throw cursor.fault('a range goes from the smaller to the larger number', `${to} to ${from}?`, token)
      for (let next = from + 1; next <= to; next++) numbers.push(next)
    }
    const here = cursor.mark
    if (!cursor.acceptSeparator() || !startsTime(cursor)) {
      cursor.rewind(here)
      return numbers
    }
  }
}

function readNumber(cursor: WordCursor, most: number, unit: string): number {
  const token = cursor.peek()
  if (token.kind !== 'number') throw cursor.unexpected(`a number from 0 to ${most}`)
  if (token.value > most) throw cursor.fault(`there is no ${unit} ${token.text}`, `0 to ${most}`)
  return cursor.take().value
}

/** `"in" months`, or `"in" ["the"] "hours" numbers ["utc"]` for what repeats within the day. */
export function readIn(cursor: WordCursor, draft: Draft): void {
  cursor.accept('the')
  const first = cursor.peek()
  if (cursor.accept('hour', 'hours')) {
    if (draft.freq !== 'HOURLY' && draft.freq !== 'MINUTELY' && draft.freq !== 'SECONDLY') {
      throw cursor.fault('only what repeats within the day is limited to hours', 'say "at 9 and 10"', first)
    }
    draft.byHour.push(...readNumbers(cursor, 23, 'hour'))
    cursor.accept(...ZONE_WORDS)
    return
  }
  draft.byMonth.push(...readMonths(cursor))
}

/** `"until" date [clock] ["utc"]`; a date alone includes the whole day. */
export function readUntil(cursor: WordCursor, draft: Draft): void {
  const first = cursor.peek()
  const [year, month, day] = readDate(cursor)
  draft.untilIsDate = cursor.peek().kind !== 'clock'
  const {hour, minute, second} = draft.untilIsDate ? {hour: 23, minute: 59, second: 59} : readTime(cursor)
  cursor.accept(...ZONE_WORDS)
  const until = Date.UTC(year, month - 1, day, hour, minute, second)
  if (year < 1970 || new Date(until).getUTCDate() !== day || new Date(until).getUTCMonth() !== month - 1) {
    throw cursor.fault('there is no such date', 'give a date from 1970 to 9999', first)
  }
  draft.until = until
}

/** `2027-06-01`, `1 june 2027`, `june 1, 2027`: the year is needed, because nothing here knows what day it is. */
function readDate(cursor: WordCursor): [number, number, number] {
  const token = cursor.peek()
  if (token.kind === 'date') {
    cursor.take()
    const [year = 0, month = 0, day = 0] = token.text.split('-').map(Number)
    return [year, month, day]
  }
  let day = readDay(cursor)
  cursor.accept('of')
  const month = monthOf(cursor.peek().text)
  if (month === undefined) throw cursor.unexpected('a date, such as "1 june 2027" or "2027-06-01"')
  cursor.take()
  day ??= readDay(cursor)
  if (day === undefined) throw cursor.unexpected('the day of the month')
  cursor.accept(',')
  const year = cursor.peek()
  if (year.kind !== 'number' || year.value < 1000 || year.value > 9999) {
    throw cursor.fault('the date has no year', 'give the year too: "until 1 june 2027"')
  }
  cursor.take()
  return [year.value, month, day]
}

function readDay(cursor: WordCursor): number | undefined {
  cursor.accept('the')
  return cursor.peek().kind === 'number' || cursor.peek().kind === 'ordinal' ? cursor.take().value : undefined
}

/** `["for"] number ("times" | "time")`; the cursor is at the number. */
export function readCount(cursor: WordCursor, draft: Draft): void {
  const token = cursor.peek()
  const count = token.kind === 'number' ? token.value : numberOf(token.text)
  if (count === undefined) throw cursor.unexpected('how many times, such as "10 times"')
  cursor.take()
  if (!cursor.accept('times', 'time')) {
    const hint = 'say how many times ("10 times") or until when ("until 1 june 2027")'
    throw cursor.fault(`"for ${token.text} ${cursor.peek().text}" is no end`, hint, token)
  }
  if (count < 1 || count > 100_000) throw cursor.fault(`${count} times cannot be`, 'say 1 to 100000 times', token)
  draft.count = count
}

/** `"weeks" ("start" | "starting") "on" weekday`: which day a counted week begins with; Monday when not said. */
export function readWeekStart(cursor: WordCursor, draft: Draft): void {
  if (!cursor.accept('starting', 'start')) throw cursor.unexpected('"starting on"')
  cursor.accept('on')
  const weekday = weekdayOf(cursor.peek().text)
  if (weekday === undefined) throw cursor.unexpected('a day of the week')
  cursor.take()
  draft.wkst = weekday
}
