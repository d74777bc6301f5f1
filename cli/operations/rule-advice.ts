import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {parseRule} from '../../services/domain/recurrence/index.ts'
import {clockChanges} from '../../services/domain/recurrence/clock-changes.ts'
import {notes} from '../../services/domain/recurrence/notes.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import {shownRule} from './rule-words.ts'

const YEAR = 366 * 86_400_000

/** What a person should know about the rule of a new task: months that it skips, and the next clock change that moves it. */
export function ruleAdvice(task: TaskResponse, {zone}: {zone: Zone}): string[] {
  const shown = shownRule(task, zone)
  if (!shown || task.recurring_pattern === null) return []
  const skipped = notes(shown.rule, shown.start).map((note) => note.text)
  const start = Date.parse((task.occurrence_at ?? task.due_at)!)
  // A whole day stays the day that it is.
  if (zone.name === 'UTC' || !task.due_has_time || task.next_occurrence === null) return skipped
  const end =
    task.recurring_end_date === null ? start + YEAR : Math.min(start + YEAR, Date.parse(task.recurring_end_date))
  const changes = clockChanges({
    rule: parseRule(task.recurring_pattern),
    zone: zone.name,
    start,
    after: start,
    until: end,
    limit: 1,
  })
  return [...skipped, ...changes.map((change) => change.effect)]
}
