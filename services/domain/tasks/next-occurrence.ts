import {compileRecurrence} from '../recurrence/compile.ts'
import {parseRule} from '../recurrence/parse-rule.ts'
import type {RecurrencePlan} from '../recurrence/plan.ts'
import type {RecurrenceRule} from '../recurrence/rule.ts'

/** The part of a series that decides what follows; instants in ms, UTC. */
export interface SeriesRule {
  readonly rule: string
  readonly startAt: number
  /** The last instant at which an occurrence can lie; null when the series has no end. */
  readonly endAt: number | null
  readonly anchor: 'due' | 'completion'
  readonly catchUp: 'once' | 'each'
  readonly excludedAt: readonly number[]
  /** Occurrences that are still to come, for a COUNT with anchor `completion`; null without one. */
  readonly countLeft: number | null
}

const DAY = 86_400_000
/** Enough for the busy series of a process; a plan is about 1 kB. */
const CACHED_PLANS = 5000
const plans = new Map<string, RecurrencePlan>()

/** Compiled plans are kept, results never: a plan is immutable, so it cannot be wrong. */
function planOf(rule: string, start: number): RecurrencePlan {
  const key = `${start} ${rule}`
  let plan = plans.get(key)
  if (plan) {
    plans.delete(key)
  } else {
    plan = compileRecurrence({rule, start})
    if (plans.size >= CACHED_PLANS) plans.delete(plans.keys().next().value!)
  }
  plans.set(key, plan)
  return plan
}

/** Measures one call of the engine, and nothing else. */
export type Measure = <T>(call: () => T) => T
const unmeasured: Measure = (call) => call()

/**
 * What follows an occurrence that was closed (completed or skipped) at `closedAt`: ms, UTC, or null when the series ends.
 * Depends on its arguments alone, never on the clock: whenever an event is handled, the answer is the same.
 */
export function nextOccurrence(
  series: SeriesRule,
  occurrenceAt: number,
  closedAt: number,
  measure: Measure = unmeasured,
): number | null {
  if (series.anchor === 'completion') return afterCompletion(series, occurrenceAt, closedAt, measure)
  const plan = planOf(series.rule, series.startAt)
  // `once`: late or early, one next occurrence that lies after both the occurrence and its completion.
  const from = series.catchUp === 'once' ? Math.max(occurrenceAt, closedAt) : occurrenceAt
  return firstFree(plan, from, new Set(series.excludedAt), series.endAt, measure)
}

/** The first occurrence strictly after `from` that is not excluded, up to the end of the series. */
function firstFree(
  plan: RecurrencePlan,
  from: number,
  excluded: ReadonlySet<number>,
  endAt: number | null,
  measure: Measure,
): number | null {
  for (let last = from; ;) {
    const start = last
    const next = measure(() => plan.after(start))
    if (next === null || (endAt !== null && next > endAt)) return null
    if (!excluded.has(next)) return next
    last = next
  }
}

/**
 * From the day of the completion, at the time of day of the series. Done early, that can lead to an occurrence that
 * exists already, the closed one or an excluded one; then it goes on by the interval.
 */
function afterCompletion(series: SeriesRule, occurrenceAt: number, closedAt: number, measure: Measure): number | null {
  if (series.countLeft !== null && series.countLeft <= 0) return null
  const {freq, interval} = parseRule(series.rule)
  const subDaily = freq === 'HOURLY' || freq === 'MINUTELY' || freq === 'SECONDLY'
  const day = Math.floor(closedAt / DAY) * DAY
  const start = subDaily ? Math.floor(closedAt / 1000) * 1000 : day + (series.startAt % DAY)
  const plan = compileRecurrence({rule: `FREQ=${freq};INTERVAL=${interval}${clampToMonth(freq, start)}`, start})
  return firstFree(plan, start, new Set([...series.excludedAt, occurrenceAt]), series.endAt, measure)
}

/** A month after the 31st is the last day of a shorter month: there is no series of 31sts to keep, the next completion moves it anyway. */
function clampToMonth(freq: RecurrenceRule['freq'], start: number): string {
  const date = new Date(start)
  const dayOfMonth = date.getUTCDate()
  if (dayOfMonth <= 28 || (freq !== 'MONTHLY' && freq !== 'YEARLY')) return ''
  const days = [28, 29, 30, 31].filter((candidate) => candidate <= dayOfMonth).join(',')
  const month = freq === 'YEARLY' ? `;BYMONTH=${date.getUTCMonth() + 1}` : ''
  return `${month};BYMONTHDAY=${days};BYSETPOS=-1`
}
