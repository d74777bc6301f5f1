/** BYWEEKNO: weeks as in ISO 8601, but beginning on WKST; week 1 is the first with four days in the year. */
import {daysBeforeMonth, firstDayOfYear, weekStart} from './calendar.ts'

export class WeekNumbers {
  readonly #wkst: number
  /** Indexed by the number of the week, and by 54 + the number for those that count from the end. */
  readonly #chosen: Uint8Array
  /** The months in which the chosen weeks can lie, bit 0 January. */
  readonly months: number

  constructor(weeks: readonly number[], wkst: number) {
    this.#wkst = wkst
    this.#chosen = new Uint8Array(108)
    this.months = 0
    for (const week of weeks) {
      this.#chosen[week > 0 ? week : 54 - week] = 1
      // A year has 52 or 53 weeks, so −1 is one of these two.
      this.months |= week > 0 ? monthsOfWeek(week) : monthsOfWeek(53 + week) | monthsOfWeek(54 + week)
    }
  }

  /**
   * The chosen days of a month of `year`; `january` is the first day of the year, `first` that of the month. A day
   * belongs to its week also where that week is counted in the year before or after.
   */
  word(year: number, january: number, first: number, length: number): number {
    const weekOne = this.#weekOne(january)
    const nextWeekOne = this.#weekOne(firstDayOfYear(year + 1))
    let word = 0
    for (let start = weekStart(first, this.#wkst); start < first + length; start += 7) {
      let number = (start - weekOne) / 7 + 1
      let fromEnd = (nextWeekOne - start) / 7
      if (start < weekOne) {
        number = (weekOne - this.#weekOne(firstDayOfYear(year - 1))) / 7
        fromEnd = 1
      } else if (start >= nextWeekOne) {
        number = 1
        fromEnd = (this.#weekOne(firstDayOfYear(year + 2)) - nextWeekOne) / 7
      }
      if (this.#chosen[number] === 0 && this.#chosen[54 + fromEnd] === 0) continue
      const bit = start - first
      word |= bit < 0 ? 127 >> -bit : 127 << bit
    }
    return word
  }

  /** The first day of week 1 of the year that begins on day `january`: 4 January lies in it. */
  #weekOne(january: number): number {
    return weekStart(january + 3, this.#wkst)
  }
}

/** Week w lies within the days 7w − 10 … 7w + 2 of its year (0 is 1 January), whatever the year and WKST. */
function monthsOfWeek(week: number): number {
  return (1 << monthOfDay(7 * week - 10, true)) | (1 << monthOfDay(7 * week + 2, false))
}

/** The month 0…11 of a day of the year (from 0), which may lie just outside. */
function monthOfDay(day: number, leap: boolean): number {
  if (day < 0) return 11
  if (day > 364) return 0
  let month = 11
  while (daysBeforeMonth(month, leap) > day) month--
  return month
}
