/** INTERVAL of DAILY and WEEKLY rules: runs of 1 or 7 days that begin every `period` days. */
import {modulo} from './arithmetic.ts'

export class DayStride {
  readonly #anchor: number
  readonly #run: number
  readonly #pattern: number
  readonly width: number
  /** Days from the beginning of a run to that of the next. */
  readonly period: number

  /** `anchor` is the first day of a run. */
  constructor(anchor: number, period: number, width: 1 | 7) {
    this.#anchor = anchor
    this.period = period
    this.width = width
    this.#run = (1 << width) - 1
    let pattern = 0
    for (let bit = 0; bit < 31; bit += period) pattern |= this.#run << bit
    this.#pattern = pattern
  }

  /** The days of runs among the 31 from `first` on; bit 0 is `first`. */
  word(first: number): number {
    const into = modulo(first - this.#anchor, this.period)
    const rest = into < this.width ? this.#run >> into : 0
    const toNext = this.period - into
    return toNext < 31 ? rest | (this.#pattern << toNext) : rest
  }

  /** The first day of a run that is not before `day`. */
  next(day: number): number {
    const into = modulo(day - this.#anchor, this.period)
    return into < this.width ? day : day + this.period - into
  }
}
