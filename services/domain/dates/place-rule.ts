import {DomainError} from '../errors.ts'
import {formatRule} from '../recurrence/canonical.ts'
import {compileRecurrence} from '../recurrence/compile.ts'
import {InvalidRecurrence} from '../recurrence/invalid-recurrence.ts'
import {toUtcRule} from '../recurrence/local-rule.ts'
import type {RecurrenceRule} from '../recurrence/rule.ts'
import type {ParsedDue} from './read-date.ts'
import {instantOf, UTC, wallTime, type Zone} from './zone.ts'

interface RuleInZone {
  /** Every part is meant on the clock of the zone. */
  readonly rule: RecurrenceRule
  /** The due date that was given with it. */
  readonly due: ParsedDue | undefined
  readonly zone: Zone
  /** ms since the epoch. */
  readonly now: number
  /** The first instant that can be an occurrence (ms), from whose day intervals count; after now when left out. */
  readonly from?: number | undefined
  /** A series that counts from its completion has no days that a zone could shift. */
  readonly fromCompletion?: boolean | undefined
}

export interface PlacedRule {
  /** The UTC rule that is stored, canonical. */
  readonly pattern: string
  /** The due date of the first task: the one given, or the first occurrence. */
  readonly due: ParsedDue
}

/**
 * The UTC form of a rule as it is meant in a zone, and its first due date. Throws InvalidRecurrence, and DomainError
 * `rrule_start` for a due date from which its interval cannot be counted.
 */
export function placeRule({rule, due: given, zone, now, from, fromCompletion}: RuleInZone): PlacedRule {
  // An occurrence at this very second is meant, too: occurrences are whole seconds.
  const after = from === undefined ? now : from - 1
  const due = given ? withTimeOf(rule, given, zone) : firstDue(rule, zone, {day: from ?? now, after})
  if (zone.name === 'UTC' || fromCompletion) return {pattern: formatRule(rule), due}
  const moved = toUtcRule({rule, zone: zone.name, start: due.at})
  if (moved.start !== due.at) refuseOtherPhase(moved, due, zone)
  return {pattern: formatRule(moved.rule), due}
}

const DAY = 86_400_000

const isWithinDay = ({freq}: RecurrenceRule): boolean => ['HOURLY', 'MINUTELY', 'SECONDLY'].includes(freq)

export const saysTime = (rule: RecurrenceRule): boolean =>
  isWithinDay(rule) || rule.byHour.length + rule.byMinute.length + rule.bySecond.length > 0

/** A due date that is a day takes the time of day that the rule says: "1 dec" with "every mon at 9" is 09:00. */
function withTimeOf(rule: RecurrenceRule, due: ParsedDue, zone: Zone): ParsedDue {
  if (due.hasTime || !saysTime(rule)) return due
  const midnight = Math.floor((due.at + zone.offsetAt(due.at)) / DAY) * DAY
  const first = compileRecurrence({rule, start: midnight}).after(midnight - 1)
  return first === null ? due : {at: atLocal(midnight + (first % DAY), zone), hasTime: true}
}

/** The instant of a local time that is given in ms as if it were UTC. */
function atLocal(local: number, zone: Zone): number {
  return instantOf(wallTime(local, UTC), zone)
}

/**
 * The first occurrence from now on. A rule that says no time of day is for whole days; one that says an hour begins at
 * its full hour, not at the minute that it happens to be.
 */
function firstDue(rule: RecurrenceRule, zone: Zone, {day, after}: {day: number; after: number}): ParsedDue {
  const local = Math.floor((day + zone.offsetAt(day)) / 1000) * 1000
  const midnight = Math.floor(local / DAY) * DAY
  const withinDay = isWithinDay(rule)
  const hasTime = saysTime(rule)
  const start = hasTime ? (withinDay ? Math.floor(local / 60_000) * 60_000 : midnight) : midnight + DAY - 1000
  // "every 2 weeks on mon" begins on the next Monday: its weeks count from there, not from this one.
  const counted = withinDay ? rule : {...rule, interval: 1}
  const first = compileRecurrence({rule: counted, start}).after(hasTime ? local - (day - after) : start - 1)
  if (first === null) {
    throw new InvalidRecurrence({
      code: 'rrule_never',
      message: 'The rule has no occurrence after now',
      hint: 'move its end, or give a due date',
    })
  }
  return {at: atLocal(first, zone), hasTime}
}

/** A series starts at its due date; where INTERVAL can be counted only from the first occurrence, that must be it. */
function refuseOtherPhase(moved: {rule: RecurrenceRule; start: number}, due: ParsedDue, zone: Zone): void {
  const given = compileRecurrence({rule: moved.rule, start: due.at}).after(due.at)
  const meant = compileRecurrence(moved).after(due.at)
  if (given === meant) return
  const wall = wallTime(meant ?? moved.start, zone)
  const two = (number: number): string => String(number).padStart(2, '0')
  const first = `${wall.year}-${two(wall.month)}-${two(wall.day)} ${two(wall.hour)}:${two(wall.minute)}`
  throw new DomainError(
    'invalid',
    'rrule_start',
    'The due date is no occurrence of the rule, and its interval cannot be counted from there.',
    {hint: `the first occurrence after it, "${first}", can be the due date`},
  )
}
