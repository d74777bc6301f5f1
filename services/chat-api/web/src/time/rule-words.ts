import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {compileRecurrence} from '../../../../domain/recurrence/compile.ts'
import {describeRule} from '../../../../domain/recurrence/describe.ts'
import {toLocalRule} from '../../../../domain/recurrence/local-rule.ts'
import {parseRule} from '../../../../domain/recurrence/parse-rule.ts'
import {zoneOf} from '../../../../domain/dates/zone.ts'

type Recurring = Pick<TaskResponse, 'recurring_pattern' | 'occurrence_at' | 'due_at' | 'recurring_end_date'>

const words = new Map<string, string>()
const MOST_KEPT = 2000

/** `every Monday at 07:00` on the clock of the zone; the empty text when it does not repeat. */
export function ruleWords(task: Recurring, zone: string): string {
  const from = task.occurrence_at ?? task.due_at
  if (task.recurring_pattern === null || from === null) return ''
  const key = `${zone} ${from} ${task.recurring_pattern}`
  let found = words.get(key)
  if (found === undefined) {
    found = inWords(task.recurring_pattern, Date.parse(from), zone)
    if (words.size > MOST_KEPT) words.clear()
    words.set(key, found)
  }
  return found
}

function inWords(pattern: string, start: number, zone: string): string {
  const rule = parseRule(pattern)
  const local = zone === 'UTC' ? {rule, start} : toLocalRule({rule, zone, start, offset: zoneOf(zone).offsetAt(start)})
  const text = local ? describeRule(local.rule, local.start, {zone: ''}) : describeRule(rule, start, {zone: 'UTC'})
  // A whole day is stored as its last second; nobody means that one.
  return text.replace(/ at 23:59:59\b/u, '')
}

/** The occurrences after the task's own that lie before `until` (ms), if each is done on time; at most `limit`. */
export function comingDates(task: Recurring, until: number, limit: number): number[] {
  const from = task.occurrence_at ?? task.due_at
  if (task.recurring_pattern === null || from === null) return []
  const start = Date.parse(from)
  // The end is the series', already worked out; COUNT would be counted anew from here.
  const rule = {...parseRule(task.recurring_pattern), count: null}
  const end = task.recurring_end_date === null ? until : Math.min(Date.parse(task.recurring_end_date), until)
  return compileRecurrence({rule, start}).between(start + 1, end, limit)
}
