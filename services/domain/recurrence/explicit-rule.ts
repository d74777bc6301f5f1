import {weekStartMatters} from './canonical.ts'
import {withImpliedParts} from './implied-parts.ts'
import type {RecurrenceRule} from './rule.ts'

/**
 * The rule with every part written out that it takes from its start (ms since the epoch): the same occurrences, no
 * longer depending on the start except for the phase of INTERVAL. A WKST that changes nothing becomes Monday.
 */
export function explicitRule(rule: RecurrenceRule, start: number): RecurrenceRule {
  const explicit = withImpliedParts(rule, Math.floor(start / 1000))
  // Weekly on the weekday of the start: wherever weeks begin, they are counted from the one that holds the start.
  const impliedWeekday = rule.freq === 'WEEKLY' && rule.byDay.length === 0
  return impliedWeekday || !weekStartMatters(rule) ? {...explicit, wkst: 0} : explicit
}
