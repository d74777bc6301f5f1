import * as fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  compileRecurrence,
  formatRule,
  InvalidRecurrence,
  parseRule,
  type RecurrencePlan,
  withoutImpliedTime,
} from './index.ts'
import {RuleMaker} from './testing/random-rule.ts'

/** A random rule that is not refused, and a random instant near it. */
const cases = fc
  .tuple(fc.nat(2 ** 31 - 1), fc.integer({min: -(10 ** 11), max: 10 ** 12}))
  .map(([seed, offset]) => {
    const {rule, start} = new RuleMaker(seed).case()
    return {rule, start, instant: start + offset, plan: compiled(rule, start)}
  })
  .filter((made): made is {rule: string; start: number; instant: number; plan: RecurrencePlan} => made.plan !== null)

function compiled(rule: string, start: number): RecurrencePlan | null {
  try {
    return compileRecurrence({rule, start})
  } catch (error) {
    if (error instanceof InvalidRecurrence && /never|cap/.test(error.code)) return null
    throw error
  }
}

describe('for every plan', () => {
  it('after is strictly later, and nothing lies between', () => {
    fc.assert(
      fc.property(cases, ({plan, instant}) => {
        const next = plan.after(instant)
        if (next === null) return
        expect(next).toBeGreaterThan(instant)
        expect(plan.has(next)).toBe(true)
        expect(plan.after(next - 1)).toBe(next)
        expect(plan.before(next) ?? -Infinity).toBeLessThanOrEqual(instant)
        expect(plan.before(next + 1)).toBe(next)
      }),
      {numRuns: 500},
    )
  })

  it('before is the last one that after leads to', () => {
    fc.assert(
      fc.property(cases, ({plan, instant}) => {
        const previous = plan.before(instant)
        expect(previous ?? -Infinity).toBeLessThan(instant)
        expect(plan.after(previous ?? -Infinity) ?? Infinity).toBeGreaterThanOrEqual(instant)
      }),
      {numRuns: 500},
    )
  })

  it('between equals repeated after', () => {
    fc.assert(
      fc.property(cases, ({plan, instant}) => {
        const repeated: number[] = []
        for (let next = plan.after(instant - 1); next !== null && repeated.length < 20; next = plan.after(next)) {
          repeated.push(next)
        }
        expect(plan.between(instant, Infinity, 20)).toEqual(repeated)
      }),
      {numRuns: 300},
    )
  })

  it('COUNT ends where so many occurrences end', () => {
    fc.assert(
      fc.property(cases, fc.integer({min: 1, max: 50}), ({rule, start}, count) => {
        const unlimited = compiled(rule.replace(/;COUNT=\d+/, ''), start)
        const limited = compiled(rule.replace(/;COUNT=\d+|$/, `;COUNT=${count}`), start)
        if (unlimited === null || limited === null) return
        const expected = unlimited.between(0, Infinity, count)
        expect(limited.between(0, Infinity, count + 1)).toEqual(expected)
        expect(limited.end).toBe(expected.length === count ? expected.at(-1) : null)
      }),
      {numRuns: 300},
    )
  })

  it('the canonical form compiles to the same plan', () => {
    fc.assert(
      fc.property(cases, ({plan, start, instant}) => {
        const again = compileRecurrence({rule: plan.canonical, start})
        expect(again.canonical).toBe(plan.canonical)
        expect([again.end, again.count]).toEqual([plan.end, plan.count])
        expect(again.between(instant, Infinity, 5)).toEqual(plan.between(instant, Infinity, 5))
      }),
      {numRuns: 300},
    )
  })

  it('a time that the start has too can be left out, and any other cannot', () => {
    let left = 0
    fc.assert(
      fc.property(cases, fc.boolean(), ({rule, start, plan}, explicit) => {
        const first = plan.after(start - 1)
        if (first === null) return
        const [, hour, minute, second] = new Date(first).toISOString().split(/[T:.]/u).map(Number)
        const given = parseRule(rule)
        const timed = explicit ? {...given, byHour: [hour!], byMinute: [minute!], bySecond: [second!]} : given
        if (compiled(formatRule(timed), first) === null) return
        const bare = withoutImpliedTime(timed, first)
        if (bare.byHour.length < timed.byHour.length) left++
        const dates = (one: typeof given) =>
          compileRecurrence({rule: formatRule(one), start: first}).between(first, Number.MAX_SAFE_INTEGER, 30)
        expect(dates(bare), `${formatRule(timed)} from ${new Date(first).toISOString()}`).toEqual(dates(timed))
      }),
      {numRuns: 500},
    )
    expect(left).toBeGreaterThan(50)
  })
})
