/** Rule → text: one spelling for every rule that means the same in the same words. */
import {InvalidRecurrence} from './invalid-recurrence.ts'
import {MAX_RULE_LENGTH} from './parse-rule.ts'
import {WEEKDAYS, type DayOfWeek, type RecurrenceRule} from './rule.ts'

/**
 * The canonical RRULE text, at most 500 characters: parts in a fixed order, lists sorted, what changes nothing left out
 * (INTERVAL=1, a WKST that no week boundary depends on). Throws InvalidRecurrence when it would be longer.
 */
export function formatRule(rule: RecurrenceRule): string {
  let text = `FREQ=${rule.freq}`
  if (rule.interval !== 1) text += `;INTERVAL=${rule.interval}`
  text += list('BYMONTH', rule.byMonth)
  text += list('BYWEEKNO', rule.byWeekNo)
  text += list('BYYEARDAY', rule.byYearDay)
  text += list('BYMONTHDAY', rule.byMonthDay)
  if (rule.byDay.length > 0) text += `;BYDAY=${days(rule.byDay)}`
  text += list('BYHOUR', rule.byHour)
  text += list('BYMINUTE', rule.byMinute)
  text += list('BYSECOND', rule.bySecond)
  text += list('BYSETPOS', rule.bySetPos)
  if (rule.wkst !== 0 && weekStartMatters(rule)) text += `;WKST=${WEEKDAYS[rule.wkst]}`
  if (rule.count !== null) text += `;COUNT=${rule.count}`
  if (rule.until !== null) text += `;UNTIL=${formatUntil(rule.until, rule.untilIsDate)}`
  if (text.length > MAX_RULE_LENGTH) {
    throw new InvalidRecurrence({
      code: 'rrule_too_long',
      message: `The rule has ${text.length} characters`,
      hint: `a rule has at most ${MAX_RULE_LENGTH} characters`,
    })
  }
  return text
}

/** RFC 5545 section 3.3.10: WKST is significant for weeks that are counted or chosen from, and for numbered weeks. */
export function weekStartMatters({freq, interval, byWeekNo, bySetPos}: RecurrenceRule): boolean {
  if (freq === 'WEEKLY') return interval > 1 || bySetPos.length > 0
  return byWeekNo.length > 0
}

function list(name: string, values: readonly number[]): string {
  if (values.length === 0) return ''
  if (values.length === 1) return `;${name}=${values[0]}`
  const sorted = [...new Set(values)].sort((a, b) => a - b)
  return `;${name}=${sorted.join(',')}`
}

function days(values: readonly DayOfWeek[]): string {
  const sorted = [...values].sort((a, b) => a.weekday - b.weekday || a.ordinal - b.ordinal)
  const names = sorted.map(({weekday, ordinal}) => `${ordinal === 0 ? '' : ordinal}${WEEKDAYS[weekday]}`)
  return [...new Set(names)].join(',')
}

function formatUntil(until: number, isDate: boolean): string {
  const digits = new Date(until).toISOString().replace(/[-:]|\.\d+/g, '')
  return isDate ? digits.slice(0, 8) : digits
}
