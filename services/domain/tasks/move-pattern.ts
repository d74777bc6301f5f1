import {formatRule} from '../recurrence/canonical.ts'
import {compileRecurrence} from '../recurrence/compile.ts'
import {parseRule} from '../recurrence/parse-rule.ts'
import type {RecurrenceRule, Weekday} from '../recurrence/rule.ts'

const DAY = 86_400_000
/** 1 January 1970 was a Thursday. */
const EPOCH_WEEKDAY = 3

/**
 * The rule of a series whose occurrence at `from` is moved to `to` with all that follow (ms, UTC): another time of day is
 * the new time, another day is the new day where the day is all that the rule says. Null for other rules when `to` is no
 * date of theirs. COUNT and UNTIL stay.
 */
export function movePattern(pattern: string, from: number, to: number): string | null {
  const parsed = parseRule(pattern)
  const rule = from % DAY === to % DAY ? parsed : withTime(parsed, to)
  const moved = rule && (Math.floor(from / DAY) === Math.floor(to / DAY) ? rule : withDay(rule, to))
  // Without lists the start alone says when: it is a date of its rule.
  if (moved) return formatRule(moved)
  const endless = {...(rule ?? parsed), count: null, until: null}
  return compileRecurrence({rule: endless, start: to}).has(to) ? formatRule(rule ?? parsed) : null
}

/** With the time of day in its lists, where it is one time; null for several times. */
function withTime(rule: RecurrenceRule, to: number): RecurrenceRule | null {
  const lists = [rule.byHour, rule.byMinute, rule.bySecond]
  if (lists.every((list) => list.length === 0)) return rule
  const repeatsInTheDay = rule.freq === 'HOURLY' || rule.freq === 'MINUTELY' || rule.freq === 'SECONDLY'
  if (repeatsInTheDay || lists.some((list) => list.length > 1)) return null
  const at = new Date(to)
  return {
    ...rule,
    byHour: rule.byHour.length > 0 ? [at.getUTCHours()] : [],
    byMinute: rule.byMinute.length > 0 ? [at.getUTCMinutes()] : [],
    bySecond: rule.bySecond.length > 0 ? [at.getUTCSeconds()] : [],
  }
}

/** On the new day, when the only thing that the rule says of days is the day itself; null otherwise. */
function withDay(rule: RecurrenceRule, to: number): RecurrenceRule | null {
  if (rule.byWeekNo.length + rule.byYearDay.length + rule.bySetPos.length > 0) return null
  const at = new Date(to)
  const {byDay, byMonthDay, byMonth} = rule
  switch (rule.freq) {
    case 'WEEKLY':
      if (byDay.length > 1 || byMonth.length > 0) return null
      return byDay.length === 0 ? rule : {...rule, byDay: [{weekday: weekdayOf(to), ordinal: 0}]}
    case 'MONTHLY':
      if (byDay.length > 0 || byMonthDay.length > 1 || byMonth.length > 0) return null
      return {...rule, byMonthDay: byMonthDay.map((day) => dayOfMonth(day, at))}
    case 'YEARLY':
      // A day without its month is a day of every month.
      if (byDay.length > 0 || byMonthDay.length > 1 || byMonth.length > 1) return null
      if (byMonthDay.length > byMonth.length) return null
      return {
        ...rule,
        byMonth: byMonth.map(() => at.getUTCMonth() + 1),
        byMonthDay: byMonthDay.map((day) => dayOfMonth(day, at)),
      }
    case 'DAILY':
    case 'HOURLY':
    case 'MINUTELY':
    case 'SECONDLY':
      return byDay.length + byMonthDay.length + byMonth.length === 0 ? rule : null
  }
}

const weekdayOf = (at: number): Weekday => ((Math.floor(at / DAY) + EPOCH_WEEKDAY) % 7) as Weekday

/** The last day of a month stays the last one when it is moved to a last day. */
function dayOfMonth(day: number, at: Date): number {
  const date = at.getUTCDate()
  if (day > 0) return date
  const days = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()
  return date - days - 1 === day ? day : date
}
