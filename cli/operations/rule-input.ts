import type {ParsedDue} from '../../services/domain/dates/read-date.ts'
import {type PlacedRule, placeRule} from '../../services/domain/dates/place-rule.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import {InvalidRecurrence, parseRecurrence, type RecurrenceRule} from '../../services/domain/recurrence/index.ts'
import {recurrenceError, usageError} from '../errors.ts'

export interface RuleInput {
  /** RRULE or pattern in words, meant on the clock of the zone. */
  readonly text: string
  readonly count?: number | undefined
  /** The due date that was given with it. */
  readonly due: ParsedDue | undefined
  readonly zone: Zone
  readonly now: number
  /** A series that counts from its completion has no days that a zone could shift. */
  readonly fromCompletion?: boolean
}

/** Reads a rule as it is meant in a zone, and finds its UTC form and its first due date. */
export function readRule(input: RuleInput): PlacedRule {
  const {text} = input
  try {
    return placeRule({...input, rule: localRule(input)})
  } catch (error) {
    if (error instanceof InvalidRecurrence) throw recurrenceError(error, text)
    throw error
  }
}

/** The rule as it was typed, every part on the local clock; an UNTIL that was typed in UTC is moved there. */
export function localRule({text, count, zone}: Pick<RuleInput, 'text' | 'count' | 'zone'>): RecurrenceRule {
  const rule = parseRecurrence(text)
  if (count !== undefined && (rule.count ?? rule.until) !== null) {
    throw usageError('--count is given, and the rule has an end of its own.', 'conflicting_flags', 'keep one of them')
  }
  const utcEnd = rule.until !== null && !rule.untilIsDate && /UNTIL=\d{8}T\d{6}Z/iu.test(text)
  const until = utcEnd ? rule.until + zone.offsetAt(rule.until) : rule.until
  return {...rule, until, count: count ?? rule.count}
}
