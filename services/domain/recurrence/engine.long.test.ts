import {describe, expect, it} from 'vitest'
import {compileRecurrence} from './index.ts'
import {wrongRandomRules} from './testing/compare.ts'

describe('the engine, at length', () => {
  it.each([1, 2, 3, 4, 5, 6])('agrees with brute force on 5,000 random rules from seed %i', (seed) => {
    expect(wrongRandomRules(compileRecurrence, seed * 1_000_003, 5_000)).toEqual([])
  })
})
