/**
 * The days of a rule: what its BY parts allow, where INTERVAL visits. Finding a day is: the word of its month, the lowest
 * set bit, else the next month that is allowed and visited. Nothing is scanned from the start of the rule.
 */
import {lowestBit} from './arithmetic.ts'
import type {Cadence} from './cadence.ts'
import {firstDayOfMonth, LAST_DAY, LAST_MONTH, monthAndDay, weekdayOf} from './calendar.ts'
import type {DayFilter} from './day-filter.ts'

/** What a search returns when there is nothing up to the end of the year 9999. */
export const NO_DAY = -1

export class Days {
  readonly #filter: DayFilter
  readonly #cadence: Cadence
  readonly #empty: boolean

  constructor(filter: DayFilter, cadence: Cadence) {
    this.#filter = filter
    this.#cadence = cadence
    const {stride} = cadence
    // Every 7th, 14th, … day is always the same weekday.
    const oneWeekday = stride !== null && stride.width === 1 && stride.period % 7 === 0
    this.#empty =
      (filter.months & cadence.months) === 0 || (oneWeekday && !filter.allowsWeekday(weekdayOf(stride.next(0))))
  }

  /** The first day that is not before `day`, or NO_DAY; months after `lastMonth` are not looked at. */
  next(day: number, lastMonth = LAST_MONTH): number {
    if (day > LAST_DAY) return NO_DAY
    const date = monthAndDay(day)
    const here = date >> 5
    let month = this.nextMonth(here)
    if (month === here) {
      const word = this.word(month) & (-1 << (date & 31))
      if (word !== 0) return day - (date & 31) + lowestBit(word)
      month = this.nextMonth(month + 1)
    }
    const last = Math.min(lastMonth, here + this.#cadence.cycle)
    while (month <= last) {
      const word = this.word(month)
      if (word !== 0) return firstDayOfMonth(month) + lowestBit(word)
      month = this.nextMonth(month + 1)
    }
    return NO_DAY
  }

  /** The first day that is not before `day` and that `accepts` takes, or NO_DAY; asks about each day in turn. */
  find(day: number, accepts: (day: number) => boolean): number {
    const date = monthAndDay(day)
    const here = date >> 5
    for (let month = this.nextMonth(here); month <= LAST_MONTH; month = this.nextMonth(month + 1)) {
      const first = firstDayOfMonth(month)
      let word = month === here ? this.word(month) & (-1 << (date & 31)) : this.word(month)
      for (; word !== 0; word &= word - 1) {
        const found = first + lowestBit(word)
        if (accepts(found)) return found
      }
    }
    return NO_DAY
  }

  /** The days of a month that `nextMonth` returns, bit 0 its first. */
  word(month: number): number {
    const word = this.#filter.word(month)
    const {stride} = this.#cadence
    return stride === null ? word : word & stride.word(firstDayOfMonth(month))
  }

  /** The first month not before `month` that is allowed and visited; may lie beyond the year 9999. */
  nextMonth(month: number): number {
    if (this.#empty) return LAST_MONTH + 1
    for (;;) {
      const visited = this.#cadence.next(month)
      const skip = this.#filter.monthsToAllowed[visited % 12]!
      if (skip === 0 || visited > LAST_MONTH) return visited
      month = visited + skip
    }
  }
}
