import {spelledOut} from './date-words.ts'
import {invalidDate} from './invalid-date.ts'
import {readClock, type TimeOfDay} from './read-clock.ts'
import {addMonths, type CalendarDay, isDate, readDay, type ReadDay} from './read-day.ts'
import {endOfDay, instantOf, UTC, wallTime, type Zone} from './zone.ts'

export interface ParsedDue {
  /** ms since the epoch, whole seconds. */
  readonly at: number
  /** False: a day is meant; `at` is its last second. */
  readonly hasTime: boolean
}

export interface DueContext {
  readonly zone: Zone
  /** ms since the epoch. */
  readonly now: number
}

const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59)

/** Whether todo5 can keep this instant (ms): 1970 to 9999. */
export const isInYears = (at: number): boolean => at >= 0 && at <= LATEST

/**
 * A date or an instant in todo5's own grammar: `2026-12-01T09:00Z`, `in 2 hours`, `3d`, `tomorrow 9am`, `friday`,
 * `1 dec 17:30`, `half past four`. Undefined when it is none of these; throws DomainError `invalid_date` for a day that
 * does not exist and `ambiguous_date` for what can be read in two ways.
 */
export function readDate(text: string, context: DueContext): ParsedDue | undefined {
  return readIso(text, context) ?? readRelative(text, context) ?? readWords(text, context)
}

const ISO =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[T ](?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.\d+)?)?\s?(?<zone>Z|[+-]\d\d:?\d\d)?)?$/iu

function readIso(text: string, {zone}: DueContext): ParsedDue | undefined {
  const groups = ISO.exec(text)?.groups
  if (!groups) return undefined
  const number = (name: string): number => Number(groups[name] ?? 0)
  const day = {year: number('year'), month: number('month'), day: number('day')}
  const time = {hour: number('hour'), minute: number('minute'), second: number('second')}
  if (!isDate(day) || time.hour > 23 || time.minute > 59 || time.second > 59)
    throw invalidDate(text, ': there is no such day or time')
  if (groups['hour'] === undefined) return {at: endOfDay(day, zone), hasTime: false}
  const place = groups['zone'] === undefined ? zone : fixedZone(groups['zone'])
  return {at: instantOf({...day, ...time}, place), hasTime: true}
}

function fixedZone(text: string): Zone {
  if (/^z$/iu.test(text)) return UTC
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/u.exec(text)!
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
  return {name: text, offsetAt: () => offset}
}

const RELATIVE =
  /^(?:in )?(?<count>\d{1,5}|an?|half an) ?(?<unit>m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|fortnights?|months?|y|years?)(?: from now)?$/iu

/** Hours and minutes lead to an instant; days and longer to a day. */
function readRelative(text: string, {zone, now}: DueContext): ParsedDue | undefined {
  const groups = RELATIVE.exec(spelledOut(text.toLowerCase()))?.groups
  if (!groups) return undefined
  const half = groups['count'] === 'half an'
  const count = half ? 0.5 : /^an?$/u.test(groups['count']!) ? 1 : Number(groups['count'])
  const unit = groups['unit']!
  if (/^(m|min)/u.test(unit) && !unit.startsWith('month'))
    return {at: Math.floor((now + count * 60_000) / 1000) * 1000, hasTime: true}
  if (unit.startsWith('h')) return {at: wholeMinute(now + count * 3_600_000), hasTime: true}
  if (half) return undefined
  const today = wallTime(now, zone)
  if (unit.startsWith('month') || unit.startsWith('y'))
    return {at: endOfDay(addMonths(today, unit.startsWith('y') ? count * 12 : count), zone), hasTime: false}
  const days = unit.startsWith('w') ? count * 7 : unit.startsWith('f') ? count * 14 : count
  return {at: endOfDay({...today, day: today.day + days}, zone), hasTime: false}
}

const wholeMinute = (instant: number): number => Math.floor(instant / 60_000) * 60_000

const LONGEST = 60

/** A day, a time, or both in either order. */
function readWords(typed: string, {zone, now}: DueContext): ParsedDue | undefined {
  if (typed === '' || typed.length > LONGEST) return undefined
  const utc = / (?:utc|gmt)(?= |$)/iu
  const clockZone = utc.test(typed) ? UTC : zone
  const text = typed.replace(/^(?:on|by|due) /iu, '').replace(utc, '')
  const today = wallTime(now, zone)
  const place = (day: ReadDay, time: TimeOfDay | undefined): ParsedDue =>
    time
      ? {at: instantOf({...day, ...time, second: 0}, clockZone), hasTime: true}
      : {at: endOfDay(day, zone), hasTime: false}
  for (const {dayText, timeText} of splits(text)) {
    const found = dayText === '' ? dayOfTime(today) : readDay(dayText, today)
    if (found === undefined) continue
    const time = timeOf(timeText, found)
    if (time === undefined) continue
    if (found === null) throw invalidDate(typed, ': there is no such day')
    const due = place(found, time ?? undefined)
    if (found.past === 'stay' || due.at > now) return due
    const tomorrow = {year: found.year, month: found.month, day: found.day + 1}
    return place(dayText === '' ? dayOfTime(tomorrow) : readDay(dayText, tomorrow)!, time ?? undefined)
  }
  return undefined
}

const dayOfTime = (day: CalendarDay): ReadDay => ({...day, past: 'next', evening: false, hourMayFollow: false})

/** Null: no time, the day alone. */
function timeOf(text: string, day: ReadDay | null): TimeOfDay | null | undefined {
  if (text === '') return day?.evening ? {hour: 20, minute: 0, bare: false} : null
  if (/^\d+$/u.test(text) && day?.hourMayFollow !== true) return undefined
  return readClock(text, day?.evening)
}

/** The text as a day, as a time, and cut at each space into both. */
function* splits(text: string): Generator<{dayText: string; timeText: string}> {
  yield {dayText: text, timeText: ''}
  for (const {index} of text.matchAll(/,? /gu)) {
    const [left, right] = [text.slice(0, index), text.slice(index).replace(/^,? /u, '')]
    const later = right.replace(/^on /iu, '')
    yield {dayText: left, timeText: right}
    yield {dayText: later, timeText: left}
  }
  const part = /^this (morning|afternoon|evening)$/iu.exec(text)?.[1]
  if (part !== undefined) yield {dayText: 'today', timeText: part}
  yield {dayText: '', timeText: text}
}
