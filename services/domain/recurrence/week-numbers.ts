/** BYWEEKNO: weeks as in ISO 8601, but beginning on WKST; week 1 is the first with four days in the year. */
import {firstDayOfYear, weekStart, yearOfDay} from './calendar.ts'

export class WeekNumbers {
  readonly #wkst: number
  /** Indexed by the number of the week, and by 54 + the number for those that count from the end. */
  readonly #chosen: Uint8Array

  constructor(weeks: readonly number[], wkst: number) {
    this.#wkst = wkst
    this.#chosen = new Uint8Array(108)
    for (const week of weeks) this.#chosen[week > 0 ? week : 54 - week] = 1
  }

  /** The chosen days of the month whose first day is `first`. A day belongs to its week, whatever the year of the date. */
  word(first: number, length: number): number {
    let word = 0
    for (let start = weekStart(first, this.#wkst); start < first + length; start += 7) {
      if (!this.#isChosen(start)) continue
      const bit = start - first
      word |= bit < 0 ? 127 >> -bit : 127 << bit
    }
    return word
  }

  #isChosen(start: number): boolean {
    // The fourth day lies in the year to which the week belongs.
    const year = yearOfDay(start + 3)
    const first = this.#firstWeek(year)
    const number = (start - first) / 7 + 1
    const fromEnd = (this.#firstWeek(year + 1) - start) / 7
    return this.#chosen[number] === 1 || this.#chosen[54 + fromEnd] === 1
  }

  #firstWeek(year: number): number {
    return weekStart(firstDayOfYear(year) + 3, this.#wkst)
  }
}
