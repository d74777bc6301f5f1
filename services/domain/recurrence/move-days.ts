/**
 * A rule whose dates all move by one day: what it may become. Each function gives candidates, the plainest first; the
 * caller keeps the first that the engine finds to have the same occurrences, so a candidate may be wrong for some rules.
 */
import type {DayOfWeek, RecurrenceRule, Weekday} from './rule.ts'
import {positionsOfDays} from './word-draft.ts'
import {MONTH_LENGTHS, movedYearDay, yearDay} from './year-days.ts'

export type DayParts = Partial<RecurrenceRule>

export interface Move {
  /** The rule with its implied parts written out. */
  readonly rule: RecurrenceRule
  /** The rule as given. */
  readonly given: RecurrenceRule
  /** −1: every date becomes the day before; 1: the day after. */
  readonly by: -1 | 1
  readonly timesADay: number
  /** 1…12: the month of the first occurrence, from which INTERVAL counts. */
  readonly firstMonth: number
}

export function movedDays(move: Move): DayParts[] {
  const {rule, given} = move
  const openDay = given.byDay.length + given.byMonthDay.length + given.byYearDay.length + given.byWeekNo.length === 0
  const unchanged: DayParts[] = openDay && given.byMonth.length === 0 ? [{}] : []
  if (rule.freq === 'WEEKLY') return [...unchanged, ...movedWeeks(move)]
  if (rule.freq === 'MONTHLY' || rule.freq === 'YEARLY') return [...unchanged, ...movedMonths(move)]
  return [...unchanged, ...movedLimits(move)]
}

const ascending = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b)

const movedWeekday = (weekday: Weekday, by: number): Weekday => ((weekday + by + 7) % 7) as Weekday

const movedWeekdays = (days: readonly DayOfWeek[], by: number): DayOfWeek[] =>
  days.map(({weekday}) => ({weekday: movedWeekday(weekday, by), ordinal: 0})).sort((a, b) => a.weekday - b.weekday)

/** Weeks begin a day earlier or later too; where the start lies in another week then, another beginning may do. */
function movedWeeks({rule, by}: Move): DayParts[] {
  if (rule.byMonth.length > 0) return []
  const byDay = movedWeekdays(rule.byDay, by)
  const starts = Array.from({length: 7}, (_, at) => movedWeekday(rule.wkst, by + at))
  return starts.map((wkst) => ({byDay, wkst}))
}

/** Days that only limit: those of the week, and days of the month that stay clear of its ends. */
function movedLimits({rule, by}: Move): DayParts[] {
  if (rule.byMonth.length > 0 || rule.byYearDay.length > 0) return []
  const moved = movedMonthDays(rule.byMonthDay, by)
  return moved ? [{byDay: movedWeekdays(rule.byDay, by), byMonthDay: moved.days}] : []
}

interface MovedMonthDays {
  readonly days: number[]
  /** Whether none, some or all move to another month. */
  readonly crossing: 'none' | 'some' | 'all'
}

/** Null when a day moves differently in months of different length: the 31st, going back, is not always the 30th. */
function movedMonthDays(days: readonly number[], by: number): MovedMonthDays | null {
  let crossings = 0
  const moved: number[] = []
  for (const day of days) {
    if (by < 0 ? day > 28 || day < -27 : day > 27 || day < -28) return null
    const next = day + by
    if (next === 0) crossings++
    moved.push(next === 0 ? by : next)
  }
  const crossing = crossings === 0 ? 'none' : crossings === days.length ? 'all' : 'some'
  return {days: ascending(moved), crossing}
}

/** A set of days of the month and a set of weekdays that must both be met; null in `days` is every day. */
interface Window {
  readonly days: readonly number[] | null
  readonly weekdays: readonly DayOfWeek[]
}

/** The nth of a weekday is that weekday within seven days: 1MO is a Monday from the 1st to the 7th. */
function windowOf(rule: RecurrenceRule, daysOf: (ordinal: number) => number[]): Window | null {
  const ordinals = ascending(rule.byDay.map(({ordinal}) => ordinal))
  if (ordinals.every((ordinal) => ordinal === 0)) {
    return {days: rule.byMonthDay.length > 0 ? rule.byMonthDay : null, weekdays: rule.byDay}
  }
  const weekdays = ascending(rule.byDay.map(({weekday}) => weekday))
  // 1MO,3WE is no product of days and weekdays: a Monday from the 15th to the 21st would come along.
  if (rule.byDay.length !== ordinals.length * weekdays.length) return null
  if (ordinals.includes(0) || rule.byMonthDay.length > 0) return null
  return {
    days: ascending(ordinals.flatMap(daysOf)),
    weekdays: weekdays.map((weekday) => ({weekday: weekday as Weekday, ordinal: 0})),
  }
}

