/** BYSETPOS of WEEKLY, MONTHLY and YEARLY rules: places in the set of a whole period, also of the first one. */
import {bitOfRank, countBits} from './arithmetic.ts'
import {firstDayOfMonth, LAST_DAY, monthAndDay, SECONDS_PER_DAY} from './calendar.ts'
import type {DayFilter} from './day-filter.ts'
import {type Kernel, NEVER} from './kernel.ts'
import type {Periods} from './periods.ts'
import type {Positions} from './positions.ts'
import {indexFrom} from './time-lists.ts'

export class SetKernel implements Kernel {
  readonly #periods: Periods
  readonly #interval: number
  readonly #days: DayFilter
  readonly #times: Int32Array
  readonly #positions: Positions

  /** `days`: what is allowed in every period; INTERVAL is kept here. */
  constructor(periods: Periods, interval: number, days: DayFilter, times: Int32Array, positions: Positions) {
    this.#periods = periods
    this.#interval = interval
    this.#days = days
    this.#times = times
    this.#positions = positions
  }

  next(second: number): number {
    return this.nth(second, 1)
  }

  nth(second: number, count: number): number {
    const day = Math.floor(second / SECONDS_PER_DAY)
    const into = this.#periods.containing(day)
    let period = Math.ceil(into / this.#interval) * this.#interval
    let index = period === into ? this.#rank(this.#periods.firstDay(period), second) : 0
    let left = count
    let fruitless = 0
    for (;;) {
      const first = this.#periods.firstDay(period)
      if (first > LAST_DAY || fruitless > this.#periods.cycle) return NEVER
      const size = this.#countDays(first, this.#periods.firstDay(period + 1)) * this.#times.length
      const here = size < this.#positions.smallestSet ? 0 : this.#positions.count(index, size)
      if (left <= here) return this.#instant(first, this.#chosen(left, index, size))
      left -= here
      fruitless = here === 0 ? fruitless + 1 : 0
      period += this.#interval
      index = 0
    }
  }

  /** The index of the `count`th chosen place from `index` on. */
  #chosen(count: number, index: number, size: number): number {
    let at = this.#positions.next(index, size)
    for (let left = count; left > 1; left--) at = this.#positions.next(at + 1, size)
    return at
  }

  /** How many elements of the set that begins on day `first` lie before `second`. */
  #rank(first: number, second: number): number {
    const day = Math.floor(second / SECONDS_PER_DAY)
    const before = this.#countDays(first, day) * this.#times.length
    const today = this.#countDays(day, day + 1) * indexFrom(this.#times, second - day * SECONDS_PER_DAY)
    return before + today
  }

  /** How many days are allowed from `first` up to, not including, `end`. */
  #countDays(first: number, end: number): number {
    let count = 0
    const date = monthAndDay(first)
    let month = date >> 5
    let start = first - (date & 31)
    for (let skip = date & 31; start < end; skip = 0) {
      const next = firstDayOfMonth(month + 1)
      const beyond = next > end ? 31 - (end - start) : 0
      count += countBits(this.#days.word(month) & (-1 << skip) & (0x7fff_ffff >> beyond))
      start = next
      month++
    }
    return count
  }

  /** The instant of element `index` of the set that begins on day `first`. */
  #instant(first: number, index: number): number {
    const perDay = this.#times.length
    let rank = Math.floor(index / perDay)
    const date = monthAndDay(first)
    let month = date >> 5
    let word = this.#days.word(month) & (-1 << (date & 31))
    for (let here = countBits(word); rank >= here; here = countBits(word)) {
      rank -= here
      word = this.#days.word(++month)
    }
    return (firstDayOfMonth(month) + bitOfRank(word, rank)) * SECONDS_PER_DAY + this.#times[index % perDay]!
  }
}
