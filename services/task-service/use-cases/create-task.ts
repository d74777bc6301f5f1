import type {CreateTaskRequest, ReminderInput} from '../../contracts/tasks.ts'
import type {Transaction} from '../../database/database.ts'
import {SeriesEntity} from '../../database/entities/series.ts'
import {type Task, TaskEntity} from '../../database/entities/task.ts'
import {seriesRule} from '../../database/series-rule.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {invalidRequest} from '../../domain/errors.ts'
import {defaultReminders, planReminders} from '../../domain/reminders/reminder-times.ts'
import {newSeries} from '../../domain/tasks/new-series.ts'
import {nextOccurrence} from '../../domain/tasks/next-occurrence.ts'
import type {ReminderTemplate, SeriesTemplate} from '../../domain/tasks/series-template.ts'
import {Change} from '../change.ts'
import {scheduleReminders} from '../task-reminders.ts'

/** Creates a task; with a recurring_pattern also its series, whose first occurrence it is. */
export async function createTask(tx: Transaction, userId: string, request: CreateTaskRequest): Promise<Task> {
  refuseLonelyFields(request)
  const now = await databaseNow(tx)
  const change = new Change()
  const pattern = request.recurring_pattern ?? null
  const series =
    pattern === null
      ? null
      : newSeries({
          pattern,
          dueAt: request.due_at?.getTime() ?? null,
          endDate: request.recurring_end_date?.getTime() ?? null,
          anchor: request.anchor ?? 'due',
          catchUp: request.catch_up ?? 'once',
          now: now.getTime(),
        })
  const dueAt = series ? new Date(series.firstAt) : (request.due_at ?? null)
  const templates = reminderTemplates(request.reminders, dueAt !== null, request.due_has_time ?? true)
  const planned = planReminders(templates, dueAt?.getTime() ?? null, now.getTime())
  const fields = contentOf(request)
  const task = tx.create(TaskEntity, {
    ...fields,
    user_id: userId,
    due_at: dueAt,
    reminder_at: planned.length === 0 ? null : new Date(Math.min(...planned.map((reminder) => reminder.at))),
    created_at: now,
    updated_at: now,
  })
  if (series) {
    const row = tx.create(SeriesEntity, {
      user_id: userId,
      rule: series.rule,
      start_at: new Date(series.startAt),
      end_at: series.endAt === null ? null : new Date(series.endAt),
      anchor: series.anchor,
      catch_up: series.catchUp,
      count_left: series.countLeft,
      template: {...fields, reminders: templates} satisfies SeriesTemplate,
      created_at: now,
      updated_at: now,
    })
    await tx.flush()
    const following = nextOccurrence(seriesRule(row), series.firstAt, series.firstAt)
    task.series_id = row.id
    task.occurrence_at = new Date(series.firstAt)
    task.recurring_pattern = series.rule
    task.recurring_end_date = row.end_at ?? null
    task.next_occurrence = following === null ? null : new Date(following)
  }
  await tx.flush()
  change.add('task.created', task, {
    task_version: task.version,
    series_id: task.series_id ?? null,
    occurrence_at: task.occurrence_at?.toISOString() ?? null,
    predecessor_id: null,
    due_at: dueAt?.toISOString() ?? null,
    recurring_pattern: task.recurring_pattern ?? null,
  })
  await scheduleReminders(tx, change, task, planned)
  await change.publish(tx)
  return task
}

const contentOf = (request: CreateTaskRequest) => ({
  title: request.title,
  description: request.description ?? '',
  priority: request.priority ?? 0,
  tags: request.tags ?? [],
  due_has_time: request.due_has_time ?? true,
})

export function reminderTemplates(
  reminders: readonly ReminderInput[] | undefined,
  hasDue: boolean,
  dueHasTime: boolean,
): ReminderTemplate[] {
  if (reminders === undefined) return hasDue ? defaultReminders(dueHasTime) : []
  return reminders.map((reminder) => ({
    offset_seconds: reminder.offset_seconds,
    channels: reminder.channels ?? null,
    nag_every_seconds: reminder.nag_every_seconds ?? null,
  }))
}

/** Fields that say something only beside another one. */
function refuseLonelyFields(request: CreateTaskRequest): void {
  const recurring = request.recurring_pattern != null
  const faults = []
  for (const field of ['recurring_end_date', 'anchor', 'catch_up'] as const) {
    if (request[field] != null && !recurring) {
      faults.push({field, code: 'needs_recurring_pattern', message: `${field} needs a recurring_pattern.`})
    }
  }
  if (request.reminders && request.reminders.length > 0 && request.due_at == null && !recurring) {
    faults.push({
      field: 'reminders',
      code: 'needs_due_at',
      message: 'reminders need a due_at.',
      hint: 'A reminder is so long before the due date.',
    })
  }
  if (faults.length > 0) throw invalidRequest(faults)
}
