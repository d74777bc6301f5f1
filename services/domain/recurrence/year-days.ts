/**
 * Days of a month as days of the year that are the same in leap years: to the end of February counted from 1 January
 * (positive), after it from 31 December (negative, −1). 29 February has no such number.
 */

export const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** 1 March is −306, 1 April −275 … 1 December −31. */
const firstOfMonth = (month: number): number =>
  -MONTH_LENGTHS.slice(month - 1).reduce((days: number, length) => days + length, 0)

/**
 * `month` 1…12; `day` 1…31, or −1…−31 from the end of the month. Undefined for days that the month never has;
 * null for those of February that only leap years have.
 */
export function yearDay(month: number, day: number): number | null | undefined {
  if (month === 2) {
    if (Math.abs(day) > 29) return undefined
    if (Math.abs(day) === 29) return null
    return day > 0 ? 31 + day : -306 + day
  }
  const length = MONTH_LENGTHS[month - 1]!
  if (Math.abs(day) > length) return undefined
  const fromStart = day > 0 ? day : length + 1 + day
  return month === 1 ? fromStart : firstOfMonth(month) + fromStart - 1
}

/** The day of the year `by` days later, −1 or 1; null at the end of a year whose length decides. */
export function movedYearDay(day: number, by: number): number | null {
  if (by > 0 ? day >= 365 : day <= -365) return null
  const moved = day + by
  return moved === 0 ? by : moved
}
