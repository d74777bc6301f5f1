/**
 * The plainest days that fit some dates: what a person would have typed for a rule that was moved by a day. Like
 * move-days.ts it gives candidates; the engine decides which has the same occurrences.
 */
import type {DayParts} from './move-days.ts'
import type {DayOfWeek, RecurrenceRule, Weekday} from './rule.ts'
import {WORKING_DAYS} from './vocabulary.ts'
import {positionsOfDays} from './word-draft.ts'

const DAY = 86_400_000

interface Date_ {
  readonly year: number
  readonly month: number
  readonly day: number
  /** −1 is the last day of the month. */
  readonly fromEnd: number
  readonly weekday: Weekday
  readonly dayOfYear: number
  readonly yearLength: number
}

function dateOf(local: number): Date_ {
  const date = new Date(local)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  const day = date.getUTCDate()
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return {
    year,
    month: month + 1,
    day,
    fromEnd: day - length - 1,
    weekday: ((date.getUTCDay() + 6) % 7) as Weekday,
    dayOfYear: Math.floor((local - Date.UTC(year, 0, 1)) / DAY) + 1,
    yearLength: Math.round((Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / DAY),
  }
}

const distinct = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b)

/** `stored` is the rule that was moved; `occurrences` are those of the rule looked for, local, ms as if UTC. */
export function readableDays(stored: RecurrenceRule, occurrences: readonly number[], timesADay: number): DayParts[] {
  const dates = distinct(occurrences.map((at) => Math.floor(at / DAY))).map((day) => dateOf(day * DAY))
  const empty: DayParts = {byMonth: [], byMonthDay: [], byDay: [], byYearDay: [], byWeekNo: [], bySetPos: [], wkst: 0}
  const days = daysOfMonths(dates, timesADay)
  const inYear =
    stored.interval === 1 ? ordinalsOfYear(dates).map((parts) => ({...empty, freq: 'YEARLY' as const, ...parts})) : []
  const inMonths = periods(stored, dates).flatMap((period) => days.map((parts) => ({...empty, ...period, ...parts})))
  return [...inMonths, ...inYear]
}

/** Which months: all, every nth, or named ones; by the year when they are. */
function periods(stored: RecurrenceRule, dates: readonly Date_[]): DayParts[] {
  const months = distinct(dates.map(({month}) => month))
  const all: DayParts = {freq: 'MONTHLY', interval: 1}
  const counted: DayParts = {freq: 'MONTHLY', interval: stored.freq === 'MONTHLY' ? stored.interval : step(dates)}
  const monthly: DayParts = {
    freq: 'MONTHLY',
    interval: stored.freq === 'MONTHLY' ? stored.interval : 1,
    byMonth: months,
  }
  const yearly: DayParts = {freq: 'YEARLY', interval: stored.freq === 'YEARLY' ? stored.interval : 1, byMonth: months}
  if (stored.freq === 'MONTHLY') return [all, counted, monthly, yearly]
  return stored.byYearDay.length === 0 || months.length === 1 ? [yearly, all, counted] : [all, counted, yearly]
}

/** The greatest interval in months that reaches all dates. */
function step(dates: readonly Date_[]): number {
  const months = dates.map(({year, month}) => year * 12 + month)
  const gaps = months.map((month) => month - months[0]!)
  return gaps.reduce(divisor, 0) || 12
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

/** More than this would be a list that nobody types. */
const MOST_DAYS = 6

function daysOfMonths(dates: readonly Date_[], timesADay: number): DayParts[] {
  const fromStart = distinct(dates.map(({day}) => day))
  const fromEnd = distinct(dates.map(({fromEnd}) => fromEnd))
  const notLast = distinct(dates.filter(({fromEnd}) => fromEnd !== -1).map(({day}) => day))
  const found: DayParts[] = []
  if (fromEnd.length === 1 && fromStart.length > 1) found.push({byMonthDay: fromEnd})
  if (fromStart.length <= MOST_DAYS) found.push({byMonthDay: fromStart})
  if (notLast.length <= MOST_DAYS) found.push({byMonthDay: [-1, ...notLast]})
  const highest = fromStart.at(-1) ?? 0
  if (highest === 29 || highest === 30) {
    const byMonthDay = [28, 29, 30].filter((day) => day <= highest)
    found.push({byMonthDay, bySetPos: positionsOfDays([-1], timesADay)})
  }
  const weekdays = distinct(dates.map(({weekday}) => weekday))
  found.push(...numberedWeekdays(dates, ({day}) => Math.ceil(day / 7)))
  found.push(...numberedWeekdays(dates, ({fromEnd}) => Math.floor(fromEnd / 7)))
  found.push(...numberedWeekdays(dates, ({day, fromEnd}) => (fromEnd >= -7 ? -1 : Math.ceil(day / 7))))
  for (const position of [1, -1, 2, -2, 3, -3]) {
    found.push({byDay: plain(WORKING_DAYS), bySetPos: positionsOfDays([position], timesADay)})
  }
  if (weekdays.length <= 2 && fromStart.length <= MOST_DAYS) {
    found.push({byDay: plain(weekdays as Weekday[]), byMonthDay: fromStart})
  }
  if (weekdays.length < 7) found.push({byDay: plain(weekdays as Weekday[])})
  return found
}

const plain = (weekdays: readonly Weekday[]): DayOfWeek[] => weekdays.map((weekday) => ({weekday, ordinal: 0}))

function numberedWeekdays(dates: readonly Date_[], ordinalOf: (date: Date_) => number): DayParts[] {
  const numbered = distinct(dates.map((date) => ordinalOf(date) * 7 + date.weekday))
  if (numbered.length > MOST_DAYS) return []
  const byDay = numbered.map((number) => ({
    weekday: (((number % 7) + 7) % 7) as Weekday,
    ordinal: Math.floor(number / 7),
  }))
  return [{byDay: byDay.sort((a, b) => a.weekday - b.weekday || a.ordinal - b.ordinal)}]
}

function ordinalsOfYear(dates: readonly Date_[]): DayParts[] {
  return [
    ...numberedWeekdays(dates, ({dayOfYear}) => Math.ceil(dayOfYear / 7)),
    ...numberedWeekdays(dates, ({dayOfYear, yearLength}) => Math.floor((dayOfYear - yearLength - 1) / 7)),
  ]
}
