/** Rule → plain English. Every rule has a sentence; what patterns in words can say, parses back to the same rule. */
import {weekStartMatters} from './canonical.ts'
import {chosenDays, daysOfMonth, daysOfYear, inMonths, isEveryWeekday, onlyWhen, weekdayList} from './describe-days.ts'
import {explicitRule} from './explicit-rule.ts'
import type {Frequency, RecurrenceRule} from './rule.ts'
import {fromEitherEnd, listed, startThenEnd, twoDigits, withRanges} from './sentence.ts'
import {MONTH_NAMES, UNIT_NAMES, WEEKDAY_NAMES} from './vocabulary.ts'

export interface DescribeOptions {
  /** What follows times of day. `UTC` when left out; '' for none, as front ends want for a rule in local time. */
  readonly zone?: string
}

/** More times of a day than this are told as hours and minutes, not one by one. */
const MOST_TIMES = 6

/**
 * A sentence such as "every second Friday at 17:00 UTC until 1 June 2027".
 * `start` is the start of the series, ms since the epoch: it gives the parts that the rule leaves out. For a rule in
 * local time, give the local start as if it were UTC, and the zone to print.
 */
export function describeRule(given: RecurrenceRule, start: number, options: DescribeOptions = {}): string {
  const rule = explicitRule(given, start)
  const zone = options.zone ?? 'UTC'
  const suffix = zone === '' ? '' : ` ${zone}`
  const timesADay = rule.byHour.length * rule.byMinute.length * rule.bySecond.length
  const time = isWithinDay(rule.freq) ? timeWithinDay(rule, suffix) : timeOfDay(rule, suffix)
  const text = `${schedule(rule, timesADay, time)}${weekStart(rule)}`
  const ending = end(rule, suffix)
  const open = isWithinDay(rule.freq) && text.includes(', only ') && ending.startsWith(' ')
  return `${text}${open ? ',' : ''}${ending}`
}

const isWithinDay = (freq: Frequency): boolean => freq === 'HOURLY' || freq === 'MINUTELY' || freq === 'SECONDLY'

function schedule(rule: RecurrenceRule, timesADay: number, time: string): string {
  const every = everyUnit(rule)
  if (rule.bySetPos.length > 0) {
    const chosen = chosenDays(rule, timesADay)
    if (chosen?.includes(' or last day') && rule.freq === 'MONTHLY' && rule.interval === 1) {
      return `monthly${chosen}${time}`
    }
    if (chosen !== null) return `${every}${chosen}${time}`
    const positions = listed(startThenEnd(rule.bySetPos).map((position) => `the ${fromEitherEnd(position)}`))
    const set = `${days(rule)}${commaAfterLimit(rule)}${time}`.replace(/^,? /, '')
    return `${every}, only ${positions} of these: ${set}`
  }
  if (rule.freq === 'WEEKLY') return `${weekly(rule)}${inMonths(rule)}${time}`
  if (isWithinDay(rule.freq)) return `${every}${time}${daysWithinDay(rule)}`
  return `${every}${days(rule)}${commaAfterLimit(rule)}${time}`
}

const everyUnit = ({freq, interval}: RecurrenceRule): string =>
  interval === 1 ? `every ${UNIT_NAMES[freq]}` : `every ${interval} ${UNIT_NAMES[freq]}s`

/** " on Monday", ", only when that is a Friday": what chooses days within a period longer than a day, or limits days. */
function days(rule: RecurrenceRule): string {
  if (rule.freq === 'YEARLY') return daysOfYear(rule)
  if (rule.freq === 'MONTHLY') return daysOfMonth(rule)
  if (rule.freq === 'WEEKLY') return ` on ${weekdayList(rule.byDay)}${inMonths(rule)}`
  return rule.freq === 'DAILY' ? `${inMonths(rule)}${onlyWhen(rule)}` : daysWithinDay(rule)
}

/** A subordinate clause ends with a comma before the time of day. */
const commaAfterLimit = (rule: RecurrenceRule): string =>
  !isWithinDay(rule.freq) && days(rule).includes(', only when') ? ',' : ''

