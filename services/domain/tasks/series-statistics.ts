import {compileRecurrence} from '../recurrence/compile.ts'
import type {RecurrencePlan} from '../recurrence/plan.ts'
import type {SeriesRule} from './next-occurrence.ts'

/** One occurrence as it was or is; instants in ms, UTC. */
export interface OccurrenceRecord {
  readonly occurrenceAt: number
  readonly dueAt: number | null
  readonly doneAt: number | null
  readonly skippedAt: number | null
  /** The rule under which it stood. */
  readonly series: SeriesRule
}

export interface SeriesStatistics {
  readonly done: number
  readonly skipped: number
  /** Done after their due date. */
  readonly late: number
  /** Dates of the rule that passed with nothing done. */
  readonly missed: number
  /** Done one after the other up to now, without a missed date between them; skipped ones are passed over. */
  readonly currentStreak: number
  readonly longestStreak: number
  /** done / (done + missed + overdue), 0 to 1; null when nothing was due yet. */
  readonly completionRate: number | null
}

/** Missed dates that are counted at most: a task of every second that nobody has done for a month has 2.6 million. */
export const MOST_MISSED = 10_000

/** How long after its due date an occurrence was done, or how long an open one is overdue, s; null for a skipped one. */
export function lateSeconds({dueAt, doneAt, skippedAt}: OccurrenceRecord, now: number): number | null {
  if (skippedAt !== null) return null
  return dueAt === null ? 0 : Math.max(0, Math.floor(((doneAt ?? now) - dueAt) / 1000))
}

/** What the occurrences of a series, oldest first, say about its keeping. */
export function seriesStatistics(occurrences: readonly OccurrenceRecord[], now: number): SeriesStatistics {
  const known = new Set(occurrences.map(({occurrenceAt}) => occurrenceAt))
  const plans = new Map<SeriesRule, RecurrencePlan>()
  const counts = {done: 0, skipped: 0, late: 0, missed: 0, overdue: 0}
  let streak = 0
  let longestStreak = 0
  for (const [place, occurrence] of occurrences.entries()) {
    const late = lateSeconds(occurrence, now)
    const closed = occurrence.doneAt ?? occurrence.skippedAt
    if (occurrence.doneAt !== null) {
      counts.done++
      streak++
      if (late! > 0) counts.late++
    } else if (occurrence.skippedAt !== null) {
      counts.skipped++
    } else if (late! > 0) {
      counts.overdue++
    }
    longestStreak = Math.max(longestStreak, streak)
    const until = Math.min(closed ?? now, (occurrences[place + 1]?.occurrenceAt ?? Number.POSITIVE_INFINITY) - 1)
    const missed = missedDates(occurrence, {until, known, plans, limit: MOST_MISSED - counts.missed})
    counts.missed += missed
    if (missed > 0) streak = 0
  }
  const {done, skipped, late, missed, overdue} = counts
  const due = done + missed + overdue
  return {
    done,
    skipped,
    late,
    missed,
    currentStreak: streak,
    longestStreak,
    completionRate: due === 0 ? null : done / due,
  }
}

/**
 * The dates after an occurrence that passed while it stood open. Only a series that lands once in the future leaves any
 * out: one that goes through them one by one has an occurrence for each, and one that counts from its completion has no
 * dates of its own.
 */
function missedDates(
  {series, occurrenceAt}: OccurrenceRecord,
  {
    until,
    known,
    plans,
    limit,
  }: {until: number; known: ReadonlySet<number>; plans: Map<SeriesRule, RecurrencePlan>; limit: number},
): number {
  if (series.anchor === 'completion' || series.catchUp === 'each' || until <= occurrenceAt) return 0
  const to = Math.min(until, series.endAt ?? until)
  let plan = plans.get(series)
  if (!plan) {
    plan = compileRecurrence({rule: series.rule, start: series.startAt})
    plans.set(series, plan)
  }
  const dates = plan.between(occurrenceAt + 1, to, limit)
  return dates.filter((at) => !known.has(at) && !series.excludedAt.includes(at)).length
}
