/** Which kernel computes a rule, and the proofs that some rules never occur. */
import {cadenceOf} from './cadence.ts'
import {SECONDS_PER_DAY} from './calendar.ts'
import {DayFilter} from './day-filter.ts'
import {DayKernel} from './day-kernel.ts'
import {Days} from './days.ts'
import type {Kernel} from './kernel.ts'
import {periodsOf} from './periods.ts'
import {Positions} from './positions.ts'
import {refusePositions} from './refusals.ts'
import type {RecurrenceRule} from './rule.ts'
import {SetKernel} from './set-kernel.ts'
import {chooseTimes, productOfTimes} from './time-lists.ts'
import {isUnitFrequency, unitKernel} from './units.ts'

/** `rule` has its implied parts; `start` in whole seconds since the epoch. Throws InvalidRecurrence. */
export function chooseKernel(rule: RecurrenceRule, start: number): Kernel {
  const {freq, bySetPos} = rule
  if (isUnitFrequency(freq)) return unitKernel(rule, freq, start)
  const startDay = Math.floor(start / SECONDS_PER_DAY)
  const times = productOfTimes(rule.byHour, rule.byMinute, rule.bySecond)
  const filter = new DayFilter(rule)
  if (bySetPos.length === 0) return new DayKernel(new Days(filter, cadenceOf(rule, startDay)), times)
  if (freq === 'DAILY') {
    const chosen = chooseTimes(times, bySetPos)
    if (chosen.length === 0) refusePositions(rule)
    return new DayKernel(new Days(filter, cadenceOf(rule, startDay)), chosen)
  }
  const positions = new Positions(bySetPos)
  if (positions.smallestSet > largestDaySet(rule) * times.length) refusePositions(rule)
  return new SetKernel(periodsOf(rule, startDay), rule.interval, filter, times, positions)
}

/** No week, month or year has more days than this in its set. */
function largestDaySet({freq, byDay, byMonthDay, byYearDay, byWeekNo}: RecurrenceRule): number {
  if (freq === 'WEEKLY') return byDay.length
  const yearly = freq === 'YEARLY'
  const atMost = (list: readonly unknown[], each: number) => (list.length === 0 ? 366 : list.length * each)
  return Math.min(
    yearly ? 366 : 31,
    atMost(byDay, yearly ? 53 : 5),
    atMost(byMonthDay, yearly ? 12 : 1),
    atMost(byYearDay, 1),
    // A year has the days of one week, and may end with some of the first week of the next.
    atMost(byWeekNo, 14),
  )
}
