/** FREQ of HOURLY and finer: places within units, the units found by a search of their own. */
import {modulo} from './arithmetic.ts'
import {type Kernel, NEVER} from './kernel.ts'
import {indexFrom} from './time-lists.ts'

export interface UnitSearch {
  /** The first unit of the rule that does not begin before `from` (s), or NEVER. */
  next(from: number): number
}

/** The `count`th unit from `from` (s) on, counted from 1, or NEVER. */
export type NthUnit = (from: number, count: number) => number

export class UnitKernel implements Kernel {
  readonly #unit: number
  readonly #offsets: Int32Array
  readonly #units: UnitSearch
  readonly #nthUnit: NthUnit

  /** `unit`: length in seconds; `offsets`: seconds within a unit, ascending, at least one. */
  constructor(unit: number, offsets: Int32Array, units: UnitSearch, nthUnit: NthUnit) {
    this.#unit = unit
    this.#offsets = offsets
    this.#units = units
    this.#nthUnit = nthUnit
  }

  next(second: number): number {
    const into = modulo(second, this.#unit)
    const at = indexFrom(this.#offsets, into)
    const unit = second - into
    if (at === this.#offsets.length) return this.#units.next(unit + this.#unit) + this.#offsets[0]!
    const next = this.#units.next(unit)
    return next + this.#offsets[next === unit ? at : 0]!
  }

  nth(second: number, count: number): number {
    const first = this.next(second)
    if (first === NEVER) return NEVER
    const into = modulo(first, this.#unit)
    const index = count - 1 + indexFrom(this.#offsets, into)
    const perUnit = this.#offsets.length
    return this.#nthUnit(first - into, Math.floor(index / perUnit) + 1) + this.#offsets[index % perUnit]!
  }
}
