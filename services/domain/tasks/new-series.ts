import {DomainError, type Fault, invalidRequest} from '../errors.ts'
import {compileRecurrence} from '../recurrence/compile.ts'
import {InvalidRecurrence} from '../recurrence/invalid-recurrence.ts'
import {formatRule} from '../recurrence/canonical.ts'
import {parseRule} from '../recurrence/parse-rule.ts'
import {parseRecurrence} from '../recurrence/words.ts'
import type {RecurrenceRule} from '../recurrence/rule.ts'
import type {SeriesRule} from './next-occurrence.ts'

export interface SeriesRequest {
  /** An RRULE or a pattern in words, UTC. */
  readonly pattern: string
  /** The due date of the first task (ms), or null: then the series starts at its first match after now. */
  readonly dueAt: number | null
  /** recurring_end_date, ms. */
  readonly endDate: number | null
  readonly anchor: 'due' | 'completion'
  readonly catchUp: 'once' | 'each'
  readonly now: number
}

/** A series that is about to begin, and when its first occurrence is. */
export interface NewSeries extends SeriesRule {
  readonly firstAt: number
}

/**
 * Turns a request into a series. The first task keeps its due date even when that is no occurrence; a COUNT then counts
 * it. Throws DomainError `invalid` with the place of the fault.
 */
export function newSeries(request: SeriesRequest): NewSeries {
  const parsed = parsePattern(request.pattern)
  refuseForCompletion(parsed, request)
  const rule = inField(() => formatRule(parsed))
  // Also finds out whether the rule has any occurrence. Now itself is none, so a COUNT must not count it.
  const plan = inField(() =>
    request.dueAt === null
      ? compileRecurrence({rule: {...parsed, count: null}, start: request.now})
      : compileRecurrence({rule, start: request.dueAt}),
  )
  const firstAt = request.dueAt ?? plan.after(request.now)
  if (firstAt === null)
    throw fault('rrule_never', 'The rule has no occurrence after now.', 'Move its end, or give a due date.')
  const endAt = earliest(naturalEnd(parsed, firstAt, request.anchor), request.endDate)
  if (endAt !== null && endAt < firstAt) {
    throw fault('rrule_ended', 'The series would end before its first occurrence.', 'Move its end behind the due date.')
  }
  const countLeft = request.anchor === 'completion' && parsed.count !== null ? parsed.count - 1 : null
  return {
    rule,
    startAt: firstAt,
    endAt,
    anchor: request.anchor,
    catchUp: request.catchUp,
    excludedAt: [],
    countLeft,
    firstAt,
  }
}

/** Where the rule itself ends a series. From the completion a COUNT has no last date, it is a counter. */
const naturalEnd = (rule: RecurrenceRule, firstAt: number, anchor: 'due' | 'completion'): number | null =>
  anchor === 'completion' ? rule.until : seriesEnd(rule, firstAt)

/** The last instant that can be an occurrence: UNTIL, or the COUNTth one when the first task is counted too. */
function seriesEnd(rule: RecurrenceRule, firstAt: number): number | null {
  if (rule.count === null) return rule.until
  const plan = compileRecurrence({rule, start: firstAt})
  if (plan.has(firstAt)) return plan.end
  return rule.count === 1 ? firstAt : compileRecurrence({rule: {...rule, count: rule.count - 1}, start: firstAt}).end
}

/**
 * How a series goes on from one of its occurrences under the same rule: a COUNT becomes the number that is left, this one
 * included. `endDate` is the end that was given beside the rule, or null.
 */
export function goingOn(series: SeriesRule, occurrenceAt: number): {pattern: string; endDate: number | null} {
  const rule = parseRule(series.rule)
  const natural = naturalEnd(rule, series.startAt, series.anchor)
  const endDate = natural === null || (series.endAt !== null && series.endAt < natural) ? series.endAt : null
  if (rule.count === null) return {pattern: series.rule, endDate}
  const count = series.countLeft === null ? countUntil(natural!, rule, rule.count, occurrenceAt) : series.countLeft + 1
  return {pattern: formatRule({...rule, count}), endDate}
}

/** How many occurrences there are from `start` to `end`, both included; at most `max`. */
function countUntil(end: number, rule: RecurrenceRule, max: number, start: number): number {
  let [enough, tooMany] = [1, max + 1]
  while (enough + 1 < tooMany) {
    const middle = Math.floor((enough + tooMany) / 2)
    if (seriesEnd({...rule, count: middle}, start)! <= end) enough = middle
    else tooMany = middle
  }
  return enough
}

function parsePattern(pattern: string): RecurrenceRule {
  return inField(() => parseRecurrence(pattern))
}

/** Counting from the completion leaves no days to choose: the rule can only say how long to wait. */
function refuseForCompletion(rule: RecurrenceRule, {anchor}: SeriesRequest): void {
  if (anchor !== 'completion') return
  const lists = [
    rule.bySecond,
    rule.byMinute,
    rule.byHour,
    rule.byDay,
    rule.byMonthDay,
    rule.byYearDay,
    rule.byWeekNo,
    rule.byMonth,
    rule.bySetPos,
  ]
  if (lists.every((list) => list.length === 0)) return
  throw fault(
    'rrule_combination',
    'A series that counts from its completion can only have FREQ, INTERVAL, COUNT and UNTIL.',
    'Leave the days out, or count from the due date (anchor due).',
  )
}

/** The engine's errors as faults of the field `recurring_pattern`. */
function inField<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof InvalidRecurrence) throw fault(error.code, error.message, error.hint, error)
    throw error
  }
}

function fault(code: string, message: string, hint: string, cause?: InvalidRecurrence): DomainError {
  const entry: Fault = {field: 'recurring_pattern', code, message, hint}
  const error = invalidRequest([entry])
  return cause
    ? new DomainError('invalid', error.code, error.message, {
        faults: [entry],
        hint,
        details: {position: cause.position, length: cause.length},
      })
    : error
}

const earliest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b)