function weekly(rule: RecurrenceRule): string {
  const {byDay, interval} = rule
  const working = isEveryWeekday(byDay)
  if (interval === 1) {
    if (working) return 'every weekday'
    return byDay.length === 7 ? 'every week on Monday to Sunday' : `every ${weekdayList(byDay)}`
  }
  if (interval === 2 && byDay.length === 1) return `every second ${weekdayList(byDay)}`
  return `every ${interval} weeks on ${working ? 'weekdays' : weekdayList(byDay)}`
}

function daysWithinDay(rule: RecurrenceRule): string {
  const {byDay, byMonthDay, byYearDay} = rule
  if (byDay.length > 0 && byMonthDay.length === 0 && byYearDay.length === 0) {
    return ` on ${isEveryWeekday(byDay) ? 'weekdays' : weekdayList(byDay)}${inMonths(rule)}`
  }
  return `${inMonths(rule)}${onlyWhen(rule)}`
}

/** " at 09:00 and 17:00 UTC"; many times as " at minutes 0 and 30 of the hours 9 to 17 UTC". */
function timeOfDay({byHour, byMinute, bySecond}: RecurrenceRule, suffix: string): string {
  if (byHour.length * byMinute.length * bySecond.length <= MOST_TIMES) {
    const times: string[] = []
    for (const hour of byHour) {
      for (const minute of byMinute) for (const second of bySecond) times.push(clock(hour, minute, second))
    }
    return ` at ${listed(times)}${suffix}`
  }
  const seconds = bySecond.length === 1 && bySecond[0] === 0 ? '' : `${counted('second', bySecond)} of `
  return ` at ${seconds}${counted('minute', byMinute)} of the ${counted('hour', byHour)}${suffix}`
}

const clock = (hour: number, minute: number, second: number): string =>
  `${twoDigits(hour)}:${twoDigits(minute)}${second === 0 ? '' : `:${twoDigits(second)}`}`

const counted = (unit: string, numbers: readonly number[]): string =>
  `${unit}${numbers.length > 1 ? 's' : ''} ${listed(withRanges(numbers, String))}`

/** Where in its unit a rule within the day falls, and what limits it: " at minute 30 in the hours 9 to 17 UTC". */
function timeWithinDay(rule: RecurrenceRule, suffix: string): string {
  const {freq, byHour, byMinute, bySecond} = rule
  let text = ''
  if (freq === 'HOURLY') {
    const wholeMinute = bySecond.length === 1 && bySecond[0] === 0
    if (wholeMinute && byMinute.length === 1 && byMinute[0] === 0) text = ' on the hour'
    else text = ` at ${counted('minute', byMinute)}${wholeMinute ? '' : ` and ${counted('second', bySecond)}`}`
  } else if (freq === 'MINUTELY') {
    if (bySecond.length !== 1 || bySecond[0] !== 0) text = ` at ${counted('second', bySecond)}`
  } else if (bySecond.length > 0) {
    text = `, only in ${counted('second', bySecond)}`
  }
  if (freq !== 'HOURLY' && byMinute.length > 0) text += `, only in ${counted('minute', byMinute)}`
  if (byHour.length > 0) text += ` in the ${counted('hour', byHour)}${suffix}`
  return text
}

/** Only where it decides which days come: weeks that are counted, chosen from or numbered. */
function weekStart(rule: RecurrenceRule): string {
  if (rule.wkst === 0 || !weekStartMatters(rule)) return ''
  return `, weeks starting on ${WEEKDAY_NAMES[rule.wkst]}`
}

function end({count, until, untilIsDate}: RecurrenceRule, suffix: string): string {
  if (count !== null) return count === 1 ? ', once' : `, ${count} times`
  if (until === null) return ''
  const at = new Date(until)
  const date = `${at.getUTCDate()} ${MONTH_NAMES[at.getUTCMonth()]!} ${at.getUTCFullYear()}`
  if (untilIsDate) return ` until ${date}`
  return ` until ${date} ${clock(at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds())}${suffix}`
}
