/** On which days steps that do not divide a day meet which times of day. */
import {greatestCommonDivisor, modularInverse, modulo} from './arithmetic.ts'
import {SECONDS_PER_DAY, weekdayOf} from './calendar.ts'
import type {DayFilter} from './day-filter.ts'

export interface Meetings {
  /** Seconds of the day, ascending. */
  readonly times: readonly number[]
  /** For each time a day on which it is met … */
  readonly firstDays: readonly number[]
  /** … and it is met again every so many days. */
  readonly period: number
}

/** `anchor`: the unit of the start (s); `step`: INTERVAL in seconds; `times`: those that the steps reach. */
export function meetingsOf(anchor: number, step: number, times: readonly number[]): Meetings {
  const grid = greatestCommonDivisor(SECONDS_PER_DAY, step % SECONDS_PER_DAY)
  const gridsPerDay = SECONDS_PER_DAY / grid
  const inverse = modularInverse((step / grid) % gridsPerDay, gridsPerDay)
  const firstDays = times.map((time) => {
    // anchor + k · step ≡ time modulo a day, for the smallest k.
    const k = modulo((modulo(time - anchor, SECONDS_PER_DAY) / grid) * inverse, gridsPerDay)
    return Math.floor((anchor + k * step) / SECONDS_PER_DAY)
  })
  return {times, firstDays, period: step / grid}
}

/** Without the times that are always met on a weekday which is not allowed: a period of whole weeks never leaves it. */
export function onAllowedWeekdays({times, firstDays, period}: Meetings, filter: DayFilter): Meetings {
  if (period % 7 !== 0) return {times, firstDays, period}
  const kept = firstDays.map((day) => filter.allowsWeekday(weekdayOf(day)))
  return {times: times.filter((_, at) => kept[at]), firstDays: firstDays.filter((_, at) => kept[at]), period}
}
