/** Advice about a rule that does less than it seems to: months that it skips, and what reaches them too. */
import {explicitRule} from './explicit-rule.ts'
import type {RecurrenceRule} from './rule.ts'
import {listed, ordinal} from './sentence.ts'
import {MONTH_NAMES, WEEKDAY_NAMES} from './vocabulary.ts'
import {positionsOfDays} from './word-draft.ts'
import {MONTH_LENGTHS} from './year-days.ts'

export interface SkippedMonths {
  /** 1…12: months that the rule would reach by its interval, and that never have its day. */
  readonly never: readonly number[]
  /** Whether it reaches February in leap years only. */
  readonly leapYearsOnly: boolean
}

export interface Note {
  /** A sentence or two: what happens, and what to say instead. */
  readonly text: string
  /** The rule that skips nothing, everything else as given. */
  readonly instead: RecurrenceRule
}

const NOTHING: SkippedMonths = {never: [], leapYearsOnly: false}

/**
 * The months that a monthly or yearly rule on a day of the month skips because they are too short for it. `start` as for
 * describeRule: the start of the series in ms, on the clock of the rule.
 */
export function skippedMonths(rule: RecurrenceRule, start: number): SkippedMonths {
  const day = onlyMonthDay(rule, start)
  if (day === null || day < 29) return NOTHING
  const months = monthsReached(rule, start)
  const never = months.filter((month) => day > (month === 2 ? 29 : MONTH_LENGTHS[month - 1]!))
  return {never, leapYearsOnly: day === 29 && months.includes(2)}
}

/** What a person should know about a rule before it is saved; empty for most. */
export function notes(rule: RecurrenceRule, start: number): Note[] {
  return [...noteOnDay(rule, start), ...noteOnFifth(explicitRule(rule, start), rule)]
}

function onlyMonthDay(given: RecurrenceRule, start: number): number | null {
  const rule = explicitRule(given, start)
  if (rule.freq !== 'MONTHLY' && rule.freq !== 'YEARLY') return null
  const others = rule.byDay.length + rule.byYearDay.length + rule.byWeekNo.length + rule.bySetPos.length
  return others === 0 && rule.byMonthDay.length === 1 ? rule.byMonthDay[0]! : null
}

/** In any year: an interval that does not divide the year reaches, in time, every month that shares its remainder. */
function monthsReached(given: RecurrenceRule, start: number): number[] {
  const rule = explicitRule(given, start)
  const all = Array.from({length: 12}, (_, month) => month + 1)
  const named = rule.byMonth.length > 0 ? all.filter((month) => rule.byMonth.includes(month)) : all
  if (rule.freq === 'YEARLY') return named
  const step = divisor(12, rule.interval)
  const first = new Date(start).getUTCMonth() + 1
  return named.filter((month) => (((month - first) % step) + step) % step === 0)
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

function noteOnDay(rule: RecurrenceRule, start: number): Note[] {
  const {never, leapYearsOnly} = skippedMonths(rule, start)
  const day = onlyMonthDay(rule, start)
  if (day === null || (never.length === 0 && !leapYearsOnly)) return []
  const explicit = explicitRule(rule, start)
  const times =
    Math.max(explicit.byHour.length, 1) * Math.max(explicit.byMinute.length, 1) * Math.max(explicit.bySecond.length, 1)
  if (rule.freq === 'YEARLY' && explicit.byMonth.length === 1) {
    const instead = {...rule, byMonth: explicit.byMonth, byMonthDay: [-1]}
    const text =
      '29 February comes only in leap years. For the last day of every February say "yearly on the last day of february".'
    return leapYearsOnly ? [{text, instead}] : []
  }
  const skips = leapYearsOnly
    ? 'skips February except in leap years'
    : `skips ${listed(never.map((month) => MONTH_NAMES[month - 1]!))}`
  const said = day === 31 ? 'last day' : `${ordinal(day)} or last day`
  const byMonthDay = day === 31 ? [-1] : [28, 29, 30].filter((other) => other <= day)
  const bySetPos = day === 31 ? [] : positionsOfDays([-1], times)
  const text = `Monthly on the ${ordinal(day)} ${skips}. To miss no month say "monthly on the ${said}".`
  return [{text, instead: {...rule, byMonthDay, bySetPos}}]
}

/** A fifth Friday: most months have only four. */
function noteOnFifth(explicit: RecurrenceRule, rule: RecurrenceRule): Note[] {
  const [day] = explicit.byDay
  const ofMonth = explicit.freq === 'MONTHLY' || (explicit.freq === 'YEARLY' && explicit.byMonth.length > 0)
  if (!ofMonth || explicit.byDay.length !== 1 || day?.ordinal !== 5) return []
  const name = WEEKDAY_NAMES[day.weekday]
  const text = `Months with only four ${name}s are skipped. To miss no month say "monthly on the last ${name.toLowerCase()}".`
  return [{text, instead: {...rule, byDay: [{...day, ordinal: -1}]}}]
}
