import {describe, expect, it} from 'vitest'
import {compileRecurrence} from './index.ts'
import {bruteForce} from './testing/brute-force.ts'
import {readVectors, wrongRandomRules, wrongVectors, wrongWeekRules} from './testing/compare.ts'

const YEAR = 366 * 86_400_000

describe('the engine', () => {
  it('gives the occurrences of all 1,500 vectors', () => {
    expect(readVectors()).toHaveLength(1_500)
    expect(wrongVectors(compileRecurrence)).toEqual([])
  })

  it('agrees with brute force on the weeks around the turn of the year', () => {
    expect(wrongWeekRules(compileRecurrence)).toEqual([])
  })

  it('agrees with brute force on 2,000 random rules', () => {
    expect(wrongRandomRules(compileRecurrence, 20_261_120, 2_000)).toEqual([])
  }, 300_000)
})

describe('the brute-force evaluator', () => {
  it('gives the occurrences of all 1,500 vectors, so that it may judge', () => {
    const wrong = readVectors().filter(({rule, start, after, next, more}) => {
      // Where the vector says that there are no others, some years without any must follow.
      const last = Date.parse(next.at(-1) ?? after)
      const question = {rule, start: Date.parse(start), after: Date.parse(after), to: last + (more ? 0 : 3 * YEAR)}
      const found = bruteForce({...question, limit: next.length + 1})
      return found.join() !== next.map((text) => Date.parse(text)).join()
    })
    expect(wrong).toEqual([])
  }, 60_000)
})
