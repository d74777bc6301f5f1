import type {SeriesResponse} from '../../../../contracts/history.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {formatRule, offsetAt, parseRule, type RecurrenceRule, toLocalRule} from '../../../../domain/recurrence/index.ts'
import {type Choices, choicesOfRule, freshChoices} from './choices.ts'
import {startOf} from './outcome.ts'

type Recurring = Pick<TaskResponse, 'due_at' | 'occurrence_at' | 'recurring_pattern' | 'recurring_end_date'>
type Kept = Pick<SeriesResponse, 'anchor' | 'catch_up' | 'coming'>

/** So many coming dates have to be asked for to know how many of a COUNT are left. */
export const COMING_ASKED = 100

/**
 * How a task repeats, as choices on the clock of `zone`. `series` is what the API says of its series, with COMING_ASKED
 * dates. A rule that has no form on that clock becomes a custom one, in UTC: `inUtc`.
 */
export function choicesOfTask(
  task: Recurring,
  series: Kept | null,
  {zone, now}: {readonly zone: string; readonly now: number},
): {readonly choices: Choices; readonly inUtc: boolean} {
  const at = task.occurrence_at ?? task.due_at
  const dueAt = at === null ? null : Date.parse(at)
  const fresh = freshChoices(startOf({dueAt, zone, now}))
  if (task.recurring_pattern === null || dueAt === null) return {choices: fresh, inUtc: false}
  const before: Choices = {...fresh, anchor: series?.anchor ?? 'due', catchUp: series?.catch_up ?? 'once'}
  const stored = withEnd(parseRule(task.recurring_pattern), task, series)
  if (before.anchor === 'completion')
    return {choices: choicesOfRule(stored, dueAt + offsetAt(zone, dueAt), before), inUtc: false}
  const local = toLocalRule({rule: stored, zone, start: dueAt})
  if (local) return {choices: choicesOfRule(local.rule, local.start, before), inUtc: false}
  return {choices: {...before, pattern: 'custom', text: formatRule(stored)}, inUtc: true}
}

/** The end as it is from here on: what is left of a COUNT, or the date that was given beside the rule. */
function withEnd(rule: RecurrenceRule, task: Recurring, series: Kept | null): RecurrenceRule {
  if (rule.count !== null) {
    const left = series && series.coming.length < COMING_ASKED ? series.coming.length + 1 : rule.count
    return {...rule, count: left}
  }
  if (rule.until !== null || task.recurring_end_date === null) return rule
  return {...rule, until: Date.parse(task.recurring_end_date), untilIsDate: false}
}
