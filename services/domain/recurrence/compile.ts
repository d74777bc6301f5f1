import {LAST_SECOND} from './calendar.ts'
import {formatRule} from './canonical.ts'
import {chooseKernel} from './choose-kernel.ts'
import {withImpliedParts} from './implied-parts.ts'
import {InvalidRecurrence} from './invalid-recurrence.ts'
import {type Kernel, NEVER} from './kernel.ts'
import {parseRule} from './parse-rule.ts'
import {type Instant, milliseconds, RecurrencePlan} from './plan.ts'
import {refuseDates} from './refusals.ts'
import type {RecurrenceRule} from './rule.ts'

export interface RecurrenceSource {
  /** An RRULE, or a rule in parts, which is held to the same conditions. */
  readonly rule: string | RecurrenceRule
  /** DTSTART, UTC; cut to whole seconds. It is an occurrence only if the rule says so. */
  readonly start: Instant
}

/**
 * Parses, checks and compiles a rule. Throws {@link InvalidRecurrence} for what is not a rule, what never occurs, what
 * crosses a cap, and a start outside 1970…9999.
 */
export function compileRecurrence(source: RecurrenceSource): RecurrencePlan {
  const rule = parseRule(typeof source.rule === 'string' ? source.rule : formatRule(source.rule))
  const start = wholeSecond(source.start)
  const kernel = chooseKernel(withImpliedParts(rule, start), start)
  const first = kernel.next(start)
  if (first > LAST_SECOND) refuseDates()
  // An UNTIL before the first occurrence is an end that has passed, not a fault: such a plan is empty.
  const last = lastSecond(rule, kernel, start)
  return new RecurrencePlan({kernel, rule, canonical: formatRule(rule), start, first, last})
}

/** COUNT becomes the instant of the last occurrence, once, so that no later call needs the history. */
function lastSecond({count, until}: RecurrenceRule, kernel: Kernel, start: number): number {
  if (count !== null) {
    const last = kernel.nth(start, count)
    return last === NEVER ? LAST_SECOND : Math.min(last, LAST_SECOND)
  }
  return until === null ? LAST_SECOND : Math.floor(until / 1000)
}

function wholeSecond(start: Instant): number {
  const second = Math.floor(milliseconds(start) / 1000)
  if (second >= 0 && second <= LAST_SECOND) return second
  throw new InvalidRecurrence({
    code: 'rrule_start',
    message: 'The start is not between 1970 and 9999',
    hint: 'give the start as ms since the epoch or as a Date, from 1970-01-01 to 9999-12-31 UTC',
  })
}
