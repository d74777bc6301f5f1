import {
  compileRecurrence,
  formatRule,
  InvalidRecurrence,
  parseRecurrence,
  type RecurrenceRule,
} from '../../services/domain/recurrence/index.ts'
import {toUtcRule} from '../../services/domain/recurrence/local-rule.ts'
import {recurrenceError, usageError} from '../errors.ts'
import {instantOf, UTC, wallTime, type Zone} from '../../services/domain/dates/zone.ts'
import type {ParsedDue} from './parse-due.ts'

export interface RuleInput {
  /** RRULE or pattern in words, meant on the clock of the zone. */
  readonly text: string
  readonly count?: number | undefined
  /** The due date that was given with it. */
  readonly due: ParsedDue | undefined
  readonly zone: Zone
  readonly now: number
  /** A series that counts from its completion has no days that a zone could shift. */
  readonly fromCompletion?: boolean
}

export interface ReadRule {
  /** The UTC rule that is stored, canonical. */
  readonly pattern: string
  /** The due date of the first task: the one given, or the first occurrence. */
  readonly due: ParsedDue
}

/** Reads a rule as it is meant in a zone, and finds its UTC form and its first due date. */
export function readRule(input: RuleInput): ReadRule {
  const {text, zone, now} = input
  try {
    const rule = localRule(input)
    const due = input.due ? withTimeOf(rule, input.due, zone) : firstDue(rule, zone, now)
    if (zone.name === 'UTC' || input.fromCompletion) return {pattern: formatRule(rule), due}
    const moved = toUtcRule({rule, zone: zone.name, start: due.at})
    const pattern = formatRule(moved.rule)
    if (moved.start !== due.at) refuseOtherPhase(moved, due, zone)
    return {pattern, due}
  } catch (error) {
    if (error instanceof InvalidRecurrence) throw recurrenceError(error, text)
    throw error
  }
}

/** The rule as it was typed, every part on the local clock; an UNTIL that was typed in UTC is moved there. */
export function localRule({text, count, zone}: Pick<RuleInput, 'text' | 'count' | 'zone'>): RecurrenceRule {
  const rule = parseRecurrence(text)
  if (count !== undefined && (rule.count ?? rule.until) !== null) {
    throw usageError('--count is given, and the rule has an end of its own.', 'conflicting_flags', 'keep one of them')
  }
  const utcEnd = rule.until !== null && !rule.untilIsDate && /UNTIL=\d{8}T\d{6}Z/iu.test(text)
  const until = utcEnd ? rule.until + zone.offsetAt(rule.until) : rule.until
  return {...rule, until, count: count ?? rule.count}
}

const DAY = 86_400_000

const isWithinDay = ({freq}: RecurrenceRule): boolean => ['HOURLY', 'MINUTELY', 'SECONDLY'].includes(freq)

const saysTime = (rule: RecurrenceRule): boolean =>
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
function firstDue(rule: RecurrenceRule, zone: Zone, now: number): ParsedDue {
  const local = Math.floor((now + zone.offsetAt(now)) / 1000) * 1000
  const midnight = Math.floor(local / DAY) * DAY
  const withinDay = isWithinDay(rule)
  const hasTime = saysTime(rule)
  const start = hasTime ? (withinDay ? Math.floor(local / 60_000) * 60_000 : midnight) : midnight + DAY - 1000
  const first = compileRecurrence({rule, start}).after(hasTime ? local : start - 1)
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
  throw usageError(
    'The due date is no occurrence of the rule, and its interval cannot be counted from there.',
    'rrule_start',
    `--due "${first}"        the first occurrence after it`,
  )
}
