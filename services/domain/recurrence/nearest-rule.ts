import {explicitRule} from './explicit-rule.ts'
import type {StartedRule} from './move-rule.ts'
import type {RecurrenceRule} from './rule.ts'
import {positionsOfDays} from './word-draft.ts'

const HOUR = 3_600_000

/**
 * Local rules near one that has no UTC form, the nearest first: fewer times of day, a day that every month has, or a
 * time of day at which the UTC date is the local date. Whoever asks tries them.
 */
export function nearestRules({rule, start}: StartedRule, offset: number): RecurrenceRule[] {
  const explicit = {...explicitRule(rule, start), bySecond: rule.bySecond}
  return [
    ...withinOneDay(explicit, offset),
    ...withOneMinute(explicit),
    ...withSureDay(explicit),
    ...atSafeTime(explicit, offset),
  ]
}

/** The times that keep their date, then those that do not. */
function withinOneDay(rule: RecurrenceRule, offset: number): RecurrenceRule[] {
  if (rule.byHour.length < 2) return []
  const kept = (hour: number): boolean => {
    const minutes = rule.byMinute.length > 0 ? rule.byMinute : [0, 59]
    const times = minutes.map((minute) => hour * HOUR + minute * 60_000 - offset)
    return times.every((time) => time >= 0 && time < 24 * HOUR)
  }
  const same = rule.byHour.filter(kept)
  const other = rule.byHour.filter((hour) => !kept(hour))
  return [same, other, rule.byHour.slice(0, 1)].filter((hours) => hours.length > 0).map((byHour) => ({...rule, byHour}))
}

const withOneMinute = (rule: RecurrenceRule): RecurrenceRule[] =>
  rule.byMinute.length > 1 ? [{...rule, byMinute: rule.byMinute.slice(0, 1)}] : []

/** "The 29th or last day" for the 29th, the last Friday for the fifth. */
function withSureDay(rule: RecurrenceRule): RecurrenceRule[] {
  const [day = 0] = rule.byMonthDay
  const times = rule.byHour.length * rule.byMinute.length
  if (
    rule.byMonthDay.length === 1 &&
    (day === 29 || day === 30) &&
    rule.byDay.length === 0 &&
    rule.bySetPos.length === 0
  ) {
    const byMonthDay = [28, 29, 30].filter((other) => other <= day)
    return [{...rule, byMonthDay, bySetPos: positionsOfDays([-1], times)}]
  }
  if (rule.byDay.some(({ordinal}) => ordinal === 5)) {
    return [{...rule, byDay: rule.byDay.map((one) => (one.ordinal === 5 ? {...one, ordinal: -1} : one))}]
  }
  return []
}

/** The first full hour of the UTC day on a clock that is ahead, the last on one that is behind. */
function atSafeTime(rule: RecurrenceRule, offset: number): RecurrenceRule[] {
  if (rule.freq === 'HOURLY' || rule.freq === 'MINUTELY' || rule.freq === 'SECONDLY') return []
  const hour = offset > 0 ? Math.ceil(offset / HOUR) : Math.floor(24 + offset / HOUR) - 1
  return [{...rule, byHour: [hour], byMinute: rule.byMinute.slice(0, 1)}]
}
