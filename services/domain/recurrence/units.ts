/** HOURLY, MINUTELY and SECONDLY rules: one of four ways, by how their steps fall on the days. */
import {greatestCommonDivisor, modulo} from './arithmetic.ts'
import {everyDay, everyDays} from './cadence.ts'
import {SECONDS_PER_DAY} from './calendar.ts'
import {MAX_TIMES} from './check-combination.ts'
import {DayFilter} from './day-filter.ts'
import {DayKernel} from './day-kernel.ts'
import {Days} from './days.ts'
import {DriftingUnits} from './drifting-units.ts'
import type {Kernel} from './kernel.ts'
import {MAX_COUNT} from './part-values.ts'
import {type Meetings, meetingsOf, onAllowedWeekdays} from './meetings.ts'
import {refuseDates, refuseLongCount, refuseLongSteps, refusePositions, refuseTimes} from './refusals.ts'
import type {Frequency, RecurrenceRule} from './rule.ts'
import {TimeFields} from './time-fields.ts'
import {chooseTimes, productOfTimes} from './time-lists.ts'
import {UnitKernel} from './unit-kernel.ts'
import {UnitSteps} from './unit-steps.ts'

const UNIT_SECONDS = {HOURLY: 3_600, MINUTELY: 60, SECONDLY: 1}
type UnitFrequency = keyof typeof UNIT_SECONDS

const OPEN: readonly number[] = []
const ZERO: readonly number[] = [0]
const ANY_TIME = new TimeFields(OPEN, OPEN, OPEN)
/** Longest step that is walked when the allowed times of a day are too many to be solved for one by one. */
const LONGEST_WALKED = 6 * 3_600

export function isUnitFrequency(freq: Frequency): freq is UnitFrequency {
  return freq in UNIT_SECONDS
}

export function unitKernel(rule: RecurrenceRule, freq: UnitFrequency, start: number): Kernel {
  const unit = UNIT_SECONDS[freq]
  const step = unit * rule.interval
  const anchor = start - (start % unit)
  const filter = new DayFilter(rule)
  const offsets = offsetsOf(rule, freq)
  const fields = fieldsOf(rule, freq)
  // The steps reach the times of day that are ≡ anchor modulo this; when it is the step, every day is alike.
  const grid = greatestCommonDivisor(SECONDS_PER_DAY, step % SECONDS_PER_DAY)
  const wholeDays = grid === SECONDS_PER_DAY
  const overDays = step > SECONDS_PER_DAY && !wholeDays && !filter.unlimited
  if (overDays && freq !== 'HOURLY') refuseLongSteps('a day')

  const walk = new UnitSteps(anchor, step, daysOf(filter), fields)
  if (fields === null && !wholeDays && !overDays) return new UnitKernel(unit, offsets, walk)
  const reachable = (fields ?? ANY_TIME).reachable(modulo(anchor, grid), grid, MAX_TIMES + 1)
  if (reachable.length === 0) refuseTimes(rule)
  if (wholeDays) {
    const days = new Days(filter, everyDays(Math.floor(start / SECONDS_PER_DAY), step / SECONDS_PER_DAY))
    return new DayKernel(days, sums(reachable, offsets))
  }
  if (grid === step && reachable.length * offsets.length <= MAX_TIMES) {
    return new DayKernel(new Days(filter, everyDay()), sums(reachable, offsets))
  }
  if (grid !== step && reachable.length <= MAX_TIMES) {
    const meetings = meetingsOf(anchor, step, reachable)
    return new UnitKernel(unit, offsets, driftingSearch(rule, meetings, filter) ?? walk)
  }
  if (grid !== step && step > LONGEST_WALKED) refuseLongSteps('six hours')
  return new UnitKernel(unit, offsets, walk)
}

/**
 * How to find a meeting of drifting steps with the allowed times: null when there are fewer allowed days to try than
 * meetings to pass. Refuses what never happens, and a COUNT that would take more than some milliseconds to find.
 */
function driftingSearch({count}: RecurrenceRule, meetings: Meetings, filter: DayFilter): DriftingUnits | null {
  if (filter.unlimited) return new DriftingUnits(meetings, filter)
  const possible = onAllowedWeekdays(meetings, filter)
  const daysShare = filter.shareOfDays()
  if (possible.times.length === 0 || daysShare === 0) refuseDates()
  const meetingsPerDay = possible.times.length / possible.period
  const fewDays = daysShare < meetingsPerDay
  const effort = fewDays ? 1 / meetingsPerDay : possible.times.length
  if ((count ?? 0) * effort > MAX_COUNT) refuseLongCount(Math.floor(MAX_COUNT / effort))
  return fewDays ? null : new DriftingUnits(possible, filter)
}

function daysOf(filter: DayFilter): Days | null {
  return filter.unlimited ? null : new Days(filter, everyDay())
}

/** The finer BY parts expand a unit (RFC 5545, table of section 3.3.10) and BYSETPOS chooses among what they make. */
function offsetsOf(rule: RecurrenceRule, freq: UnitFrequency): Int32Array {
  const minutes = freq === 'HOURLY' ? rule.byMinute : ZERO
  const offsets = productOfTimes(ZERO, minutes, freq === 'SECONDLY' ? ZERO : rule.bySecond)
  if (rule.bySetPos.length === 0) return offsets
  const chosen = chooseTimes(offsets, rule.bySetPos)
  if (chosen.length === 0) refusePositions(rule)
  return chosen
}

/** The BY parts that are not finer than FREQ limit it; null when there are none. */
function fieldsOf({byHour, byMinute, bySecond}: RecurrenceRule, freq: UnitFrequency): TimeFields | null {
  const minutes = freq === 'HOURLY' ? OPEN : byMinute
  const seconds = freq === 'SECONDLY' ? bySecond : OPEN
  return byHour.length + minutes.length + seconds.length === 0 ? null : new TimeFields(byHour, minutes, seconds)
}

function sums(times: readonly number[], offsets: Int32Array): Int32Array {
  const all = new Int32Array(times.length * offsets.length)
  let at = 0
  for (const time of times) for (const offset of offsets) all[at++] = time + offset
  return all
}
