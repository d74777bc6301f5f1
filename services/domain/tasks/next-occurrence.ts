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
  if (series.anchor === 'completion') return afterCompletion(series, closedAt, measure)
  const plan = planOf(series.rule, series.startAt)
  const excluded = new Set(series.excludedAt)
  // `once`: late or early, one next occurrence that lies after both the occurrence and its completion.
  let from = series.catchUp === 'once' ? Math.max(occurrenceAt, closedAt) : occurrenceAt
  for (;;) {
    const start = from
    const next = measure(() => plan.after(start))
    if (next === null || (series.endAt !== null && next > series.endAt)) return null
    if (!excluded.has(next)) return next
    from = next
  }
}

/** From the day of the completion, at the time of day of the series. */
function afterCompletion(series: SeriesRule, closedAt: number, measure: Measure): number | null {
  if (series.countLeft !== null && series.countLeft <= 0) return null
  const {freq, interval} = parseRule(series.rule)
  const subDaily = freq === 'HOURLY' || freq === 'MINUTELY' || freq === 'SECONDLY'
  const day = Math.floor(closedAt / DAY) * DAY
  const start = subDaily ? Math.floor(closedAt / 1000) * 1000 : day + (((series.startAt % DAY) + DAY) % DAY)
  const rule = `FREQ=${freq};INTERVAL=${interval}${clampToMonth(freq, start)}`
  const next = measure(() => compileRecurrence({rule, start}).after(start))
  return next === null || (series.endAt !== null && next > series.endAt) ? null : next
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
