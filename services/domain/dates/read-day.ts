import {MONTH, monthNumber, ORDINAL, ordinalNumber, spelledOut, WEEKDAY, weekdayNumber} from './date-words.ts'
import {ambiguousDate} from './invalid-date.ts'

export interface CalendarDay {
  readonly year: number
  /** 1…12 */
  readonly month: number
  /** May overflow, as with Date.UTC. */
  readonly day: number
}

export interface ReadDay extends CalendarDay {
  /** What to do when its time of day is past already: go on to the next such day, or stay. */
  readonly past: 'next' | 'stay'
  /** Tonight: hours are of the evening. */
  readonly evening: boolean
  /** A bare number may follow it as an hour: "tomorrow 9", but not "1 dec 9". */
  readonly hourMayFollow: boolean
}

const dayOf = (date: CalendarDay, over: Partial<ReadDay> = {}): ReadDay => ({
  year: date.year,
  month: date.month,
  day: date.day,
  past: 'stay',
  evening: false,
  hourMayFollow: true,
  ...over,
})

/** 0 is Monday. */
export const weekdayOfDay = ({year, month, day}: CalendarDay): number =>
  (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7

export const isDate = ({year, month, day}: CalendarDay): boolean => {
  const date = new Date(Date.UTC(2000, 0, 1))
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** What a text says as a day. Null: it has the form of a day that does not exist. Undefined: it is something else. */
export function readDay(text: string, today: CalendarDay): ReadDay | null | undefined {
  const word = text.toLowerCase()
  return (
    readDaysAhead(word, today) ??
    readDayWord(word, today) ??
    readWeekday(word, today) ??
    readNth(word, today) ??
    readDate(word, today) ??
    readNumberedDay(word, today)
  )
}

/** The same day of a later month, or its last one. */
export function addMonths({year, month, day}: CalendarDay, count: number): CalendarDay {
  const last = new Date(Date.UTC(year, month + count, 0)).getUTCDate()
  return {year, month: month + count, day: Math.min(day, last)}
}

const DAYS_AHEAD = /^in (?<count>\d{1,5}|an?) (?<unit>day|week|fortnight|month|year)s?$/u

/** `in 3 days`, before or behind a time. */
function readDaysAhead(word: string, today: CalendarDay): ReadDay | undefined {
  const groups = DAYS_AHEAD.exec(spelledOut(word))?.groups
  if (!groups) return undefined
  const count = groups['count']!.startsWith('a') ? 1 : Number(groups['count'])
  const days = {day: 1, week: 7, fortnight: 14}[groups['unit']!]
  const months = groups['unit'] === 'year' ? count * 12 : count
  return dayOf(days === undefined ? addMonths(today, months) : {...today, day: today.day + days * count}, {
    hourMayFollow: false,
  })
}

const DAY_WORD =
  /^(?:today|tonight|tomorrow|yesterday|(?:the )?day after tomorrow|eod|end of (?:the )?day|eow|(?:the )?end of (?:the )?week|eom|(?:the )?(?:end|last day) of (?:the )?month)$/u

function readDayWord(word: string, today: CalendarDay): ReadDay | undefined {
  if (!DAY_WORD.test(word)) return undefined
  if (word === 'tonight') return dayOf(today, {evening: true})
  if (word === 'tomorrow') return dayOf({...today, day: today.day + 1})
  if (word === 'yesterday') return dayOf({...today, day: today.day - 1})
  if (word.endsWith('after tomorrow')) return dayOf({...today, day: today.day + 2})
  if (/eow|week$/u.test(word)) return dayOf({...today, day: today.day + 6 - weekdayOfDay(today)})
  if (/eom|month$/u.test(word)) return dayOf({...today, month: today.month + 1, day: 0})
  return dayOf(today)
}

const WEEKDAY_TEXT = new RegExp(`^(?:(?<which>this|coming|next|last) )?(?<name>${WEEKDAY})$`, 'u')

function readWeekday(word: string, today: CalendarDay): ReadDay | undefined {
  const groups = WEEKDAY_TEXT.exec(word)?.groups
  if (!groups) return undefined
  const now = weekdayOfDay(today)
  const wanted = weekdayNumber(groups['name']!)
  const ahead = (wanted - now + 7) % 7
  const moved = (days: number, past: ReadDay['past']): ReadDay => dayOf({...today, day: today.day + days}, {past})
  if (groups['which'] === 'last') return moved(ahead === 0 ? -7 : ahead - 7, 'stay')
  if (groups['which'] !== 'next') return moved(ahead, 'next')
  if (wanted <= now) return moved(wanted - now + 7, 'stay')
  const hint = `write ${groups['name']!}, or its date`
  throw ambiguousDate(word, 'as the one of this week and as the one of the next', hint)
}

const DAY_FIRST = new RegExp(
  String.raw`^(?:the )?(?<day>\d{1,2}|${ORDINAL}) (?:of )?(?<month>${MONTH})\.?(?:,? (?<year>\d{4}))?$`,
  'u',
)
const MONTH_FIRST = new RegExp(
  String.raw`^(?<month>${MONTH})\.? (?:the )?(?<day>\d{1,2}|${ORDINAL})(?:,? (?<year>\d{4}))?$`,
  'u',
)
const LAST_OF_MONTH = new RegExp(
  String.raw`^(?:the )?(?:end|last day) of (?<month>${MONTH})(?:,? (?<year>\d{4}))?$`,
  'u',
)
const DOTTED = /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.?(?<year>\d{4})?$/u
const SLASHED = /^(?<one>\d{1,2})\/(?<two>\d{1,2})(?:\/(?<year>\d{4}|\d\d))?$/u
const ISO = /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)$/u

const NTH = new RegExp(
  String.raw`^(?:the )?(?<nth>first|second|third|fourth|fifth|last|[1-5](?:st|nd|rd|th)) (?<name>${WEEKDAY}) (?:of|in) (?<month>${MONTH})(?: (?<year>\d{4}))?$`,
  'u',
)

/** `the first monday of december`: the next one. Null for a fifth that the month does not have. */
function readNth(word: string, today: CalendarDay): ReadDay | null | undefined {
  const groups = NTH.exec(word)?.groups
  if (!groups) return undefined
  const nth = groups['nth'] === 'last' ? 0 : ordinalNumber(groups['nth']!)
  const month = monthNumber(groups['month']!)
  for (const year of groups['year'] === undefined ? [today.year, today.year + 1] : [Number(groups['year'])]) {
    const date = nthWeekday({year, month, nth, weekday: weekdayNumber(groups['name']!)})
    if (date.month === month && (groups['year'] !== undefined || !isBefore(date, today)))
      return dayOf(date, {hourMayFollow: false})
  }
  return null
}

/** `nth` 0 is the last. */
function nthWeekday({
  year,
  month,
  nth,
  weekday,
}: {
  year: number
  month: number
  nth: number
  weekday: number
}): CalendarDay {
  const first = nth === 0 ? {year, month: month + 1, day: -6} : {year, month, day: 1 + 7 * (nth - 1)}
  const date = new Date(Date.UTC(year, first.month - 1, first.day + ((weekday - weekdayOfDay(first) + 7) % 7)))
  return {year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate()}
}

/** Dates with their month. What can be day/month and month/day is refused. */
function readDate(word: string, today: CalendarDay): ReadDay | null | undefined {
  const last = LAST_OF_MONTH.exec(word)?.groups
  if (last) return monthEnd(last, today)
  const groups = (DAY_FIRST.exec(word) ?? MONTH_FIRST.exec(word) ?? DOTTED.exec(word) ?? ISO.exec(word))?.groups
  if (groups) {
    const month = /^\d/u.test(groups['month']!) ? Number(groups['month']) : monthNumber(groups['month']!)
    return dated({year: groups['year'], month, day: ordinalNumber(groups['day']!)}, today, /[.]/u.test(word))
  }
  const slashed = SLASHED.exec(word)?.groups
  if (!slashed) return undefined
  const [one, two] = [Number(slashed['one']), Number(slashed['two'])]
  if (one <= 12 && two <= 12 && one !== two) {
    throw ambiguousDate(word, 'as day/month and as month/day', 'write 2026-12-01 or "1 dec"')
  }
  const year = slashed['year']?.length === 2 ? `20${slashed['year']}` : slashed['year']
  return dated({year, month: one > 12 ? two : one, day: one > 12 ? one : two}, today, true)
}

function monthEnd(groups: Record<string, string | undefined>, today: CalendarDay): ReadDay {
  const month = monthNumber(groups['month']!)
  const year = groups['year'] === undefined ? today.year + (month < today.month ? 1 : 0) : Number(groups['year'])
  return dayOf({year, month: month + 1, day: 0}, {hourMayFollow: false})
}

function dated(
  {year, month, day}: {year: string | undefined; month: number; day: number},
  today: CalendarDay,
  hourMayFollow: boolean,
): ReadDay | null {
  if (year !== undefined) {
    const date = {year: Number(year), month, day}
    return isDate(date) ? dayOf(date, {hourMayFollow}) : null
  }
  // Within eight years every date comes that there is: 29 February skips 2100.
  for (let ahead = 0; ahead <= 8; ahead++) {
    const date = {year: today.year + ahead, month, day}
    if (isDate(date) && !isBefore(date, today)) return dayOf(date, {hourMayFollow})
  }
  return null
}

const isBefore = (one: CalendarDay, other: CalendarDay): boolean =>
  (one.year - other.year || one.month - other.month || one.day - other.day) < 0

const NUMBERED = new RegExp(`^(?:the )?(?<day>${ORDINAL})$`, 'u')

/** `the 24th`: the next day of that number. */
function readNumberedDay(word: string, today: CalendarDay): ReadDay | null | undefined {
  const groups = NUMBERED.exec(word)?.groups
  if (!groups) return undefined
  return nextNumbered(today, ordinalNumber(groups['day']!))
}

function nextNumbered(from: CalendarDay, day: number): ReadDay | null {
  for (let month = 0; month <= 2; month++) {
    const first = new Date(Date.UTC(from.year, from.month - 1 + month, 1))
    const date = {year: first.getUTCFullYear(), month: first.getUTCMonth() + 1, day}
    if (isDate(date) && !isBefore(date, from)) return dayOf(date, {past: 'next'})
  }
  return null
}