const sevenDays = (ordinal: number, longest: number): number[] =>
  Array.from({length: 7}, (_, at) => (ordinal > 0 ? ordinal * 7 - 6 + at : ordinal * 7 + at)).filter(
    (day) => Math.abs(day) <= longest,
  )

function movedMonths(move: Move): DayParts[] {
  const {rule} = move
  if (rule.byWeekNo.length > 0) return []
  const ofYear = rule.freq === 'YEARLY' && rule.byMonth.length === 0 && rule.byDay.some(({ordinal}) => ordinal !== 0)
  if (rule.byYearDay.length > 0 || ofYear) return movedYears(move)
  const window = windowOf(rule, (ordinal) => sevenDays(ordinal, 31))
  if (!window) return []
  return [
    ...withinMonths(move, window),
    ...withinMonths(move, asCountedFromEnd(move, window)),
    ...whereTheNextDayExists(move, window),
    ...orLastDay(move),
    ...chosenFromWindow(move, window),
    ...asYearDays(move, window),
    ...leapDay(move),
  ]
}

/** In named months of one length a day has two numbers, and one of them may move where the other may not. */
function asCountedFromEnd({rule}: Move, {days, weekdays}: Window): Window {
  const lengths = new Set(rule.byMonth.map((month) => MONTH_LENGTHS[month - 1]!))
  const [length = 0] = lengths
  if (days === null || lengths.size !== 1 || length === 28) return {days, weekdays}
  return {days: ascending(days.map((day) => (day > 0 && day <= length ? day - length - 1 : day))), weekdays}
}

function withinMonths({rule, by}: Move, {days, weekdays}: Window): DayParts[] {
  const byDay = movedWeekdays(weekdays, by)
  if (days === null) return rule.byMonth.length === 0 && rule.bySetPos.length === 0 ? [{byDay}] : []
  const moved = movedMonthDays(days, by)
  if (!moved || (moved.crossing !== 'none' && rule.bySetPos.length > 0)) return []
  if (moved.crossing === 'some' && rule.byMonth.length > 0) return []
  const byMonth =
    moved.crossing === 'all' ? ascending(rule.byMonth.map((month) => ((month + by + 11) % 12) + 1)) : rule.byMonth
  return [{byDay, byMonthDay: moved.days, byMonth}]
}

/**
 * The day before the 31st, in months that have a 31st: of 30 and 31 the last but one, which needs both to exist.
 * Likewise a fifth Friday: Thursday and Friday among the 28th to 31st.
 */
function whereTheNextDayExists({rule, by, timesADay}: Move, {days, weekdays}: Window): DayParts[] {
  if (by > 0 || days === null || rule.bySetPos.length > 0) return []
  const bySetPos = positionsOfDays([-2], timesADay)
  const [day = 0] = days
  if (days.length === 1 && day >= 2 && weekdays.length === 0) return [{byMonthDay: [day - 1, day], bySetPos}]
  if (days.length !== 3 || day !== 29 || weekdays.length !== 1) return []
  const both = [...weekdays, ...movedWeekdays(weekdays, by)].sort((a, b) => a.weekday - b.weekday)
  return [{byDay: both, byMonthDay: [28, 29, 30, 31], bySetPos}]
}

/** The n of BYMONTHDAY=28…n;BYSETPOS=-1, "the nth or last day"; null for other rules. */
function orLastOf({byMonthDay, byDay, bySetPos}: RecurrenceRule, timesADay: number): number | null {
  const last = byMonthDay.at(-1) ?? 0
  if (byDay.length > 0 || byMonthDay[0] !== 28 || last < 29 || last > 30 || last - 27 !== byMonthDay.length) return null
  return positionsOfDays([-1], timesADay).join() === bySetPos.join() ? last : null
}

/** The day before "the nth or last day": the earlier of n−1 and the last but one. */
function orLastDay({rule, by, timesADay}: Move): DayParts[] {
  const last = orLastOf(rule, timesADay)
  if (last === null || by > 0) return []
  return [{byMonthDay: [-2, last - 1], bySetPos: positionsOfDays([1], timesADay)}]
}

