/** RFC 5545 section 3.3.10: what a rule leaves open, "the information is obtained from DTSTART". */
import {monthAndDay, SECONDS_PER_DAY, weekdayOf} from './calendar.ts'
import type {RecurrenceRule, Weekday} from './rule.ts'

/** The rule with the parts that its start implies; `start` in whole seconds since the epoch. */
export function withImpliedParts(rule: RecurrenceRule, start: number): RecurrenceRule {
  const {freq, byMonth, byWeekNo, byYearDay, byMonthDay, byDay} = rule
  if (freq === 'SECONDLY' || freq === 'MINUTELY' || freq === 'HOURLY') return withTimes(rule, start)
  const day = Math.floor(start / SECONDS_PER_DAY)
  const openDay = byDay.length + byMonthDay.length + byYearDay.length === 0
  if (freq === 'DAILY' || !openDay) return withTimes(rule, start)

  const date = monthAndDay(day)
  if (freq === 'WEEKLY' || byWeekNo.length > 0) {
    return withTimes({...rule, byDay: [{weekday: weekdayOf(day) as Weekday, ordinal: 0}]}, start)
  }
  const openMonth = freq === 'YEARLY' && byMonth.length === 0
  const months = openMonth ? [((date >> 5) % 12) + 1] : byMonth
  return withTimes({...rule, byMonth: months, byMonthDay: [(date & 31) + 1]}, start)
}

/** Fills in the fields of the time that are finer than FREQ. */
function withTimes(rule: RecurrenceRule, start: number): RecurrenceRule {
  const {freq, byHour, byMinute, bySecond} = rule
  const openHour = byHour.length === 0 && freq !== 'HOURLY' && freq !== 'MINUTELY' && freq !== 'SECONDLY'
  const openMinute = byMinute.length === 0 && freq !== 'MINUTELY' && freq !== 'SECONDLY'
  const openSecond = bySecond.length === 0 && freq !== 'SECONDLY'
  return {
    ...rule,
    byHour: openHour ? [Math.floor(start / 3_600) % 24] : byHour,
    byMinute: openMinute ? [Math.floor(start / 60) % 60] : byMinute,
    bySecond: openSecond ? [start % 60] : bySecond,
  }
}

/**
 * The same rule without the time of day where its start has that time, too; `start` in ms since the epoch. For calendar
 * programs: several refuse BYHOUR, BYMINUTE and BYSECOND, all of them take the time of DTSTART.
 */
export function withoutImpliedTime(rule: RecurrenceRule, start: number): RecurrenceRule {
  // BYSETPOS wants another BY part beside it, which may be the time alone.
  if (rule.bySetPos.length > 0) return rule
  const bare = {...rule, byHour: [], byMinute: [], bySecond: []}
  const implied = withTimes(bare, Math.floor(start / 1000))
  const isImplied = (['byHour', 'byMinute', 'bySecond'] as const).every(
    (part) => rule[part].length === 0 || (rule[part].length === 1 && rule[part][0] === implied[part][0]),
  )
  return isImplied ? bare : rule
}
