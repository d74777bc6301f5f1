import {createTaskRequest} from '../../services/contracts/tasks.ts'
import {DomainError} from '../../services/domain/errors.ts'
import {newSeries} from '../../services/domain/tasks/new-series.ts'
import type {NewTask} from '../client/task-writes.ts'
import type {Loss, PortableTask} from './portable-task.ts'

export interface CheckedTask {
  readonly request: NewTask
  /** What could be found out only here. */
  readonly losses: readonly Loss[]
}

const instantText = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

/** What is sent for a task, looked at as the Task Service would; or why it would be refused. */
export function taskRequest(task: PortableTask, now: number): CheckedTask | {readonly refused: string} {
  const {series, losses} = liveSeries(task, now)
  const past = task.due !== null && task.due.at <= now && series === null
  // A reminder before a date that has passed would be refused, and would say nothing.
  const reminders = task.done || past || (task.due === null && series === null) ? [] : task.reminders
  const request: NewTask = {
    title: task.title,
    ...(task.description === '' ? {} : {description: task.description}),
    ...(task.priority === 0 ? {} : {priority: task.priority}),
    ...(task.tags.length === 0 ? {} : {tags: [...task.tags]}),
    ...(task.due === null ? {} : {due_at: instantText(task.due.at), due_has_time: task.due.hasTime}),
    ...(series === null
      ? {}
      : {
          recurring_pattern: series.pattern,
          ...(series.until === null ? {} : {recurring_end_date: instantText(series.until)}),
          ...(series.anchor === 'due' ? {} : {anchor: series.anchor}),
          ...(series.catchUp === 'once' ? {} : {catch_up: series.catchUp}),
        }),
    ...(reminders === null ? {} : {reminders: [...reminders]}),
  }
  const checked = createTaskRequest.safeParse(request)
  if (checked.success) return {request, losses}
  return {refused: checked.error.issues.map(({path, message}) => `${path.join('.')} ${message}`).join('; ')}
}

/** A rule that the Task Service refuses, such as one that has ended, would keep the whole task out. */
function liveSeries(
  {series, due, done}: PortableTask,
  now: number,
): {series: PortableTask['series']; losses: readonly Loss[]} {
  if (series === null || done) return {series: null, losses: []}
  try {
    newSeries({
      pattern: series.pattern,
      dueAt: due?.at ?? null,
      endDate: series.until,
      anchor: series.anchor,
      catchUp: series.catchUp,
      now,
    })
    return {series, losses: []}
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return {
      series: null,
      losses: [{what: `the rule ${series.pattern}`, why: error.faults[0]?.message ?? error.message}],
    }
  }
}
