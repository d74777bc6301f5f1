import type {ParsedDue} from '../../services/domain/dates/read-date.ts'
import {placeRule} from '../../services/domain/dates/place-rule.ts'
import {wallTime, type Zone} from '../../services/domain/dates/zone.ts'
import {DomainError} from '../../services/domain/errors.ts'
import {
  formatRule,
  InvalidRecurrence,
  parseRecurrence,
  type RecurrenceRule,
} from '../../services/domain/recurrence/index.ts'
import type {PortableSeries, ReadContext} from './portable-task.ts'

interface MeantRule {
  /** RRULE on the clock of the zone. */
  readonly rule: string | RecurrenceRule
  /** Undefined: the first date of the rule. */
  readonly due: ParsedDue | undefined
  readonly anchor: 'due' | 'completion'
  readonly until?: number | null
}

export type Placed = {readonly series: PortableSeries; readonly due: ParsedDue} | {readonly refused: string}

/** A rule of another program as todo5 keeps it, or why it cannot. */
export function placed({rule, due, anchor, until = null}: MeantRule, {zone, now}: ReadContext): Placed {
  try {
    const parsed = typeof rule === 'string' ? meantIn(zone, rule) : rule
    // What is in UTC already is as it is kept, whatever time of day it says for a whole day.
    if (zone.name === 'UTC' && due) return {series: {pattern: formatRule(parsed), until, anchor, catchUp: 'once'}, due}
    const found = placeRule({rule: parsed, due, zone, now, fromCompletion: anchor === 'completion'})
    return {series: {pattern: found.pattern, until, anchor, catchUp: 'once'}, due: found.due}
  } catch (error) {
    if (!(error instanceof InvalidRecurrence || error instanceof DomainError)) throw error
    return {refused: error.message}
  }
}

/** The rule with all its parts on the clock of the zone: an UNTIL that stands there in UTC, too. */
function meantIn(zone: Zone, text: string): RecurrenceRule {
  const rule = parseRecurrence(text)
  if (rule.until === null || !/UNTIL=\d{8}T\d{6}Z/iu.test(text)) return rule
  return {...rule, until: rule.until + zone.offsetAt(rule.until)}
}

export type Unit = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY'

/**
 * "Every N units" as the small programs mean it: of a month that lacks the day it is the last one, which a plain RRULE
 * would leave out.
 */
export function everyUnits(unit: Unit, interval: number, due: ParsedDue, zone: Zone): string[] {
  const plain = `FREQ=${unit};INTERVAL=${interval}`
  const {day} = wallTime(due.at, zone)
  if (unit !== 'MONTHLY' || day < 29) return [plain]
  const days = Array.from({length: day - 27}, (_, index) => 28 + index)
  return [`${plain};BYMONTHDAY=${days.join(',')};BYSETPOS=-1`, plain]
}

/** The first of several forms of a rule that can be kept. */
export function placedFirst(rules: readonly string[], meant: Omit<MeantRule, 'rule'>, context: ReadContext): Placed {
  let found: Placed = {refused: 'There is no rule.'}
  for (const rule of rules) {
    found = placed({...meant, rule}, context)
    if ('series' in found) return found
  }
  return found
}
