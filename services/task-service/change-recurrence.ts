import type {UpdateTaskRequest} from '../contracts/tasks.ts'
import type {Transaction} from '../database/database.ts'
import {ReminderEntity} from '../database/entities/reminder.ts'
import {type Series, SeriesEntity} from '../database/entities/series.ts'
import type {Task} from '../database/entities/task.ts'
import {seriesRule} from '../database/series-rule.ts'
import {invalidRequest} from '../domain/errors.ts'
import {goingOn, newSeries} from '../domain/tasks/new-series.ts'
import type {Change} from './change.ts'
import {templateOf} from './task-reminders.ts'
import {faultsWithoutPattern} from './use-cases/create-task.ts'

export const hasRecurrenceChange = (request: UpdateTaskRequest): boolean =>
  request.recurring_pattern !== undefined ||
  request.recurring_end_date !== undefined ||
  request.anchor !== undefined ||
  request.catch_up !== undefined

/**
 * Ends the series of the open occurrence, and begins a new one at it when there still is a rule. What is done keeps its
 * old series; `continued_by` leads from the old to the new, also for events that are still on their way.
 */
export async function changeRecurrence(
  change: Change,
  task: Task,
  series: Series | null,
  request: UpdateTaskRequest,
  now: Date,
): Promise<Series | null> {
  const {tx} = change
  const present = series ? goingOn(seriesRule(series), task.occurrence_at!.getTime()) : null
  const pattern = request.recurring_pattern === undefined ? (present?.pattern ?? null) : request.recurring_pattern
  const faults = pattern === null && !series ? faultsWithoutPattern(request) : []
  if (faults.length > 0) throw invalidRequest(faults)
  if (pattern === null) return endSeries(task, series, now)
  // A new pattern brings its own end with it; the old end belongs to the old pattern.
  const endDate = request.recurring_pattern === undefined ? (present?.endDate ?? null) : null
  const next = newSeries({
    pattern,
    dueAt: task.due_at?.getTime() ?? null,
    endDate: request.recurring_end_date === undefined ? endDate : (request.recurring_end_date?.getTime() ?? null),
    anchor: request.anchor ?? series?.anchor ?? 'due',
    catchUp: request.catch_up ?? series?.catch_up ?? 'once',
    now: now.getTime(),
  })
  const row = tx.create(SeriesEntity, {
    user_id: task.user_id,
    rule: next.rule,
    start_at: new Date(next.startAt),
    end_at: next.endAt === null ? null : new Date(next.endAt),
    anchor: next.anchor,
    catch_up: next.catchUp,
    count_left: next.countLeft,
    template: await templateFor(tx, task, series),
    created_at: now,
    updated_at: now,
  })
  await tx.flush()
  change.madeSeries(row)
  if (series) {
    series.continued_by = row.id
    series.version++
    series.updated_at = now
  }
  const firstAt = new Date(next.firstAt)
  task.due_at = firstAt
  task.series_id = row.id
  task.occurrence_at = firstAt
  task.recurring_pattern = next.rule
  task.recurring_end_date = row.end_at ?? null
  change.foresee(task, row)
  return row
}

function endSeries(task: Task, series: Series | null, now: Date): null {
  if (!series) return null
  series.deleted_at = now
  series.version++
  series.updated_at = now
  task.series_id = null
  task.occurrence_at = null
  task.recurring_pattern = null
  task.recurring_end_date = null
  task.next_occurrence = null
  return null
}

async function templateFor(tx: Transaction, task: Task, series: Series | null): Promise<Series['template']> {
  const reminders = series
    ? series.template.reminders
    : (await tx.find(ReminderEntity, {task_id: task.id, removed_at: null})).map(templateOf)
  return {
    title: task.title,
    description: task.description,
    priority: task.priority,
    tags: task.tags,
    due_has_time: task.due_has_time,
    reminders,
  }
}
