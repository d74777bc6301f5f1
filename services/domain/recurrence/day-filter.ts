/**
 * The days that the BY parts of a rule allow, INTERVAL apart. A month is one word of 31 bits, bit 0 its first day, made of
 * a few table look-ups and ANDs.
 */
import {countBits, lowestBit} from './arithmetic.ts'
import {daysBeforeMonth, firstDayOfYear, isLeapYear, monthLength, weekdayOf} from './calendar.ts'
import {monthDayTable, monthOrdinalTable, weekdayTable, yearDayTable, yearOrdinalTable} from './day-tables.ts'
import type {RecurrenceRule} from './rule.ts'
import {WeekNumbers} from './week-numbers.ts'

const EVERY_MONTH = 0xfff

export class DayFilter {
  readonly #byMonthDay: Int32Array | null
  readonly #byWeekday: Int32Array | null
  readonly #byMonthOrdinal: Int32Array | null
  readonly #byYearOrdinal: Int32Array | null
  readonly #byYearDay: Int32Array | null
  readonly #weeks: WeekNumbers | null
  /** The months with allowed days, bit 0 January. */
  readonly months: number
  /** How many months to go on to one of them, by month of the year. */
  readonly monthsToAllowed: Uint8Array
  /** True when every day is allowed. */
  readonly unlimited: boolean

  /** `rule` has its implied parts. */
  constructor(rule: RecurrenceRule) {
    const {freq, byDay, byMonth, byWeekNo} = rule
    const ordinals = byDay.some((day) => day.ordinal !== 0)
    const inYear = ordinals && freq === 'YEARLY' && byMonth.length === 0
    this.#byMonthDay = monthDayTable(rule.byMonthDay)
    this.#byWeekday = ordinals ? null : weekdayTable(byDay)
    this.#byMonthOrdinal = ordinals && !inYear ? monthOrdinalTable(byDay) : null
    this.#byYearOrdinal = inYear ? yearOrdinalTable(byDay) : null
    this.#byYearDay = yearDayTable(rule.byYearDay)
    this.#weeks = byWeekNo.length === 0 ? null : new WeekNumbers(byWeekNo, rule.wkst)
    let months = byMonth.length === 0 ? EVERY_MONTH : 0
    for (const month of byMonth) months |= 1 << (month - 1)
    if (this.#weeks !== null) months &= this.#weeks.months
    this.months = this.#byYearDay === null ? months : months & monthsOf(this.#byYearDay, this.#byMonthDay)
    this.monthsToAllowed = monthsToNext(this.months)
    this.unlimited =
      byMonth.length === 0 && byDay.length + rule.byMonthDay.length + rule.byYearDay.length + byWeekNo.length === 0
  }

  /** The allowed days of a month; a month that BYMONTH excludes has none. */
  word(month: number): number {
    const year = (month / 12) | 0
    const monthOfYear = month - year * 12
    if (((this.months >> monthOfYear) & 1) === 0) return 0
    const leap = isLeapYear(year)
    const length = monthLength(monthOfYear, leap)
    const january = firstDayOfYear(year)
    const first = january + daysBeforeMonth(monthOfYear, leap)

    let word = 0x7fff_ffff >> (31 - length)
    if (this.#byMonthDay !== null) word &= this.#byMonthDay[length - 28]!
    if (this.#byWeekday !== null) word &= this.#byWeekday[weekdayOf(first)]!
    if (this.#byMonthOrdinal !== null) word &= this.#byMonthOrdinal[weekdayOf(first) * 4 + length - 28]!
    if (this.#byYearOrdinal !== null) {
      word &= this.#byYearOrdinal[(weekdayOf(january) + (leap ? 7 : 0)) * 12 + monthOfYear]!
    }
    if (this.#byYearDay !== null) word &= this.#byYearDay[leap ? monthOfYear + 12 : monthOfYear]!
    if (this.#weeks !== null && word !== 0) word &= this.#weeks.word(year, january, first, length)
    return word
  }

  /** The share of days that are allowed, 0…1: over 28 years, in which all kinds of years occur. */
  shareOfDays(): number {
    let days = 0
    for (let month = 2000 * 12; month < 2028 * 12; month++) days += countBits(this.word(month))
    return days / (28 * 365.25)
  }

  /** Whether a plain BYDAY allows this weekday (0 Monday). */
  allowsWeekday(weekday: number): boolean {
    return this.#byWeekday === null || (this.#byWeekday[weekday]! & 1) === 1
  }
}

/** The months in which a day of the year can also be a day of the month. */
function monthsOf(byYearDay: Int32Array, byMonthDay: Int32Array | null): number {
  const dayOfMonth = byMonthDay === null ? -1 : byMonthDay.reduce((any, word) => any | word, 0)
  return byYearDay.reduce((months, word, at) => ((word & dayOfMonth) === 0 ? months : months | (1 << (at % 12))), 0)
}

const NOTHING_TO_SKIP = new Uint8Array(12)

function monthsToNext(months: number): Uint8Array {
  if (months === EVERY_MONTH || months === 0) return NOTHING_TO_SKIP
  return Uint8Array.from(NOTHING_TO_SKIP, (_, month) => lowestBit((months | (months << 12)) >> month))
}
