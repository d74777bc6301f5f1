/** What a clock change does to a UTC rule, seen on the clocks of a zone; and how to fix the rule to the new offset. */
import {compileRecurrence} from './compile.ts'
import {explicitRule} from './explicit-rule.ts'
import {InvalidRecurrence} from './invalid-recurrence.ts'
import {toLocalRule, toUtcRule, type ZonedRule} from './local-rule.ts'
import type {StartedRule} from './move-rule.ts'
import type {RecurrencePlan} from './plan.ts'
import type {RecurrenceRule} from './rule.ts'
import {MONTH_NAMES, WEEKDAY_NAMES} from './vocabulary.ts'
import {instantOfLocal, offsetAt, zoneTransitions} from './zone-offset.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export interface ClockChange {
  /** When the clocks change, ms since the epoch. */
  readonly at: number
  /** The first occurrence that is moved by it, ms since the epoch. */
  readonly first: number
  /** The offsets of the occurrences before and from here on, ms ahead of UTC. */
  readonly from: number
  readonly to: number
  /** "clocks go forward on 28 Mar: from here one hour later on your clock" */
  readonly effect: string
}

export interface ClockChangesQuery extends ZonedRule {
  /** The span to look at, ms since the epoch. */
  readonly after: number
  readonly until: number
  /** At most so many changes; 20 when left out. */
  readonly limit?: number
}

/**
 * The clock changes of `zone` in a span that move a **UTC** rule on the clocks there, in order. A change without an
 * occurrence before the next change, or one that leaves the pattern as it is (every 15 minutes), is left out.
 */
export function clockChanges({rule, zone, start, after, until, limit = 20}: ClockChangesQuery): ClockChange[] {
  const plan = compileRecurrence({rule, start})
  const explicit = explicitRule(rule, start)
  const found: ClockChange[] = []
  let last = plan.before(after + 1)
  let from = offsetAt(zone, last ?? start)
  for (const {at} of zoneTransitions(zone, after, until)) {
    const first = plan.after(at - 1)
    if (first === null || first > until || found.length >= limit) break
    const to = offsetAt(zone, first)
    last = plan.before(at) ?? last
    const before = last === null ? from : offsetAt(zone, last)
    if (to !== before && changeOf(zone, at, first) && !staysTheSame(explicit, to - before)) {
      found.push({at, first, from: before, to, effect: effectOf({plan, rule: explicit, at, first, from: before, to})})
    }
    from = to
  }
  return found
}

/** Whether no other change lies between this one and the occurrence. */
const changeOf = (zone: string, at: number, first: number): boolean => zoneTransitions(zone, at, first, 1).length === 0

/** "Every 15 minutes" is the same pattern an hour later, "every 4 hours" is not, nor is anything bound to hours or days. */
function staysTheSame(rule: RecurrenceRule, by: number): boolean {
  const unit = {SECONDLY: 1000, MINUTELY: MINUTE, HOURLY: HOUR}[rule.freq as string]
  if (unit === undefined || rule.byHour.length + rule.byDay.length + rule.byMonthDay.length > 0) return false
  if (rule.byMonth.length + rule.byYearDay.length > 0 || by % (unit * rule.interval) !== 0) return false
  return rule.freq === 'HOURLY' || rule.byMinute.length === 0 || by % HOUR === 0
}

interface Effect extends Omit<ClockChange, 'effect'> {
  readonly plan: RecurrencePlan
  readonly rule: RecurrenceRule
}

function effectOf({plan, rule, at, first, from, to}: Effect): string {
  const day = new Date(at + from)
  const date = `${day.getUTCDate()} ${MONTH_NAMES[day.getUTCMonth()]!.slice(0, 3)}`
  const [go, later] = to > from ? ['forward', 'later'] : ['back', 'earlier']
  return `clocks go ${go} on ${date}: from here ${duration(Math.abs(to - from))} ${later} on your clock${otherDay(plan, rule, first, from, to)}`
}

function duration(ms: number): string {
  if (ms === HOUR) return 'one hour'
  return ms % HOUR === 0 ? `${ms / HOUR} hours` : `${ms / MINUTE} minutes`
}

/** The occurrences of a week are enough to see whether one changes its date. */
function otherDay(plan: RecurrencePlan, {freq}: RecurrenceRule, first: number, from: number, to: number): string {
  const moved = plan
    .between(first, first + 7 * DAY, 200)
    .find((at) => Math.floor((at + from) / DAY) !== Math.floor((at + to) / DAY))
  if (moved === undefined) return ''
  const [was, is] = [moved + from, moved + to]
  if (freq === 'WEEKLY') return `, ${clock(is)} on ${weekdayName(is)} instead of ${clock(was)} on ${weekdayName(was)}`
  return `, ${clock(is)} on the ${to > from ? 'next day' : 'day before'} instead of ${clock(was)}`
}

const clock = (local: number): string => new Date(local).toISOString().slice(11, 16)

const weekdayName = (local: number): string => WEEKDAY_NAMES[(new Date(local).getUTCDay() + 6) % 7]!

/**
 * The rule as it was typed, fixed to the offset that the zone has at its next occurrence after `at` (ms), with that
 * occurrence as its start: what to store when a clock change has moved a rule and the person wants the old time back.
 * COUNT becomes what is left of it. Throws as `toUtcRule` does, and `rrule_no_utc_form` when the rule cannot be said on
 * that clock, `rrule_never` when nothing is left.
 */
export function reanchoredRule({rule, zone, start, at}: ZonedRule & {readonly at: number}): StartedRule {
  const local = toLocalRule({rule, zone, start})
  if (!local) {
    throw new InvalidRecurrence({
      code: 'rrule_no_utc_form',
      message: `The rule has no form in ${zone}`,
      hint: 'write the rule anew as it is meant there',
    })
  }
  const offset = local.start - start
  const next = compileRecurrence({...local, rule: {...local.rule, count: null}}).after(at + offset)
  if (next === null) throw nothingLeft()
  const count =
    rule.count === null ? null : rule.count - occurrencesUntil(compileRecurrence({rule, start}), at, rule.count)
  if (count !== null && count < 1) throw nothingLeft()
  return toUtcRule({rule: {...local.rule, count}, zone, start: instantOfLocal(zone, next)})
}

function occurrencesUntil(plan: RecurrencePlan, at: number, most: number): number {
  return plan.between(0, at, most).length
}

const nothingLeft = (): InvalidRecurrence =>
  new InvalidRecurrence({
    code: 'rrule_never',
    message: 'No occurrence is left to move',
    hint: 'the rule has ended; write a new one',
  })
