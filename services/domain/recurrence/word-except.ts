import type {Weekday} from './rule.ts'
import {monthOf} from './vocabulary.ts'
import type {WordCursor} from './word-cursor.ts'
import {readDays, readMonths} from './word-days.ts'
import type {Draft} from './word-draft.ts'
import type {Token} from './word-tokens.ts'

const ALL_DAYS: readonly Weekday[] = [0, 1, 2, 3, 4, 5, 6]
const ALL_MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

/** `"except" ["on"] weekdays` or `"except" ["in"] months`: what remains is the rule. A single date cannot be left out. */
export function readExcept(cursor: WordCursor, draft: Draft): void {
  const months = cursor.accept('in')
  if (!months) cursor.accept('on')
  const first = cursor.peek()
  if (months || (monthOf(first.text) !== undefined && cursor.peek(1).kind !== 'number')) {
    leaveOutMonths(cursor, draft, readMonths(cursor), first)
    return
  }
  const phrase = readDays(cursor)
  const onlyWeekdays =
    phrase.plain.length > 0 &&
    phrase.numbered.length + phrase.monthDays.length + phrase.dates.length + phrase.workingDays.length === 0
  if (!onlyWeekdays) {
    const hint = 'a rule leaves out days of the week and months; a single date: skip it when it comes'
    throw cursor.fault('a rule cannot leave this out', hint, phrase.first)
  }
  leaveOutDays(cursor, draft, phrase.plain, phrase.first)
}

function leaveOutDays(cursor: WordCursor, draft: Draft, out: readonly Weekday[], first: Token): void {
  const counted = draft.freq === 'MONTHLY' || draft.freq === 'YEARLY' || draft.byDay.some(({ordinal}) => ordinal !== 0)
  const everyWeek = draft.freq === 'WEEKLY' && draft.byDay.length === 0
  if (counted || everyWeek) {
    const hint = 'name the days that remain: "weekly on mon,tue,wed,thu"'
    throw cursor.fault('days of the week can be left out of days and of named weekdays only', hint, first)
  }
  const before = draft.byDay.length === 0 ? ALL_DAYS : draft.byDay.map(({weekday}) => weekday)
  const left = before.filter((weekday) => !out.includes(weekday))
  if (left.length === 0) throw cursor.fault('nothing is left of the rule', 'name the days that remain', first)
  if (draft.freq === 'DAILY' && draft.interval === 1) draft.freq = 'WEEKLY'
  draft.byDay = left.map((weekday) => ({weekday, ordinal: 0}))
}

function leaveOutMonths(cursor: WordCursor, draft: Draft, out: readonly number[], first: Token): void {
  const before = draft.byMonth.length === 0 && draft.freq !== 'YEARLY' ? ALL_MONTHS : draft.byMonth
  const left = before.filter((month) => !out.includes(month))
  if (left.length === 0) throw cursor.fault('nothing is left of the rule', 'name the months that remain', first)
  draft.byMonth = left
}
