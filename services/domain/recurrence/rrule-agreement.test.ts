import {describe, expect, it} from 'vitest'
import {compileRecurrence, InvalidRecurrence} from './index.ts'
import {bruteForce} from './testing/brute-force.ts'
import {RuleMaker} from './testing/random-rule.ts'
import {RRule} from './testing/rrule.ts'
import {RRULE_SHAPES} from './testing/rrule-shapes.ts'

const MANY = 5
/** 20 years, ms. */
const YEARS = 20 * 366 * 86_400_000

/** The first occurrences by rrule. It must be known that there are so many, or it may look for them for ever. */
function byRrule(rule: string, start: number, many: number): number[] {
  const options = {...RRule.parseString(rule), dtstart: new Date(start)}
  return new RRule(options, true).all((_, index) => index < many).map((date) => date.getTime())
}

function byUs(rule: string, start: number, many: number): number[] {
  try {
    return compileRecurrence({rule, start}).between(start, start + YEARS, many)
  } catch (error) {
    if (error instanceof InvalidRecurrence) return []
    throw error
  }
}

describe('the library rrule', () => {
  it('agrees on 1,500 random rules of the shapes that it reads right', () => {
    const maker = new RuleMaker(5_545)
    const differing: unknown[] = []
    for (let compared = 0; compared < 1_500;) {
      const {rule, start} = maker.case()
      if (RRULE_SHAPES.some(({has}) => has(rule))) continue
      const ours = byUs(rule, start, MANY)
      if (ours.length < MANY) continue
      compared++
      const theirs = byRrule(rule, start, MANY)
      if (ours.join() !== theirs.join()) differing.push({rule, start: new Date(start), ours, theirs})
    }
    expect(differing).toEqual([])
  }, 300_000)

  describe.each(RRULE_SHAPES)('where it is not right: $shape', ({has, example: {rule, start: text}}) => {
    const start = Date.parse(text)

    it('the example has the shape, and we agree with brute force', () => {
      expect(has(rule)).toBe(true)
      const to = start + YEARS
      expect(byUs(rule, start, 20)).toEqual(bruteForce({rule, start, after: start - 1, to, limit: 20}))
    })
  })

  it.each(RRULE_SHAPES.filter(({hangs}) => hangs !== true))('gives something else for $shape', ({example}) => {
    const start = Date.parse(example.start)
    const ours = byUs(example.rule, start, 20)
    // rrule may find fewer than we do; UNTIL keeps it from looking for the others up to the year 9999.
    const bounded = example.rule.includes('UNTIL') ? example.rule : `${example.rule};UNTIL=${stamp(ours.at(-1)!)}`
    expect(byRrule(bounded, start, 20)).not.toEqual(ours)
  })
})

function stamp(instant: number): string {
  return new Date(instant).toISOString().replace(/[-:]|\.000/g, '')
}
