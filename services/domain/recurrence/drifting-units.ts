/**
 * Steps that meet the allowed times of day on different days: MINUTELY;INTERVAL=7;BYHOUR=6;BYMINUTE=0 is at 06:00 every
 * seventh day. Each reachable time of day, taken by itself, recurs every so many days, which is a rule of days; the next
 * unit is the earliest of them. So no step is ever walked, however rare a meeting is.
 */
import {modulo} from './arithmetic.ts'
import {everyDays} from './cadence.ts'
import {firstDayOfMonth, LAST_MONTH, monthAndDay, SECONDS_PER_DAY} from './calendar.ts'
import type {DayFilter} from './day-filter.ts'
import {Days, NO_DAY} from './days.ts'
import {NEVER} from './kernel.ts'
import type {Meetings} from './meetings.ts'
import type {UnitSearch} from './unit-kernel.ts'

export class DriftingUnits implements UnitSearch {
  readonly #times: readonly number[]
  readonly #firstDays: readonly number[]
  readonly #period: number
  /** For each time the allowed days among those on which it is met; null: all of them. */
  readonly #days: readonly Days[] | null

  constructor({times, firstDays, period}: Meetings, filter: DayFilter) {
    this.#times = times
    this.#firstDays = firstDays
    this.#period = period
    this.#days = filter.unlimited ? null : firstDays.map((day) => new Days(filter, everyDays(day, period)))
  }

  /**
   * Looks a year ahead, then eight, and so on: a time may have to wait centuries for an allowed day, and looking for that
   * day would be in vain while another time has one soon.
   */
  next(from: number): number {
    const month = monthAndDay(Math.floor(from / SECONDS_PER_DAY)) >> 5
    for (let span = this.#days === null ? LAST_MONTH : 12; ; span *= 8) {
      const lastMonth = Math.min(month + span, LAST_MONTH)
      const found = this.#nextWithin(from, lastMonth)
      if (found !== NEVER || lastMonth === LAST_MONTH) return found
    }
  }

  #nextWithin(from: number, lastMonth: number): number {
    const today = Math.floor(from / SECONDS_PER_DAY)
    const now = from - today * SECONDS_PER_DAY
    const end = firstDayOfMonth(lastMonth + 1) * SECONDS_PER_DAY
    let best = end
    for (let at = 0; at < this.#times.length; at++) {
      const time = this.#times[at]!
      const earliest = time < now ? today + 1 : today
      const met = earliest + modulo(this.#firstDays[at]! - earliest, this.#period)
      if (met * SECONDS_PER_DAY + time >= best) continue
      const day = this.#days === null ? met : this.#days[at]!.next(met, lastMonth)
      if (day === NO_DAY || day * SECONDS_PER_DAY + time >= best) continue
      best = day * SECONDS_PER_DAY + time
      if (this.#days !== null) lastMonth = monthAndDay(day) >> 5
    }
    return best === end ? NEVER : best
  }
}
