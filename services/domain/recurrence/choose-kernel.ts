/** Which of the three kernels computes a rule, and the proofs that some rules never occur. */
import {greatestCommonDivisor, modulo} from './arithmetic.ts'
import {SECONDS_PER_DAY} from './calendar.ts'
import {MAX_TIMES} from './check-combination.ts'
import {DayKernel} from './day-kernel.ts'
import {Days} from './days.ts'
import {InvalidRecurrence} from './invalid-recurrence.ts'
import type {Kernel} from './kernel.ts'
import {periodsOf} from './periods.ts'
import {Positions} from './positions.ts'
import type {RecurrenceRule} from './rule.ts'
import {SetKernel} from './set-kernel.ts'
import {TimeFields} from './time-fields.ts'
import {chooseTimes, productOfTimes} from './time-lists.ts'
import {UnitKernel} from './unit-kernel.ts'

const NO_LIMIT: readonly number[] = []
const ZERO: readonly number[] = [0]

/** `rule` has its implied parts; `start` in whole seconds since the epoch. Throws InvalidRecurrence (rrule_never). */
export function chooseKernel(rule: RecurrenceRule, start: number): Kernel {
  const {freq} = rule
  if (freq === 'HOURLY' || freq === 'MINUTELY' || freq === 'SECONDLY') return unitKernel(rule, start)
  const startDay = Math.floor(start / SECONDS_PER_DAY)
  const times = productOfTimes(rule.byHour, rule.byMinute, rule.bySecond)
  if (rule.bySetPos.length === 0) return new DayKernel(new Days(rule, startDay, rule.interval), times)
  if (freq === 'DAILY') return new DayKernel(new Days(rule, startDay, rule.interval), positioned(times, rule))

  const positions = new Positions(rule.bySetPos)
  if (positions.smallestSet > largestDaySet(rule) * times.length) refusePositions(rule)
  return new SetKernel(periodsOf(rule, startDay), rule.interval, new Days(rule, startDay, 1), times, positions)
}

function largestDaySet({freq, byDay}: RecurrenceRule): number {
  if (freq === 'WEEKLY') return byDay.length
  return freq === 'MONTHLY' ? 31 : 366
}

function positioned(times: Int32Array, rule: RecurrenceRule): Int32Array {
  if (rule.bySetPos.length === 0) return times
  const chosen = chooseTimes(times, rule.bySetPos)
  if (chosen.length === 0) refusePositions(rule)
  return chosen
}

const UNITS = {HOURLY: 3_600, MINUTELY: 60, SECONDLY: 1}

function unitKernel(rule: RecurrenceRule, start: number): Kernel {
  const {byHour, byMinute, bySecond} = rule
  const freq = rule.freq as keyof typeof UNITS
  const unit = UNITS[freq]
  const step = unit * rule.interval
  const anchor = start - (start % unit)
  const inUnit = productOfTimes(ZERO, freq === 'HOURLY' ? byMinute : ZERO, freq === 'SECONDLY' ? ZERO : bySecond)
  const offsets = positioned(inUnit, rule)
  const allDays = new Days(rule, Math.floor(start / SECONDS_PER_DAY), 1)
  const days = allDays.unlimited ? null : allDays

  const minuteLimit = freq === 'HOURLY' ? NO_LIMIT : byMinute
  const secondLimit = freq === 'SECONDLY' ? bySecond : NO_LIMIT
  if (byHour.length + minuteLimit.length + secondLimit.length === 0) {
    return new UnitKernel({unit, step, anchor, offsets, days, fields: null, targets: NO_LIMIT})
  }
  const fields = new TimeFields(byHour, minuteLimit, secondLimit)
  // The times of day that the steps ever reach are those ≡ anchor modulo this; when it is the step, each day is alike.
  const grid = greatestCommonDivisor(SECONDS_PER_DAY, step % SECONDS_PER_DAY)
  const reachable = fields.reachable(modulo(anchor, grid), grid, MAX_TIMES + 1)
  if (reachable.length === 0) refuseTimes(rule)
  const sameEveryDay = grid === step
  if (sameEveryDay && reachable.length * offsets.length <= MAX_TIMES) {
    return new DayKernel(
      allDays,
      Int32Array.from(reachable.flatMap((time) => [...offsets].map((offset) => time + offset))),
    )
  }
  const targets = sameEveryDay ? NO_LIMIT : targetsOf(reachable, byHour)
  return new UnitKernel({unit, step, anchor, offsets, days, fields, targets})
}

/** Each reachable time by itself, or, when they are many, the hours in which they lie. */
function targetsOf(reachable: readonly number[], hours: readonly number[]): readonly number[] {
  if (reachable.length <= MAX_TIMES) return reachable.flatMap((time) => [time, time])
  return hours.flatMap((hour) => [hour * 3_600, hour * 3_600 + 3_599])
}

function refuseTimes({freq, interval}: RecurrenceRule): never {
  throw new InvalidRecurrence({
    code: 'rrule_never',
    message: 'The rule never occurs: INTERVAL steps over every time that it allows',
    hint: `every ${interval} ${freq.slice(0, -2).toLowerCase()}s from the start no BYHOUR, BYMINUTE, BYSECOND is met; change one of them, INTERVAL or the start`,
  })
}

function refusePositions({bySetPos}: RecurrenceRule): never {
  throw new InvalidRecurrence({
    code: 'rrule_never',
    message: 'The rule never occurs: BYSETPOS lies beyond the largest set',
    hint: `BYSETPOS=${bySetPos.join(',')}: no period has so many occurrences; use a smaller position`,
  })
}
