/** FREQ of HOURLY and finer: every INTERVALth hour, minute or second, where days and times allow it. */
import {firstMultipleInRange, modulo} from './arithmetic.ts'
import {LAST_DAY, SECONDS_PER_DAY} from './calendar.ts'
import {type Days, NO_DAY} from './days.ts'
import {type Kernel, NEVER} from './kernel.ts'
import type {TimeFields} from './time-fields.ts'
import {indexFrom} from './time-lists.ts'

/** Steps of so many days and more go from step to step; shorter ones skip to the next allowed day. */
const LONG_STEP = 28 * SECONDS_PER_DAY

export interface UnitSteps {
  /** Length of the unit of FREQ, and INTERVAL of them, in seconds. */
  readonly unit: number
  readonly step: number
  /** The beginning of the unit that contains the start. */
  readonly anchor: number
  /** Seconds within a unit, ascending, at least one. */
  readonly offsets: Int32Array
  /** null: every day. */
  readonly days: Days | null
  /** null: every time of day. */
  readonly fields: TimeFields | null
  /** First and last second of the ranges of the day that are worth jumping to: from, to, from, to, … */
  readonly targets: readonly number[]
}

export class UnitKernel implements Kernel {
  readonly #unit: number
  readonly #step: number
  readonly #anchor: number
  readonly #offsets: Int32Array
  readonly #days: Days | null
  readonly #fields: TimeFields | null
  readonly #targets: readonly number[]

  constructor(steps: UnitSteps) {
    this.#unit = steps.unit
    this.#step = steps.step
    this.#anchor = steps.anchor
    this.#offsets = steps.offsets
    this.#days = steps.days
    this.#fields = steps.fields
    this.#targets = steps.targets
  }

  next(second: number): number {
    const into = modulo(second - this.#anchor, this.#unit)
    const at = indexFrom(this.#offsets, into)
    const unit = second - into
    if (at === this.#offsets.length) return this.#nextUnit(unit + this.#unit) + this.#offsets[0]!
    const next = this.#nextUnit(unit)
    return next + this.#offsets[next === unit ? at : 0]!
  }

  nth(second: number, count: number): number {
    let found = this.next(second)
    for (let left = count; left > 1 && found !== NEVER; left--) found = this.next(found + 1)
    return found
  }

  /** The first allowed unit that does not begin before `from`. */
  #nextUnit(from: number): number {
    const days = this.#days
    const fields = this.#fields
    for (let misses = 0; ;) {
      const unit = from + modulo(this.#anchor - from, this.#step)
      const day = Math.floor(unit / SECONDS_PER_DAY)
      if (day > LAST_DAY) return NEVER
      if (days !== null) {
        const allowed = this.#step < LONG_STEP ? days.next(day) : days.has(day) ? day : day + 1
        if (allowed === NO_DAY) return NEVER
        if (allowed !== day) {
          from = allowed * SECONDS_PER_DAY
          continue
        }
      }
      if (fields === null) return unit
      const time = unit - day * SECONDS_PER_DAY
      const allowed = fields.from(time)
      if (allowed === time) return unit
      from = day * SECONDS_PER_DAY + allowed
      // As many plain steps as there are targets cost about what one jump costs.
      if (this.#targets.length > 0 && ++misses > this.#targets.length) {
        from = Math.max(from, unit + this.#stepsToTarget(time) * this.#step)
        misses = 0
      }
    }
  }

  /** After how many steps from a unit at `time` of its day a unit begins within a target. */
  #stepsToTarget(time: number): number {
    const step = this.#step % SECONDS_PER_DAY
    let best = Infinity
    for (let at = 0; at < this.#targets.length; at += 2) {
      const low = modulo(this.#targets[at]! - time, SECONDS_PER_DAY)
      const high = low + this.#targets[at + 1]! - this.#targets[at]!
      const steps = high < SECONDS_PER_DAY ? firstMultipleInRange(step, SECONDS_PER_DAY, low, high) : 0
      if (steps !== -1 && steps < best) best = steps
    }
    return best
  }
}
