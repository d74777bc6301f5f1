/** The weeks, months or years of a rule, numbered from the one that contains the start. */
import {CYCLE_MONTHS, CYCLE_WEEKS, CYCLE_YEARS, firstDayOfMonth, monthAndDay, weekStart} from './calendar.ts'
import type {RecurrenceRule} from './rule.ts'

export interface Periods {
  /** The number of the period that contains `day`. */
  containing(day: number): number
  firstDay(period: number): number
  /** After so many periods the calendar repeats. */
  readonly cycle: number
}

export function periodsOf({freq, wkst}: RecurrenceRule, startDay: number): Periods {
  if (freq === 'WEEKLY') {
    const anchor = weekStart(startDay, wkst)
    return {
      containing: (day) => Math.floor((day - anchor) / 7),
      firstDay: (period) => anchor + period * 7,
      cycle: CYCLE_WEEKS,
    }
  }
  const months = freq === 'YEARLY' ? 12 : 1
  const startMonth = monthAndDay(startDay) >> 5
  const anchor = startMonth - (startMonth % months)
  return {
    containing: (day) => Math.floor(((monthAndDay(day) >> 5) - anchor) / months),
    firstDay: (period) => firstDayOfMonth(anchor + period * months),
    cycle: freq === 'YEARLY' ? CYCLE_YEARS : CYCLE_MONTHS,
  }
}
