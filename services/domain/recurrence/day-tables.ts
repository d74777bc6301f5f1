/**
 * The days that a part of the rule allows, as words: bit 0 of a month's word is its first day.
 * A month looks like one of 28 (four lengths, seven weekdays to begin with), a year like one of 14, so each part becomes
 * a small table when the rule is compiled. A part that is not given is null.
 */
import {daysBeforeMonth, monthLength} from './calendar.ts'
import type {DayOfWeek} from './rule.ts'

const MONTHS_PER_YEAR = 12

/** BYMONTHDAY, by length of the month − 28. */
export function monthDayTable(monthDays: readonly number[]): Int32Array | null {
  if (monthDays.length === 0) return null
  const table = new Int32Array(4)
  for (let length = 28; length <= 31; length++) {
    for (const day of monthDays) {
      const bit = day > 0 ? day - 1 : length + day
      if (bit >= 0 && bit < length) table[length - 28]! |= 1 << bit
    }
  }
  return table
}

/** Plain BYDAY, by the weekday of the first of the month. */
export function weekdayTable(days: readonly DayOfWeek[]): Int32Array | null {
  if (days.length === 0) return null
  const table = new Int32Array(7)
  for (let first = 0; first < 7; first++) {
    for (const {weekday} of days) table[first]! |= everyWeek((weekday - first + 7) % 7)
  }
  return table
}

/** A bit in every seventh place, from `bit` on. */
function everyWeek(bit: number): number {
  return 0x1020_4081 << bit
}

/** BYDAY with ordinals in the month, by weekday of the first · 4 + length − 28; plain entries join them as a union. */
export function monthOrdinalTable(days: readonly DayOfWeek[]): Int32Array {
  const table = new Int32Array(28)
  for (let first = 0; first < 7; first++) {
    for (let length = 28; length <= 31; length++) {
      for (const {weekday, ordinal} of days) {
        const offset = (weekday - first + 7) % 7
        table[first * 4 + length - 28]! |= ordinal === 0 ? everyWeek(offset) : nthBit(offset, ordinal, length)
      }
    }
  }
  return table
}

function nthBit(offset: number, ordinal: number, length: number): number {
  const bit = nthDay(offset, ordinal, length)
  return bit === -1 ? 0 : 1 << bit
}

/** The index of the nth day among those at `offset`, `offset + 7`, … of a span of `length` days, or −1. */
function nthDay(offset: number, ordinal: number, length: number): number {
  const day =
    ordinal > 0 ? offset + 7 * (ordinal - 1) : offset + 7 * (Math.floor((length - 1 - offset) / 7) + 1 + ordinal)
  return day >= offset && day < length ? day : -1
}

/** BYDAY with ordinals in the year, by (leap · 7 + weekday of 1 January) · 12 + month; plain entries join as a union. */
export function yearOrdinalTable(days: readonly DayOfWeek[]): Int32Array {
  const table = new Int32Array(14 * MONTHS_PER_YEAR)
  for (let type = 0; type < 14; type++) {
    const leap = type >= 7
    const length = leap ? 366 : 365
    for (const {weekday, ordinal} of days) {
      const offset = (weekday - (type % 7) + 7) % 7
      if (ordinal === 0) for (let day = offset; day < length; day += 7) setDayOfYear(table, type, leap, day)
      else setDayOfYear(table, type, leap, nthDay(offset, ordinal, length))
    }
  }
  return table
}

/** BYYEARDAY, by leap · 12 + month. */
export function yearDayTable(yearDays: readonly number[]): Int32Array | null {
  if (yearDays.length === 0) return null
  const table = new Int32Array(2 * MONTHS_PER_YEAR)
  for (const leap of [false, true]) {
    const length = leap ? 366 : 365
    for (const day of yearDays) {
      const index = day > 0 ? day - 1 : length + day
      if (index < length) setDayOfYear(table, Number(leap), leap, index)
    }
  }
  return table
}

/** Sets the bit of a day of the year (from 0; negative: none) in row `row` of twelve words. */
function setDayOfYear(table: Int32Array, row: number, leap: boolean, day: number): void {
  if (day < 0) return
  let month = Math.min(11, Math.floor(day / 29))
  while (daysBeforeMonth(month, leap) > day) month--
  const bit = day - daysBeforeMonth(month, leap)
  if (bit < monthLength(month, leap)) table[row * MONTHS_PER_YEAR + month]! |= 1 << bit
}
