/** Days × times: FREQ of DAILY and coarser, and finer ones whose times are the same every day. */
import {bitOfRank, countBits} from './arithmetic.ts'
import {firstDayOfMonth, LAST_MONTH, monthAndDay, SECONDS_PER_DAY} from './calendar.ts'
import {type Days, NO_DAY} from './days.ts'
import {type Kernel, NEVER} from './kernel.ts'
import {indexFrom} from './time-lists.ts'

export class DayKernel implements Kernel {
  readonly #days: Days
  readonly #times: Int32Array
  readonly #firstTime: number
  readonly #lastTime: number

  /** `times`: the seconds of the day, ascending, at least one. */
  constructor(days: Days, times: Int32Array) {
    this.#days = days
    this.#times = times
    this.#firstTime = times[0]!
    this.#lastTime = times[times.length - 1]!
  }

  next(second: number): number {
    const today = Math.floor(second / SECONDS_PER_DAY)
    const time = second - today * SECONDS_PER_DAY
    const earliest = time > this.#lastTime ? today + 1 : today
    const day = this.#days.next(earliest)
    if (day === NO_DAY) return NEVER
    if (day !== today || time <= this.#firstTime) return day * SECONDS_PER_DAY + this.#firstTime
    return day * SECONDS_PER_DAY + this.#times[indexFrom(this.#times, time)]!
  }

  /** Goes month by month, counting bits: 100,000 daily occurrences are 3,286 words. */
  nth(second: number, count: number): number {
    const first = this.next(second)
    if (first === NEVER) return NEVER
    const firstDay = Math.floor(first / SECONDS_PER_DAY)
    const date = monthAndDay(firstDay)
    let month = date >> 5
    let word = this.#days.word(month) & (-1 << (date & 31))
    let left = count - 1 + indexFrom(this.#times, first - firstDay * SECONDS_PER_DAY)
    const perDay = this.#times.length
    for (;;) {
      const here = countBits(word) * perDay
      if (left < here) {
        const day = firstDayOfMonth(month) + bitOfRank(word, Math.floor(left / perDay))
        return day * SECONDS_PER_DAY + this.#times[left % perDay]!
      }
      left -= here
      month = this.#days.nextMonth(month + 1)
      if (month > LAST_MONTH) return NEVER
      word = this.#days.word(month)
    }
  }
}
