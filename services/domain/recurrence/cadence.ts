/** INTERVAL of DAILY rules and coarser ones: which months, or which runs of days, a rule visits. */
import {greatestCommonDivisor, modulo} from './arithmetic.ts'
import {CYCLE_DAYS, CYCLE_MONTHS, firstDayOfMonth, LAST_DAY, LAST_MONTH, monthAndDay, weekStart} from './calendar.ts'
import {DayStride} from './day-stride.ts'
import type {RecurrenceRule} from './rule.ts'

/** From so many days on, runs of days lie in different months and going from run to run is faster than by month. */
const LONG_PERIOD = 62

export class Cadence {
  /** Runs of days that alone are visited, or null: all days of the visited months. */
  readonly stride: DayStride | null
  /** Visited months begin every `#every`, for `#run` months, counted from `#anchor`. */
  readonly #every: number
  readonly #run: number
  readonly #anchor: number
  /** The months of a year that are ever visited, bit 0 January. */
  readonly months: number
  /** After so many months the same days are visited again. */
  readonly cycle: number

  constructor(months: {anchor: number; every: number; run: number}, stride: DayStride | null) {
    this.stride = stride
    this.#anchor = months.anchor
    this.#every = months.every
    this.#run = months.run
    this.months = monthsEverVisited(months)
    this.cycle =
      stride === null
        ? (CYCLE_MONTHS / greatestCommonDivisor(CYCLE_MONTHS, months.every)) * months.every
        : (stride.period / greatestCommonDivisor(CYCLE_DAYS, stride.period)) * CYCLE_MONTHS
  }

  /** The first month not before `month` of which a day is visited; beyond the year 9999 any later one. */
  next(month: number): number {
    if (this.#every !== this.#run) {
      const into = modulo(month - this.#anchor, this.#every)
      return into < this.#run ? month : month + this.#every - into
    }
    if (this.stride === null || this.stride.period < LONG_PERIOD) return month
    const day = this.stride.next(firstDayOfMonth(month))
    return day > LAST_DAY ? LAST_MONTH + 1 : monthAndDay(day) >> 5
  }
}

/** Every 4 months from a March are March, July and November: the steps meet the months ≡ anchor modulo gcd(every, 12). */
function monthsEverVisited({anchor, every, run}: {anchor: number; every: number; run: number}): number {
  if (every === run || run === 12) return 0xfff
  const grid = greatestCommonDivisor(12, every % 12)
  let months = 0
  for (let month = anchor % grid; month < 12; month += grid) months |= 1 << month
  return months
}

const EVERY_MONTH = {anchor: 0, every: 1, run: 1}

/** Every day. */
export function everyDay(): Cadence {
  return new Cadence(EVERY_MONTH, null)
}

/** Every `period`th day, counted from the day `anchor`. */
export function everyDays(anchor: number, period: number): Cadence {
  return new Cadence(EVERY_MONTH, period === 1 ? null : new DayStride(anchor, period, 1))
}

/** The cadence of a rule that is DAILY or coarser and starts on `startDay`. */
export function cadenceOf({freq, interval, wkst}: RecurrenceRule, startDay: number): Cadence {
  if (interval === 1) return everyDay()
  if (freq === 'DAILY') return everyDays(startDay, interval)
  if (freq === 'WEEKLY') return new Cadence(EVERY_MONTH, new DayStride(weekStart(startDay, wkst), interval * 7, 7))
  const run = freq === 'YEARLY' ? 12 : 1
  const month = monthAndDay(startDay) >> 5
  return new Cadence({anchor: month - (month % run), every: interval * run, run}, null)
}
