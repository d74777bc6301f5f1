import type {WordCursor} from './word-cursor.ts'
import type {DayPhrase} from './word-days.ts'
import type {Draft} from './word-draft.ts'
import {WORKING_DAYS} from './vocabulary.ts'

/**
 * Puts a list of days into a rule: what a list means depends on the frequency, and a list alone
 * ("mon, thu", "the last day of the month", "24 december") gives the frequency.
 */
export function placeDays(draft: Draft, phrase: DayPhrase, cursor: WordCursor): void {
  const onlyPlain = phrase.plain.length > 0 && hasOnlyPlain(phrase)
  draft.freq ??= impliedFrequency(phrase, onlyPlain, cursor)
  switch (draft.freq) {
    case 'MONTHLY':
    case 'YEARLY':
      refuseMixture(phrase, cursor)
      refuseNumbers(phrase, cursor)
      if (draft.freq === 'MONTHLY') refuseForMonths(phrase, cursor)
      placeInMonths(draft, phrase, cursor)
      return
    case 'WEEKLY':
    case 'DAILY':
    case 'HOURLY':
    case 'MINUTELY':
    case 'SECONDLY':
      if (!onlyPlain) {
        const hint = 'say "monthly on the 15th", "monthly on the last friday" or "yearly on 24 december"'
        throw cursor.fault('only days of the week fit here', hint, phrase.first)
      }
      if (draft.freq === 'DAILY') {
        if (draft.interval > 1) {
          const hint = 'say "every 2 weeks on mon" or, for some days of every week, "weekly on mon,thu"'
          throw cursor.fault(`every ${draft.interval} days cannot name days of the week`, hint, phrase.first)
        }
        draft.freq = 'WEEKLY'
      }
      draft.byDay.push(...phrase.plain.map((weekday) => ({weekday, ordinal: 0})))
  }
}

const hasOnlyPlain = (phrase: DayPhrase): boolean =>
  phrase.numbered.length === 0 &&
  phrase.monthDays.length === 0 &&
  phrase.dates.length === 0 &&
  phrase.months.length === 0 &&
  phrase.orLast === null &&
  phrase.workingDays.length === 0 &&
  phrase.of === null

function impliedFrequency(phrase: DayPhrase, onlyPlain: boolean, cursor: WordCursor): 'WEEKLY' | 'MONTHLY' | 'YEARLY' {
  if (onlyPlain) return 'WEEKLY'
  if (phrase.of === 'month' || phrase.both) return 'MONTHLY'
  if (phrase.of === 'year' || phrase.dates.length > 0 || phrase.months.length > 0) return 'YEARLY'
  if (phrase.orLast !== null) return 'MONTHLY'
  const hint = 'say "the first monday of the month", "the 15th of the month" or, counting weeks, "every 3 weeks on mon"'
  throw cursor.fault('it is not clear what this is a day of', hint, phrase.first)
}

/** RFC 5545 intersects BYMONTHDAY and BYDAY, so "the 15th and every friday" is no rule; nor is a choice beside others. */
function refuseMixture(phrase: DayPhrase, cursor: WordCursor): void {
  const {both, plain, numbered, monthDays, dates, orLast, workingDays} = phrase
  const weekdays = plain.length > 0 || numbered.length > 0
  const days = monthDays.length > 0 || dates.length > 0
  const kinds = [weekdays && !both, days, orLast !== null, workingDays.length > 0].filter(Boolean).length
  const severalBoth = both && (plain.length !== 1 || numbered.length > 0 || monthDays.length !== 1)
  if (kinds <= 1 && !severalBoth) return
  throw cursor.fault('one rule cannot have all of these days', 'make two tasks, or name days of one kind', phrase.first)
}

function refuseNumbers(phrase: DayPhrase, cursor: WordCursor): void {
  const day = phrase.monthDays.find((number) => number === 0 || Math.abs(number) > 31)
  if (day !== undefined) {
    throw cursor.fault(`a month has no day ${day}`, 'days of a month are the 1st to the 31st', phrase.first)
  }
  const most = phrase.of === 'year' ? 53 : 5
  if (phrase.numbered.some(({ordinal}) => ordinal === 0 || Math.abs(ordinal) > most)) {
    const hint = 'for a day and a weekday make two tasks; "friday the 13th" is a day that is both'
    throw cursor.fault(`no ${phrase.of ?? 'month'} has so many of one weekday`, hint, phrase.first)
  }
}

function refuseForMonths(phrase: DayPhrase, cursor: WordCursor): void {
  if (phrase.dates.length > 0) {
    throw cursor.fault('a date comes once a year', 'say "yearly on 24 december"', phrase.first)
  }
  if (phrase.of === 'year') throw cursor.fault('this is a day of a month', 'say "of the month"', phrase.first)
  if (phrase.plain.length > 0 && !phrase.every && !phrase.both) {
    const hint = 'say "weekly on fri", "monthly on the first friday" or "monthly on every friday"'
    throw cursor.fault('a month has this weekday four or five times', hint, phrase.first)
  }
}

function placeInMonths(draft: Draft, phrase: DayPhrase, cursor: WordCursor): void {
  draft.byMonth.push(...phrase.months)
  draft.byDay.push(...phrase.plain.map((weekday) => ({weekday, ordinal: 0})), ...phrase.numbered)
  draft.byMonthDay.push(...phrase.monthDays)
  if (phrase.workingDays.length > 0) {
    draft.byDay.push(...WORKING_DAYS.map((weekday) => ({weekday, ordinal: 0})))
    draft.dayPositions.push(...phrase.workingDays)
  }
  if (phrase.orLast === 31) draft.byMonthDay.push(-1)
  else if (phrase.orLast !== null) {
    for (let day = 28; day <= phrase.orLast; day++) draft.byMonthDay.push(day)
    draft.dayPositions.push(-1)
  }
  placeDates(draft, phrase, cursor)
  if (draft.freq === 'YEARLY') requireMonth(draft, phrase)
}

/** BYMONTH and BYMONTHDAY multiply, so several dates are one rule only when every month has the same days. */
function placeDates(draft: Draft, phrase: DayPhrase, cursor: WordCursor): void {
  const months = new Set(phrase.dates.map(({month}) => month))
  const days = new Set(phrase.dates.map(({day}) => day))
  const dates = new Set(phrase.dates.map(({month, day}) => month * 32 + day))
  if (dates.size !== months.size * days.size) {
    throw cursor.fault('these dates are not one rule', 'make one task for each date', phrase.first)
  }
  for (const {month, day} of phrase.dates) {
    if (day < 1 || day > DAYS_OF_MONTH[month - 1]!) {
      throw cursor.fault('there is no such date', 'give a day that the month has', phrase.first)
    }
  }
  draft.byMonth.push(...months)
  draft.byMonthDay.push(...days)
}

const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** A day of which month is asked for at the end, because "in march" may follow. */
function requireMonth(draft: Draft, phrase: DayPhrase): void {
  const everyWeekday = phrase.plain.length > 0 && phrase.every && phrase.monthDays.length === 0
  if (phrase.of === null && phrase.dates.length === 0 && !everyWeekday) draft.needsMonth = phrase.first
}
