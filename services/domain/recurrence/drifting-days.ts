/**
 * The same as drifting-units.ts for many times of day and few allowed days: goes through the allowed days and looks up, by
 * the phase of the day in the period, whether any time is met on it. 8 ns for each allowed day.
 */
import {SECONDS_PER_DAY} from './calendar.ts'
import {type Days, NO_DAY} from './days.ts'
import {NEVER} from './kernel.ts'
import type {Meetings} from './meetings.ts'
import type {UnitSearch} from './unit-kernel.ts'

export class DriftingDays implements UnitSearch {
  readonly #meetings: Meetings
  readonly #days: Days
  /** How many times are met on a day, by its number modulo the period. */
  readonly #byPhase: Uint16Array

  constructor(meetings: Meetings, days: Days) {
    this.#meetings = meetings
    this.#days = days
    this.#byPhase = new Uint16Array(meetings.period)
    for (const day of meetings.firstDays) this.#byPhase[day % meetings.period]!++
  }

  next(from: number): number {
    const today = Math.floor(from / SECONDS_PER_DAY)
    const now = this.#timeOn(today, from - today * SECONDS_PER_DAY)
    const day = this.#days.find(today, (day) => this.countOn(day) > 0 && (day > today || now !== NEVER))
    if (day === NO_DAY) return NEVER
    return day * SECONDS_PER_DAY + (day === today ? now : this.#timeOn(day, 0))
  }

  /** How many units a day has, if it is allowed. */
  countOn(day: number): number {
    return this.#byPhase[day % this.#meetings.period]!
  }

  /** The first time, not before `earliest`, that is met on a day; or NEVER. */
  #timeOn(day: number, earliest: number): number {
    const {times, firstDays, period} = this.#meetings
    for (let at = 0; at < times.length; at++) {
      if (times[at]! >= earliest && (day - firstDays[at]!) % period === 0) return times[at]!
    }
    return NEVER
  }
}
