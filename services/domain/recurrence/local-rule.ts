/**
 * Rules on the clock of a person. The engine works in UTC; front ends take a rule as it is meant in a zone, store the
 * UTC rule that has the same occurrences at the offset of its start, and show it again as it was meant.
 *
 * - `toUtcRule` before saving, `toLocalRule` before showing;
 * - `clockChanges` (clock-changes.ts) tells where, by a later offset, the local time is another.
 *
 * A local instant is a number: the local date and time in ms as if they were UTC.
 */
import {describeRule} from './describe.ts'
import {InvalidRecurrence} from './invalid-recurrence.ts'
import {compileRecurrence} from './compile.ts'
import {fromFirstOccurrence, movedRule, type NoForm, type StartedRule} from './move-rule.ts'
import {nearestRules} from './nearest-rule.ts'
import type {RecurrenceRule} from './rule.ts'
import {endlessPlan} from './same-occurrences.ts'
import {instantOfLocal, offsetAt} from './zone-offset.ts'

export interface ZonedRule {
  readonly rule: RecurrenceRule
  /** An IANA name, such as Australia/Sydney. */
  readonly zone: string
  /** The start of the series, ms since the epoch. Its offset in the zone is the one that the rule is fixed to. */
  readonly start: number
}

/**
 * The UTC rule of a rule whose every part, UNTIL included, is meant on the clock of `zone`: "the first Monday at 7:00"
 * in Sydney is Sundays among the last and the first six days of the months at 20:00 or 21:00 UTC.
 * `start` of the result is to be stored with it. It is the start given, or the first occurrence, at its own offset, when
 * INTERVAL can be counted only from there. Give the first occurrence as the start (`firstInZone`) and this never differs.
 * Throws InvalidRecurrence: `rrule_no_utc_form`, with the nearest that has one in the hint; `rrule_never`;
 * `rrule_time_zone` for an unknown zone.
 */
export function toUtcRule({rule, zone, start}: ZonedRule): StartedRule {
  const offset = offsetAt(zone, start)
  const local = {rule, start: start + offset}
  const moved = movedRule(local, -offset, false)
  if (typeof moved !== 'string') return moved
  const later = fromFirstOccurrence(local)
  if (later) {
    const first = instantOfLocal(zone, later.start)
    const again = movedRule(later, first - later.start, false)
    if (typeof again !== 'string') return again
  }
  throw noUtcForm(local, offset, zone, moved)
}

/**
 * The instant of the first occurrence after `after` (ms) of a rule that is meant on the clock of `zone`: the start to
 * give a series whose task has no due date. Null when there is none. Parts that the rule leaves out are those of
 * `after`. A time that the clocks skip comes when they have gone forward.
 */
export function firstInZone({rule, zone, after}: {rule: RecurrenceRule; zone: string; after: number}): number | null {
  const local = after + offsetAt(zone, after)
  const first = compileRecurrence({rule, start: local}).after(local)
  return first === null ? null : instantOfLocal(zone, first)
}

/**
 * The rule as it is meant in `zone`, and its start as a local instant, for `describeRule(rule, start, {zone: ''})` and
 * for forms. What `toUtcRule` made of a rule comes back as that rule. Null for the few UTC rules that cannot be said on
 * that clock: show those in UTC.
 * `at` is the instant whose offset counts; the start when left out. After a clock change, `at: Date.now()` tells what
 * the rule has become. Whoever knows the offset at that instant (ms ahead of UTC) gives it, and saves the look-up.
 */
export function toLocalRule({
  rule,
  zone,
  start,
  at = start,
  offset = offsetAt(zone, at),
}: ZonedRule & {readonly at?: number; readonly offset?: number}): StartedRule | null {
  let moved = movedRule({rule, start}, offset, true)
  const later = moved === 'days' ? fromFirstOccurrence({rule, start}) : null
  if (later) moved = movedRule(later, offset, true)
  if (typeof moved === 'string') return null
  return {rule: withLocalEnd(moved, rule), start: moved.start}
}

const DAY = 86_400_000

/** An end at the close of a UTC day falls within a local day: it is told as a date where no occurrence lies between. */
function withLocalEnd({rule, start}: StartedRule, stored: RecurrenceRule): RecurrenceRule {
  if (rule.until === null || !stored.untilIsDate || rule.untilIsDate) return rule
  const plan = endlessPlan(rule, start)
  const last = plan?.before(rule.until + 1) ?? null
  if (!plan || last === null) return rule
  const until = (Math.floor(last / DAY) + 1) * DAY - 1000
  const next = plan.after(last)
  return next === null || next > until ? {...rule, until, untilIsDate: true} : rule
}

function noUtcForm(local: StartedRule, offset: number, zone: string, reason: NoForm): InvalidRecurrence {
  const {rule, start} = local
  if (reason === 'never') {
    return new InvalidRecurrence({
      code: 'rrule_never',
      message: 'The rule never occurs',
      hint: 'no date up to the year 9999 fulfils all its parts; drop one of them or move the start',
    })
  }
  const nearest = nearestRules(local, offset).find(
    (near) => typeof movedRule({rule: near, start}, -offset, false) !== 'string',
  )
  const said = describeRule(rule, start, {zone: ''})
  return new InvalidRecurrence({
    code: 'rrule_no_utc_form',
    message:
      reason === 'times'
        ? `"${said}" in ${zone} is no one rule in UTC: its times fall on different days or minutes there`
        : `"${said}" in ${zone} is no one rule in UTC: its dates are other dates there`,
    hint: nearest
      ? `the nearest that can be kept: "${describeRule(nearest, start, {zone: ''})}"`
      : 'make one task for each time of day, or name the days in another way',
  })
}
