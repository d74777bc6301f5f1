/** A compiled rule: answers by arithmetic, keeps nothing between calls. */
import {LAST_SECOND} from './calendar.ts'
import {describeRule} from './describe.ts'
import {InvalidRecurrence} from './invalid-recurrence.ts'
import {type Kernel, NEVER} from './kernel.ts'
import type {RecurrenceRule} from './rule.ts'

/** An instant: ms since the epoch, or a Date. */
export type Instant = number | Date

export interface PlanParts {
  readonly kernel: Kernel
  readonly rule: RecurrenceRule
  readonly canonical: string
  /** Seconds since the epoch. */
  readonly start: number
  readonly first: number
  readonly last: number
}

export class RecurrencePlan {
  readonly #kernel: Kernel
  readonly #rule: RecurrenceRule
  readonly #start: number
  readonly #first: number
  readonly #last: number
  /** The canonical RRULE, at most 500 characters. */
  readonly canonical: string
  /** COUNT, or null. */
  readonly count: number | null
  /** The last instant that can be an occurrence (ms): UNTIL, or the COUNTth occurrence; null when the rule has no end. */
  readonly end: number | null

  constructor({kernel, rule, canonical, start, first, last}: PlanParts) {
    this.#kernel = kernel
    this.#rule = rule
    this.#start = start
    this.#first = first
    this.#last = last
    this.canonical = canonical
    this.count = rule.count
    this.end = rule.until ?? (last < LAST_SECOND ? last * 1000 : null)
    Object.freeze(this)
  }

  /** The first occurrence strictly after `instant` (ms), or null when there is none. */
  after(instant: Instant): number | null {
    const second = Math.floor(milliseconds(instant) / 1000) + 1
    if (second > this.#last) return null
    const next = this.#kernel.next(second > this.#first ? second : this.#first)
    return next > this.#last ? null : next * 1000
  }

  /**
   * The last occurrence strictly before `instant` (ms), or null when there is none. Found by asking for the next
   * occurrence from ever earlier instants and halving the gap: some ten calls, whatever the age of the rule.
   */
  before(instant: Instant): number | null {
    const limit = Math.min(Math.ceil(milliseconds(instant) / 1000), this.#last + 1)
    if (limit <= this.#first) return null
    let reach = 1
    let found = this.#within(limit - reach, limit)
    while (found === NEVER) found = this.#within(limit - (reach *= 4), limit)
    let high = limit
    while (found + 1 < high) {
      const middle = Math.floor((found + 1 + high) / 2)
      const later = this.#within(middle, high)
      if (later === NEVER) high = middle
      else found = later
    }
    return found * 1000
  }

  /** The occurrences from `from` to `to`, both inclusive (ms, ascending), but at most `limit` of them. */
  between(from: Instant, to: Instant, limit: number): number[] {
    const end = milliseconds(to)
    const found: number[] = []
    let next = this.after(Math.ceil(milliseconds(from)) - 1)
    while (next !== null && next <= end && found.length < limit) {
      found.push(next)
      next = this.after(next)
    }
    return found
  }

  /** Whether `instant` is an occurrence. */
  has(instant: Instant): boolean {
    const time = milliseconds(instant)
    return Number.isInteger(time) && this.after(time - 1) === time
  }

  /** The rule in plain English: "every second Friday at 17:00 UTC until 1 June 2027". */
  describe(): string {
    return describeRule(this.#rule, this.#start * 1000)
  }

  /** The first occurrence (s) from `from` on that lies before `end`, or NEVER. */
  #within(from: number, end: number): number {
    const next = this.#kernel.next(Math.max(from, this.#first))
    return next < end ? next : NEVER
  }
}

/** An instant as ms; infinite ones stand for "the first" and "the last". */
export function milliseconds(instant: Instant): number {
  const time = typeof instant === 'number' ? instant : instant.getTime()
  if (Number.isNaN(time)) {
    const hint = 'give ms since the epoch or a valid Date'
    throw new InvalidRecurrence({code: 'rrule_start', message: 'The instant is not a number', hint})
  }
  return time
}
