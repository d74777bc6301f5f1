/** BYSETPOS: places in the sorted set of a period, counted from 1 or, when negative, from its end. */

export class Positions {
  readonly #fromStart: readonly number[]
  readonly #fromEnd: readonly number[]
  /** A smaller set has nothing to choose. */
  readonly smallestSet: number

  constructor(positions: readonly number[]) {
    this.#fromStart = positions.filter((position) => position > 0)
    this.#fromEnd = positions.filter((position) => position < 0)
    this.smallestSet = Math.min(...positions.map(Math.abs))
  }

  /** The first chosen index (from 0) that is not below `index`, in a set of `size`; −1 when there is none. */
  next(index: number, size: number): number {
    let best = size
    for (const position of this.#fromStart) if (position > index) best = Math.min(best, position - 1)
    for (const position of this.#fromEnd) if (size + position >= index) best = Math.min(best, size + position)
    return best < size ? best : -1
  }

  /** How many of the indices from `index` on are chosen. */
  count(index: number, size: number): number {
    let count = 0
    for (const position of this.#fromStart) if (position > index && position <= size) count++
    for (const position of this.#fromEnd) {
      const at = size + position
      if (at >= index && !this.#fromStart.includes(at + 1)) count++
    }
    return count
  }
}
