/** A rule on one clock → the rule with the same occurrences on a clock that is ahead or behind by a fixed time. */
import {explicitRule} from './explicit-rule.ts'
import {type DayParts, movedDays} from './move-days.ts'
import {movedTimes} from './move-times.ts'
import type {RecurrencePlan} from './plan.ts'
import {readableDays} from './read-days-back.ts'
import type {RecurrenceRule} from './rule.ts'
import {endlessPlan, sameOccurrences} from './same-occurrences.ts'

export interface StartedRule {
  readonly rule: RecurrenceRule
  /** ms since the epoch; on a local clock, its date and time as if they were UTC. */
  readonly start: number
}

/** Why there is no such rule: the times move to different days or are no product; the days cannot be said a day apart. */
export type NoForm = 'never' | 'times' | 'days'

const DAY = 86_400_000

/**
 * Moves every occurrence by `delta` ms. With `readable` it looks for what a person would have typed, else for the
 * closest to what was given. A rule that is returned was compared with the given one by the engine.
 */
export function movedRule(given: StartedRule, delta: number, readable: boolean): StartedRule | NoForm {
  const explicit = explicitRule(given.rule, given.start)
  const plan = endlessPlan(explicit, given.start)
  const first = plan?.after(given.start - 1) ?? null
  if (!plan || first === null) return 'never'
  const times = movedTimes(explicit, delta)
  if (!times) return 'times'
  const timesADay =
    Math.max(explicit.byHour.length, 1) * Math.max(explicit.byMinute.length, 1) * Math.max(explicit.bySecond.length, 1)
  let candidates: DayParts[]
  if (times.days === null) {
    if (!isFreeOfDays(explicit)) return 'times'
    candidates = [{}]
  } else if (times.days === 0) {
    candidates = [{}]
  } else {
    const by = times.days < 0 ? -1 : 1
    const firstMonth = new Date(first).getUTCMonth() + 1
    candidates = movedDays({rule: explicit, given: given.rule, by, timesADay, firstMonth})
    if (readable && (explicit.freq === 'MONTHLY' || explicit.freq === 'YEARLY')) {
      const kept = candidates.filter((parts) => Object.keys(parts).length === 0)
      const dropped = candidates.map((parts) => ({...parts, byMonthDay: []}))
      candidates = [
        ...kept,
        ...readableDays(explicit, someOccurrences(plan, first, delta), timesADay),
        ...dropped,
        ...candidates,
      ]
    }
  }
  const start = given.start + delta
  for (const parts of candidates) {
    const fields = {...given.rule, byHour: times.byHour, byMinute: times.byMinute, ...parts}
    const rule = withoutImplied(fields, given.rule, start)
    const moved = endlessPlan(rule, start)
    if (moved && sameOccurrences({first: plan, second: moved, delta, from: given.start, freq: explicit.freq})) {
      return {rule: {...rule, ...movedEnd(given.rule, delta)}, start}
    }
  }
  return times.days === null ? 'times' : 'days'
}

/**
 * The same series told from its first occurrence; null when it starts there or never occurs. Some rules can be moved
 * only so: "every 3 days at 7:00" is counted from a day at 7:00, which the start, at noon, may not move to.
 */
export function fromFirstOccurrence(given: StartedRule): StartedRule | null {
  const first = endlessPlan(given.rule, given.start)?.after(given.start - 1) ?? null
  if (first === null || first === given.start) return null
  return {rule: {...explicitRule(given.rule, given.start), bySecond: given.rule.bySecond}, start: first}
}

/** Every day alike: then it does not matter that some times move to another day. */
const isFreeOfDays = (rule: RecurrenceRule): boolean =>
  rule.byDay.length + rule.byMonthDay.length + rule.byYearDay.length + rule.byMonth.length === 0

/** Times that the given rule left to its start stay so where the new start says the same. */
function withoutImplied(rule: RecurrenceRule, given: RecurrenceRule, start: number): RecurrenceRule {
  const at = new Date(start)
  const saysHour = given.byHour.length > 0 || rule.byHour.join() !== String(at.getUTCHours())
  const saysMinute = given.byMinute.length > 0 || rule.byMinute.join() !== String(at.getUTCMinutes())
  return {...rule, byHour: saysHour ? rule.byHour : [], byMinute: saysMinute ? rule.byMinute : []}
}

/** The end as an instant; the last second of a day is told as that day. */
function movedEnd({count, until}: RecurrenceRule, delta: number): Partial<RecurrenceRule> {
  if (until === null) return {count, until, untilIsDate: false}
  const moved = until + delta
  return {count, until: moved, untilIsDate: (moved + 1000) % DAY === 0}
}

/** Those of twelve years, at most 600: enough to see what months and days they fall on. */
function someOccurrences(plan: RecurrencePlan, first: number, delta: number): number[] {
  const found: number[] = []
  for (let at: number | null = first; at !== null && found.length < 600; at = plan.after(at)) {
    if (at > first + 12 * 366 * DAY && found.length > 3) break
    found.push(at + delta)
  }
  return found
}
