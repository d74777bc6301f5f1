/**
 * Which days a rule allows. A month is one word of 31 bits, made of a few table look-ups and ANDs, so that finding a day
 * is: the word of its month, the lowest set bit, else the next month. Nothing is scanned from the start of the rule.
 */
import {lowestBit, modulo, greatestCommonDivisor} from './arithmetic.ts'
import {
  CYCLE_MONTHS,
  firstDayOfMonth,
  firstDayOfYear,
  daysBeforeMonth,
  isLeapYear,
  LAST_DAY,
  LAST_MONTH,
  monthAndDay,
  monthLength,
  weekStart,
  weekdayOf,
} from './calendar.ts'
import {DayStride} from './day-stride.ts'
import {monthDayTable, monthOrdinalTable, weekdayTable, yearDayTable, yearOrdinalTable} from './day-tables.ts'
import type {RecurrenceRule} from './rule.ts'
import {WeekNumbers} from './week-numbers.ts'

/** What a search returns when there is nothing up to the end of the year 9999. */
export const NO_DAY = -1

const EVERY_MONTH = 0xfff
/** From so many days on, runs lie in different months and it pays to go from run to run instead of month to month. */
const LONG_PERIOD = 62

export class Days {
  readonly #months: number
  readonly #byMonthDay: Int32Array | null
  readonly #byWeekday: Int32Array | null
  readonly #byMonthOrdinal: Int32Array | null
  readonly #byYearOrdinal: Int32Array | null
  readonly #byYearDay: Int32Array | null
  readonly #weeks: WeekNumbers | null
  readonly #stride: DayStride | null
  /** The months that INTERVAL allows begin every `#everyMonths`, for `#monthRun` months, counted from `#monthAnchor`. */
  readonly #everyMonths: number
  readonly #monthRun: number
  readonly #monthAnchor: number
  /** After so many months everything repeats. */
  readonly #cycle: number
  /** True when every day is allowed. */
  readonly unlimited: boolean

  /** `rule` has its implied parts; `startDay` and `interval` give the phase (interval 1: every period). */
  constructor(rule: RecurrenceRule, startDay: number, interval: number) {
    const {freq, byDay, byMonth, byWeekNo} = rule
    const ordinals = byDay.some((day) => day.ordinal !== 0)
    const inYear = ordinals && freq === 'YEARLY' && byMonth.length === 0
    this.#months = byMonth.length === 0 ? EVERY_MONTH : byMonth.reduce((bits, month) => bits | (1 << (month - 1)), 0)
    this.#byMonthDay = monthDayTable(rule.byMonthDay)
    this.#byWeekday = ordinals ? null : weekdayTable(byDay)
    this.#byMonthOrdinal = ordinals && !inYear ? monthOrdinalTable(byDay) : null
    this.#byYearOrdinal = inYear ? yearOrdinalTable(byDay) : null
    this.#byYearDay = yearDayTable(rule.byYearDay)
    this.#weeks = byWeekNo.length === 0 ? null : new WeekNumbers(byWeekNo, rule.wkst)

    const month = monthAndDay(startDay) >> 5
    this.#stride = strideOf(rule, startDay, interval)
    this.#monthRun = freq === 'YEARLY' ? 12 : 1
    this.#everyMonths = freq === 'YEARLY' || freq === 'MONTHLY' ? interval * this.#monthRun : this.#monthRun
    this.#monthAnchor = month - (month % this.#monthRun)
    this.#cycle =
      this.#stride === null
        ? (CYCLE_MONTHS / greatestCommonDivisor(CYCLE_MONTHS, this.#everyMonths)) * this.#everyMonths
        : LAST_MONTH
    this.unlimited =
      this.#months === EVERY_MONTH &&
      this.#stride === null &&
      this.#everyMonths === this.#monthRun &&
      this.#byMonthDay === null &&
      this.#byYearDay === null &&
      this.#weeks === null &&
      byDay.length === 0
  }

  /** The first allowed day that is not before `day`, or NO_DAY. */
  next(day: number): number {
    const date = monthAndDay(day)
    const from = date >> 5
    let month = this.#nextMonth(from)
    const last = Math.min(LAST_MONTH, from + this.#cycle)
    let word = month === from ? this.word(month) & (-1 << (date & 31)) : 0
    if (word === 0 && month === from) month = this.#nextMonth(month + 1)
    while (word === 0) {
      if (month > last) return NO_DAY
      word = this.word(month)
      if (word === 0) month = this.#nextMonth(month + 1)
    }
    return firstDayOfMonth(month) + lowestBit(word)
  }

  /** Whether a day is allowed. */
  has(day: number): boolean {
    const date = monthAndDay(day)
    const month = date >> 5
    return this.#nextMonth(month) === month && ((this.word(month) >> (date & 31)) & 1) === 1
  }

  /** The allowed days of a month, bit 0 the first; INTERVAL of MONTHLY and YEARLY rules is for `nextMonth` to say. */
  word(month: number): number {
    const year = (month / 12) | 0
    const monthOfYear = month - year * 12
    if (((this.#months >> monthOfYear) & 1) === 0) return 0
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
    if (this.#stride !== null) word &= this.#stride.word(first)
    if (this.#weeks !== null && word !== 0) word &= this.#weeks.word(first, length)
    return word
  }

  /** The first month, not before `month`, that INTERVAL and BYMONTH allow; may lie beyond the year 9999. */
  nextMonth(month: number): number {
    return this.#nextMonth(month)
  }

  #nextMonth(month: number): number {
    for (;;) {
      const into = this.#everyMonths === this.#monthRun ? 0 : modulo(month - this.#monthAnchor, this.#everyMonths)
      if (into >= this.#monthRun) {
        month += this.#everyMonths - into
      } else if (this.#stride !== null && this.#stride.period >= LONG_PERIOD) {
        const day = this.#stride.next(firstDayOfMonth(month))
        if (day > LAST_DAY) return LAST_MONTH + 1
        month = monthAndDay(day) >> 5
      }
      if (month > LAST_MONTH || ((this.#months >> (month % 12)) & 1) === 1) return month
      month++
    }
  }
}

function strideOf({freq, wkst}: RecurrenceRule, startDay: number, interval: number): DayStride | null {
  if (interval === 1) return null
  if (freq === 'DAILY') return new DayStride(startDay, interval, 1)
  if (freq === 'WEEKLY') return new DayStride(weekStart(startDay, wkst), interval * 7, 7)
  return null
}
