/** The recurrence editor as data: what is chosen, and how a rule is read into choices. Everything on the user's clock. */
import {
  describeRule,
  formatRule,
  parseRecurrence,
  type RecurrenceRule,
  type Weekday,
} from '../../../../domain/recurrence/index.ts'
import {dateText, DAY, monthDay, nthWeekday, weekdayOf} from './local-day.ts'

export const PATTERNS = ['never', 'daily', 'weekdays', 'weekly', 'monthly', 'yearly', 'custom'] as const
export type PatternName = (typeof PATTERNS)[number]

/** Which day of the month, seen from the first date: its number, the last one, its second Tuesday, its last Tuesday. */
export type MonthlyDay = 'day' | 'last-day' | 'weekday' | 'last-weekday'

export type Ending =
  | {readonly kind: 'never'}
  /** The last day, `2027-06-01`. */
  | {readonly kind: 'on'; readonly date: string}
  /** So many from the first date on, that one included. */
  | {readonly kind: 'after'; readonly count: number}

export interface Choices {
  readonly pattern: PatternName
  readonly interval: number
  /** Weekly; never empty. */
  readonly days: readonly Weekday[]
  readonly monthly: MonthlyDay
  /** Custom: an RRULE, or a pattern in words, with its own end. */
  readonly text: string
  readonly ending: Ending
  readonly catchUp: 'once' | 'each'
  readonly anchor: 'due' | 'completion'
}

export const WORKDAYS: readonly Weekday[] = [0, 1, 2, 3, 4]

/** What the chips begin with for a task whose first date is `start`: a local instant, ms as if it were UTC. */
export const freshChoices = (start: number): Choices => ({
  pattern: 'never',
  interval: 1,
  days: [weekdayOf(start)],
  monthly: 'day',
  text: '',
  ending: {kind: 'never'},
  catchUp: 'once',
  anchor: 'due',
})

/**
 * The simple choices that say the same as a rule on the user's clock, or `custom` with its text. `start` is the first
 * date. What the rule does not say (`catchUp`, `anchor`) stays as in `before`.
 */
export function choicesOfRule(rule: RecurrenceRule, start: number, before: Choices): Choices {
  const found = onItsOwnTime(rule, start) ? simple(rule, start) : null
  if (!found) return {...before, pattern: 'custom', text: formatRule(rule), ending: {kind: 'never'}}
  return {...before, interval: rule.interval, ...found, ending: endingOf(rule)}
}

/** A sentence, or an RRULE, typed into the line on top. Throws InvalidRecurrence with the place of the fault. */
export function choicesOfSentence(text: string, start: number, before: Choices): Choices {
  const typed = parseRecurrence(text)
  // The end that was chosen stays, unless the sentence brings one.
  const ending = typed.count === null && typed.until === null ? before.ending : null
  const read = choicesOfRule(typed, start, before)
  return read.pattern !== 'custom' && ending ? {...read, ending} : read
}

/** "every Monday and Thursday at 09:00", without the last second of a day that has no time. */
export const sentenceOf = (rule: RecurrenceRule, start: number): string =>
  describeRule(rule, start, {zone: ''}).replace(/ at 23:59:59\b/u, '')

function endingOf({count, until}: RecurrenceRule): Ending {
  if (count !== null) return {kind: 'after', count}
  return until === null ? {kind: 'never'} : {kind: 'on', date: dateText(until)}
}

/** Whether the rule leaves the time of day to its start, or says the same. */
function onItsOwnTime({byHour, byMinute, bySecond}: RecurrenceRule, start: number): boolean {
  const at = new Date(start)
  const says = (list: readonly number[], own: number): boolean => list.length === 0 || list.join() === String(own)
  return says(byHour, at.getUTCHours()) && says(byMinute, at.getUTCMinutes()) && says(bySecond, at.getUTCSeconds())
}

type Simple = Partial<Choices> & Pick<Choices, 'pattern'>

function simple(rule: RecurrenceRule, start: number): Simple | null {
  const {freq, interval, byDay, until, untilIsDate} = rule
  if (rule.bySetPos.length + rule.byYearDay.length + rule.byWeekNo.length > 0) return null
  // An end before the time of day of the last occurrence is none that a date can say.
  if (until !== null && !untilIsDate && until % DAY < start % DAY) return null
  const days = byDay.map(({weekday}) => weekday)
  if (days.join() === WORKDAYS.join() && interval === 1 && !byDay.some(({ordinal}) => ordinal !== 0)) {
    const plain = rule.byMonth.length + rule.byMonthDay.length === 0
    return plain && (freq === 'WEEKLY' || freq === 'DAILY') ? {pattern: 'weekdays', days: WORKDAYS} : null
  }
  if (freq === 'DAILY')
    return byDay.length + rule.byMonth.length + rule.byMonthDay.length === 0 ? {pattern: 'daily'} : null
  if (freq === 'WEEKLY') return weekly(rule, start)
  if (freq === 'MONTHLY' && rule.byMonth.length === 0) return monthly(rule, start)
  return freq === 'YEARLY' ? yearly(rule, start) : null
}

function weekly(rule: RecurrenceRule, start: number): Simple | null {
  if (rule.byMonth.length > 0 || (rule.wkst !== 0 && rule.interval > 1 && rule.byDay.length > 1)) return null
  const days = rule.byDay.map(({weekday}) => weekday)
  return {pattern: 'weekly', days: days.length > 0 ? days : [weekdayOf(start)]}
}

function monthly({byDay, byMonthDay}: RecurrenceRule, start: number): Simple | null {
  const pattern = 'monthly'
  if (byDay.length === 0) {
    if (byMonthDay.length === 0 || byMonthDay.join() === String(monthDay(start))) return {pattern, monthly: 'day'}
    return byMonthDay.join() === '-1' ? {pattern, monthly: 'last-day'} : null
  }
  const [day] = byDay
  if (byDay.length > 1 || byMonthDay.length > 0 || day!.weekday !== weekdayOf(start)) return null
  if (day!.ordinal === -1) return {pattern, monthly: 'last-weekday'}
  return day!.ordinal === nthWeekday(start) ? {pattern, monthly: 'weekday'} : null
}

function yearly({byDay, byMonth, byMonthDay}: RecurrenceRule, start: number): Simple | null {
  const own = (list: readonly number[], value: number): boolean => list.length === 0 || list.join() === String(value)
  const same = byDay.length === 0 && own(byMonth, new Date(start).getUTCMonth() + 1) && own(byMonthDay, monthDay(start))
  // BYMONTHDAY without BYMONTH is that day of every month.
  return same && (byMonthDay.length === 0 || byMonth.length > 0) ? {pattern: 'yearly'} : null
}
