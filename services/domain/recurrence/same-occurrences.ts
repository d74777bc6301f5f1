import {compileRecurrence} from './compile.ts'
import {InvalidRecurrence} from './invalid-recurrence.ts'
import type {RecurrencePlan} from './plan.ts'
import type {Frequency, RecurrenceRule} from './rule.ts'

const DAY = 86_400_000
/**
 * So many occurrences are compared one by one, and so many samples over 80 years, in steps that meet no calendar unit.
 * Fewer for rules within the day, of which the sparsest take the engine up to 1 ms an occurrence.
 */
const OF_DAYS = {first: 250, samples: 150, step: 193.7 * DAY}
const WITHIN_DAYS = {first: 50, samples: 15, step: 1937.3 * DAY}

/** The plan of the rule without its end, or null for a rule that the engine refuses. */
export function endlessPlan(rule: RecurrenceRule, start: number): RecurrencePlan | null {
  try {
    return compileRecurrence({rule: {...rule, count: null, until: null, untilIsDate: false}, start})
  } catch (error) {
    if (error instanceof InvalidRecurrence) return null
    throw error
  }
}

/** Two plans of rules of one frequency, the second meant to have the occurrences of the first, each later by `delta` ms. */
export interface Comparison {
  readonly first: RecurrencePlan
  readonly second: RecurrencePlan
  readonly delta: number
  /** Where to begin, on the clock of the first, ms. */
  readonly from: number
  readonly freq: Frequency
}

/** Whether they agree as far as they are compared. */
export function sameOccurrences({first, second, delta, from, freq}: Comparison): boolean {
  const extent = freq === 'HOURLY' || freq === 'MINUTELY' || freq === 'SECONDLY' ? WITHIN_DAYS : OF_DAYS
  const same = (at: number): number | null | undefined => {
    const expected = first.after(at)
    const found = second.after(at + delta)
    return found === (expected === null ? null : expected + delta) ? expected : undefined
  }
  let at: number | null | undefined = from - 1
  for (let index = 0; index < extent.first && at !== null; index++) {
    at = same(at)
    if (at === undefined) return false
  }
  for (let index = 1; index <= extent.samples; index++) {
    if (same(Math.floor(from + index * extent.step)) === undefined) return false
  }
  return true
}