/** "The last weekday" is the last among the last seven days, and those can be moved within the month. */
function chosenFromWindow(move: Move, {days, weekdays}: Window): DayParts[] {
  const {rule, by, timesADay} = move
  const positions = rule.bySetPos.map((position) => Math.sign(position) * Math.ceil(Math.abs(position) / timesADay))
  const [first = 0] = positions
  if (days !== null || weekdays.length === 0 || first === 0) return []
  if (positions.some((position) => Math.sign(position) !== Math.sign(first))) return []
  const weeks = Math.ceil(Math.max(...positions.map(Math.abs)) / weekdays.length)
  if (weeks > 3) return []
  const window = Array.from({length: weeks * 7}, (_, at) => (first > 0 ? at + 1 : -at - 1))
  return withinSafe(movedMonthDays(window, by), (byMonthDay) => ({byDay: movedWeekdays(weekdays, by), byMonthDay}))
}

const withinSafe = (moved: MovedMonthDays | null, make: (days: number[]) => DayParts): DayParts[] =>
  moved?.crossing === 'none' ? [make(moved.days)] : []

/** Months that the rule reaches, when the same ones come every year. */
function monthsOfEveryYear({rule, firstMonth}: Move): number[] | null {
  const step = rule.freq === 'YEARLY' ? 1 : rule.interval
  if (12 % step !== 0) return null
  const all = Array.from({length: 12 / step}, (_, at) => ((firstMonth - 1 + at * step) % 12) + 1)
  return rule.byMonth.length > 0 ? all.filter((month) => rule.byMonth.includes(month)) : all
}

/** Dates of months of different length as numbered days of the year, which are the same dates in every year. */
function asYearDays(move: Move, {days, weekdays}: Window): DayParts[] {
  const {rule, by, timesADay} = move
  const months = monthsOfEveryYear(move)
  const last = orLastOf(rule, timesADay)
  if (months === null || days === null || (rule.bySetPos.length > 0 && last === null)) return []
  const found: number[] = []
  for (const month of months) {
    for (const day of last === null ? days : [Math.min(last, MONTH_LENGTHS[month - 1]!)]) {
      const number = last !== null && month === 2 ? yearDay(2, -1) : yearDay(month, day)
      if (number === undefined) continue
      const moved = number === null ? null : movedYearDay(number, by)
      if (moved === null) return []
      found.push(moved)
    }
  }
  const interval = rule.freq === 'YEARLY' ? rule.interval : 1
  return [yearly(found, {interval, byDay: movedWeekdays(weekdays, by)})]
}

const yearly = (days: readonly number[], parts: DayParts): DayParts => ({
  freq: 'YEARLY',
  interval: 1,
  byMonth: [],
  byMonthDay: [],
  bySetPos: [],
  byYearDay: ascending(days),
  ...parts,
})

/**
 * The day after 29 February is the 61st day, and 1 March, only in leap years. Every 29th: day 60 pushes the positions
 * of a leap year on by one, so that the second position is always the one to leave out.
 */
function leapDay({rule, by, timesADay}: Move): DayParts[] {
  if (by < 0 || rule.byDay.length > 0 || rule.bySetPos.length > 0 || rule.byMonthDay.join() !== '29') return []
  if (rule.byMonth.join() === '2' && (rule.freq === 'YEARLY' || rule.interval === 1)) {
    return [{freq: 'YEARLY', byMonth: [3], byMonthDay: [1], byYearDay: [61]}]
  }
  if (rule.byMonth.length > 0 || rule.interval > 1) return []
  const others = [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((month) => movedYearDay(yearDay(month, 29) ?? 0, 1) ?? 0)
  const kept = Array.from({length: 13}, (_, at) => at + 1).filter((position) => position !== 2)
  return [yearly([...others, 60, -306], {byDay: [], bySetPos: positionsOfDays(kept, timesADay)})]
}

/** Numbered days of the year, and the nth of a weekday in the year as seven of them. */
function movedYears({rule, by}: Move): DayParts[] {
  if (rule.byMonth.length > 0 || rule.byMonthDay.length > 0 || rule.bySetPos.length > 0) return []
  const window =
    rule.byYearDay.length > 0 && rule.byDay.every(({ordinal}) => ordinal === 0)
      ? {days: rule.byYearDay, weekdays: rule.byDay}
      : windowOf(rule, (ordinal) => sevenDays(ordinal, 366))
  if (!window?.days) return []
  const moved = window.days.map((day) => movedYearDay(day, by))
  if (moved.includes(null)) return []
  return [{byYearDay: ascending(moved as number[]), byDay: movedWeekdays(window.weekdays, by)}]
}
