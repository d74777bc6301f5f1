/** HOURLY, MINUTELY and SECONDLY rules: one of four ways, by how their steps fall on the days. */
import {greatestCommonDivisor, modulo} from './arithmetic.ts'
import {everyDay, everyDays} from './cadence.ts'
import {SECONDS_PER_DAY} from './calendar.ts'
import {MAX_TIMES} from './check-combination.ts'
import {DayFilter} from './day-filter.ts'
import {DayKernel} from './day-kernel.ts'
import {Days} from './days.ts'
import {DriftingDays} from './drifting-days.ts'
import {DriftingUnits} from './drifting-units.ts'
import type {Kernel} from './kernel.ts'
import {MAX_COUNT} from './part-values.ts'
import {type Meetings, meetingsOf, onAllowedWeekdays} from './meetings.ts'
import {refuseDates, refuseLongCount, refuseLongSteps, refusePositions, refuseTimes} from './refusals.ts'
import type {Frequency, RecurrenceRule} from './rule.ts'
import {TimeFields} from './time-fields.ts'
import {chooseTimes, productOfTimes} from './time-lists.ts'
import {byArithmetic, byDays, byMeetings, oneByOne, stepsOn} from './unit-count.ts'
import {type NthUnit, UnitKernel, type UnitSearch} from './unit-kernel.ts'
import {UnitSteps} from './unit-steps.ts'

const UNIT_SECONDS = {HOURLY: 3_600, MINUTELY: 60, SECONDLY: 1}
type UnitFrequency = keyof typeof UNIT_SECONDS

const OPEN: readonly number[] = []
const ZERO: readonly number[] = [0]
const ANY_TIME = new TimeFields(OPEN, OPEN, OPEN)
/** Longest step that is walked when the allowed times of a day are too many to be solved for one by one. */
const LONGEST_WALKED = 6 * 3_600
/** Most days after which meetings may repeat for which a table is made; a table of two bytes for each. */
const LONGEST_TABLE = 100_000
/** A step that has to look at the day too takes about three times as long. */
const WITH_DAYS = 1 / 3

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

  const everyAllowedDay = new Days(filter, everyDay())
  const steps = new UnitSteps(anchor, step, filter.unlimited ? null : everyAllowedDay, fields)
  if (fields === null && !wholeDays && !overDays) {
    const inDays = () => stepsOn(anchor, step)
    return new UnitKernel(
      unit,
      offsets,
      steps,
      filter.unlimited ? byArithmetic(steps, step) : byDays(steps, everyAllowedDay, inDays),
    )
  }
  const phase = modulo(anchor, grid)
  const allowed = fields ?? ANY_TIME
  const reachable = allowed.reachable(phase, grid, MAX_TIMES + 1)
  if (reachable.length === 0) refuseTimes(rule)
  if (wholeDays) {
    const days = new Days(filter, everyDays(Math.floor(start / SECONDS_PER_DAY), step / SECONDS_PER_DAY))
    return new DayKernel(days, sums(reachable, offsets))
  }
  if (grid === step) {
    if (reachable.length * offsets.length <= MAX_TIMES) return new DayKernel(everyAllowedDay, sums(reachable, offsets))
    const perDay = () => {
      const units = allowed.reachable(phase, grid, SECONDS_PER_DAY).length
      return () => units
    }
    return new UnitKernel(unit, offsets, steps, byDays(steps, everyAllowedDay, perDay))
  }
  if (reachable.length <= MAX_TIMES) {
    const {search, nth} = drifting(meetingsOf(anchor, step, reachable), filter, everyAllowedDay)
    return new UnitKernel(unit, offsets, search, nth)
  }
  if (step > LONGEST_WALKED) refuseLongSteps('six hours')
  if (rule.count !== null) {
    const share = (allowed.reachable(phase, grid, SECONDS_PER_DAY).length * grid) / SECONDS_PER_DAY
    const most = Math.floor(MAX_COUNT * share * (filter.unlimited ? 1 : WITH_DAYS))
    if (rule.count > most) refuseLongCount(most)
  }
  return new UnitKernel(unit, offsets, steps, oneByOne(steps))
}

/** How to find a meeting of drifting steps with the allowed times on an allowed day. Refuses what never happens. */
function drifting(meetings: Meetings, filter: DayFilter, allowedDays: Days): {search: UnitSearch; nth: NthUnit} {
  if (filter.unlimited) return {search: new DriftingUnits(meetings, filter), nth: byMeetings(meetings)}
  const possible = onAllowedWeekdays(meetings, filter)
  const daysShare = filter.shareOfDays()
  if (possible.times.length === 0 || daysShare === 0) refuseDates()
  // From meeting to meeting each time is tried on some days until one is allowed; else all allowed days are looked up.
  const rare = 6 * possible.times.length ** 2 < daysShare * possible.period || possible.period > LONGEST_TABLE
  if (rare) {
    const search = new DriftingUnits(possible, filter)
    return {search, nth: oneByOne(search)}
  }
  const search = new DriftingDays(possible, allowedDays)
  return {search, nth: byDays(search, allowedDays, () => (day) => search.countOn(day))}
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
