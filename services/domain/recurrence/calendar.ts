/**
 * The Gregorian calendar in whole numbers, UTC.
 * A day is the number of days since 1970-01-01; a month is `year * 12 + (0…11)`; weekdays count from Monday (0).
 * All divisions are by constants and stay below 2³¹, so that they compile to integer multiplications.
 */

export const SECONDS_PER_DAY = 86_400
/** 9999-12-31, the last day with a four-digit year. */
export const LAST_DAY = 2_932_896
/** 9999-12-31T23:59:59Z in seconds since the epoch. */
export const LAST_SECOND = LAST_DAY * SECONDS_PER_DAY + SECONDS_PER_DAY - 1
export const LAST_MONTH = 9999 * 12 + 11
/** The calendar repeats after 400 years: so many months, and so many days, which are whole weeks. */
export const CYCLE_MONTHS = 4_800
export const CYCLE_WEEKS = 20_871
export const CYCLE_YEARS = 400
export const CYCLE_DAYS = 146_097

/** Twelve months of a common year, then twelve of a leap year. */
const MONTH_LENGTHS = Int32Array.from(
  [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].concat([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]),
)
const DAYS_BEFORE_MONTH = MONTH_LENGTHS.map((_, at) =>
  MONTH_LENGTHS.subarray(at - (at % 12), at).reduce((days, length) => days + length, 0),
)
/** Days from 0001-01-01 to 1970-01-01. */
const EPOCH = 719_162

export function isLeapYear(year: number): boolean {
  return (year & 3) === 0 && (year % 100 !== 0 || year % 400 === 0)
}

export function firstDayOfYear(year: number): number {
  const before = year - 1
  return before * 365 + (before >> 2) - ((before / 100) | 0) + ((before / 400) | 0) - EPOCH
}

export function firstDayOfMonth(month: number): number {
  const year = (month / 12) | 0
  return firstDayOfYear(year) + daysBeforeMonth(month - year * 12, isLeapYear(year))
}

/** Days of the year before its month 0…11. */
export function daysBeforeMonth(monthOfYear: number, leap: boolean): number {
  return DAYS_BEFORE_MONTH[leap ? monthOfYear + 12 : monthOfYear]!
}

/** Days in month 0…11. */
export function monthLength(monthOfYear: number, leap: boolean): number {
  return MONTH_LENGTHS[leap ? monthOfYear + 12 : monthOfYear]!
}

/**
 * `month * 32 + (day of the month, from 0)` of a day: two results in one number, because a pair would be an allocation.
 * The year is counted from March, so that the leap day is its last
 * (https://howardhinnant.github.io/date_algorithms.html#civil_from_days).
 */
export function monthAndDay(day: number): number {
  const shifted = day + 719_468
  const era = (shifted / 146_097) | 0
  const dayOfEra = shifted - era * 146_097
  const leapDays = ((dayOfEra / 1_460) | 0) - ((dayOfEra / 36_524) | 0) + ((dayOfEra / 146_096) | 0)
  const yearOfEra = ((dayOfEra - leapDays) / 365) | 0
  const dayOfYear = dayOfEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0))
  const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0
  const dayOfMonth = dayOfYear - (((153 * monthFromMarch + 2) / 5) | 0)
  return ((era * 400 + yearOfEra) * 12 + monthFromMarch + 2) * 32 + dayOfMonth
}

/** 0 Monday … 6 Sunday, for days from 1969-12-22 on. */
export function weekdayOf(day: number): number {
  return (day + 10) % 7
}

/** The first day of the week that contains `day`, when weeks begin on `wkst`. */
export function weekStart(day: number, wkst: number): number {
  return day - ((weekdayOf(day) - wkst + 7) % 7)
}
