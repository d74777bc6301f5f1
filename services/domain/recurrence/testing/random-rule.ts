/** Random rules from a seed: valid by RFC 5545, often awkward, with a start that need not be an occurrence. */

export interface RandomCase {
  readonly rule: string
  /** ms */
  readonly start: number
  /** ms */
  readonly after: number
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const FREQUENCIES = ['YEARLY', 'YEARLY', 'MONTHLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY']
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const DAY = 86_400_000
const YEARS = [
  ...Array.from({length: 16}, () => [1971, 2060] as const),
  ...Array.from({length: 3}, () => [2090, 2102] as const),
  [9980, 9999] as const,
]

export class RuleMaker {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = randomNumbers(seed)
  }

  case(): RandomCase {
    // Most within 90 years, some near 2100, which is no leap year, and some near the end.
    const [first, last] = this.#oneOf(YEARS)
    let start = Date.UTC(first, 0, 1) + Math.floor(this.#random() * (last - first) * 365 * 86_400) * 1000
    if (this.#chance(0.2)) start -= start % DAY
    const rule = this.rule()
    // Brute force has to count from the start, which takes too long for many years of seconds.
    const near = this.#chance(0.3) || /ONDLY.*COUNT/.test(rule)
    const after = near ? start + this.#between(-2, 40) * DAY : start + this.#random() * 15 * 365 * DAY
    return {rule, start, after: Math.floor(after)}
  }

  rule(): string {
    const freq = this.#oneOf(FREQUENCIES)
    const parts = [`FREQ=${freq}`]
    const add = (chance: number, name: string, value: () => string) => {
      if (this.#chance(chance)) parts.push(`${name}=${value()}`)
    }
    add(0.5, 'INTERVAL', () => String(this.#interval(freq)))
    add(0.25, 'BYMONTH', () => this.#list(1, 12, 4))
    if (freq === 'YEARLY') add(0.25, 'BYWEEKNO', () => this.#weeks())
    const weeks = parts.some((part) => part.startsWith('BYWEEKNO'))
    if (!['DAILY', 'WEEKLY', 'MONTHLY'].includes(freq)) add(0.15, 'BYYEARDAY', () => this.#signedList(366, 20))
    if (freq !== 'WEEKLY') add(0.25, 'BYMONTHDAY', () => this.#signedList(31, 5))
    add(0.4, 'BYDAY', () => this.#days(freq, weeks))
    const unit = ['HOURLY', 'MINUTELY', 'SECONDLY'].includes(freq)
    add(unit ? 0.35 : 0.25, 'BYHOUR', () => this.#list(0, 23, 4))
    add(unit ? 0.3 : 0.2, 'BYMINUTE', () => this.#list(0, 59, 4))
    add(0.15, 'BYSECOND', () => this.#list(0, 59, 3))
    if (parts.some((part) => part.startsWith('BY')))
      add(0.25, 'BYSETPOS', () => this.#signedList(this.#chance(0.8) ? 4 : 30, 3))
    add(0.3, 'WKST', () => this.#oneOf(WEEKDAYS))
    if (this.#chance(0.15)) parts.push(`COUNT=${this.#between(1, 40)}`)
    return parts.join(';')
  }

  #interval(freq: string): number {
    if (this.#chance(0.6)) return this.#between(2, 6)
    const longest = {YEARLY: 12, MONTHLY: 30, WEEKLY: 60, DAILY: 400, HOURLY: 200, MINUTELY: 1_500, SECONDLY: 20_000}
    return this.#between(2, longest[freq as keyof typeof longest])
  }

  #days(freq: string, weeks: boolean): string {
    const ordinals = (freq === 'MONTHLY' || freq === 'YEARLY') && !weeks && this.#chance(0.6)
    const most = freq === 'MONTHLY' || this.#chance(0.5) ? 5 : 53
    return this.#several(4, () => {
      const ordinal = ordinals && this.#chance(0.7) ? this.#signed(most) : ''
      return `${ordinal}${this.#oneOf(WEEKDAYS)}`
    })
  }

  /** The weeks around the turn of the year are the difficult ones. */
  #weeks(): string {
    const edge = () => this.#oneOf(['1', '52', '53', '-1', '-52', '-53'])
    return this.#several(3, () => (this.#chance(0.6) ? edge() : String(this.#signed(53))))
  }

  #list(min: number, max: number, most: number): string {
    return this.#several(most, () => String(this.#between(min, max)))
  }

  #signedList(max: number, most: number): string {
    return this.#several(most, () => String(this.#signed(max)))
  }

  #several(most: number, make: () => string): string {
    return [...new Set(Array.from({length: this.#between(1, most)}, make))].join(',')
  }

  #signed(max: number): number {
    const value = this.#between(1, max)
    return this.#chance(0.4) ? -value : value
  }

  #between(min: number, max: number): number {
    return min + Math.floor(this.#random() * (max - min + 1))
  }

  #oneOf<Value>(values: readonly Value[]): Value {
    return values[this.#between(0, values.length - 1)]!
  }

  #chance(probability: number): boolean {
    return this.#random() < probability
  }
}
