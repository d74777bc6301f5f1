/** Every INTERVALth hour, minute or second, skipping from one allowed day and time to the next. */
import {modulo} from './arithmetic.ts'
import {LAST_DAY, SECONDS_PER_DAY} from './calendar.ts'
import {type Days, NO_DAY} from './days.ts'
import {NEVER} from './kernel.ts'
import type {TimeFields} from './time-fields.ts'
import type {UnitSearch} from './unit-kernel.ts'

export class UnitSteps implements UnitSearch {
  readonly #anchor: number
  readonly #step: number
  readonly #days: Days | null
  readonly #fields: TimeFields | null

  /** `anchor`: the unit of the start; `step`: INTERVAL in seconds; null: every day, every time of day. */
  constructor(anchor: number, step: number, days: Days | null, fields: TimeFields | null) {
    this.#anchor = anchor
    this.#step = step
    this.#days = days
    this.#fields = fields
  }

  next(from: number): number {
    for (;;) {
      const unit = from + modulo(this.#anchor - from, this.#step)
      const day = Math.floor(unit / SECONDS_PER_DAY)
      if (day > LAST_DAY) return NEVER
      const allowedDay = this.#days === null ? day : this.#days.next(day)
      if (allowedDay === NO_DAY) return NEVER
      if (allowedDay === day) {
        if (this.#fields === null) return unit
        const time = unit - day * SECONDS_PER_DAY
        const allowedTime = this.#fields.from(time)
        if (allowedTime === time) return unit
        from = day * SECONDS_PER_DAY + allowedTime
      } else {
        from = allowedDay * SECONDS_PER_DAY
      }
    }
  }
}
