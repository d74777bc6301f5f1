import {formatInstant, formatInstantOrNull} from '../contracts/instant.ts'
import type {TaskResponse} from '../contracts/tasks.ts'
import type {Transaction} from '../database/database.ts'
import type {Task} from '../database/entities/task.ts'
import {type TaskReminder, type TaskWithReminders, readReminders} from '../database/statements/task-rows.ts'

/** Tasks as clients see them, with their reminders, in the order given. */
export async function presentTasks(tx: Transaction, tasks: readonly Task[]): Promise<TaskResponse[]> {
  if (tasks.length === 0) return []
  const reminders = await readReminders(
    tx,
    tasks.map((task) => task.id),
  )
  return tasks.map((task) => present({task, reminders: reminders.get(task.id) ?? []}))
}

export async function presentTask(tx: Transaction, task: Task): Promise<TaskResponse> {
  const [presented] = await presentTasks(tx, [task])
  return presented!
}

/** A task that was changed; with its reminders where the change knows them. */
export const presentChanged = async (tx: Transaction, changed: Task | TaskWithReminders): Promise<TaskResponse> =>
  'reminders' in changed ? present(changed) : presentTask(tx, changed)

export function present({task, reminders}: TaskWithReminders): TaskResponse {
  return {
    id: task.id,
    title: task.title,
    description: task.description,
    priority: task.priority,
    tags: task.tags,
    due_at: formatInstantOrNull(task.due_at),
    due_has_time: task.due_has_time,
    completed_at: formatInstantOrNull(task.completed_at),
    skipped_at: formatInstantOrNull(task.skipped_at),
    deleted_at: formatInstantOrNull(task.deleted_at),
    recurring_pattern: task.recurring_pattern ?? null,
    recurring_end_date: formatInstantOrNull(task.recurring_end_date),
    next_occurrence: formatInstantOrNull(task.next_occurrence),
    reminder_at: formatInstantOrNull(task.reminder_at),
    reminder_sent: task.reminder_sent ?? false,
    series_id: task.series_id ?? null,
    predecessor_id: task.predecessor_id ?? null,
    occurrence_at: formatInstantOrNull(task.occurrence_at),
    version: task.version,
    created_at: formatInstant(task.created_at),
    updated_at: formatInstant(task.updated_at),
    reminders: reminders.map(presentReminder),
  }
}

export const presentReminder = (reminder: TaskReminder): TaskResponse['reminders'][number] => ({
  id: reminder.id,
  offset_seconds: reminder.offset_seconds ?? null,
  reminder_at: formatInstant(reminder.reminder_at),
  state: reminder.state,
  channels: reminder.channels ?? null,
  nag_every_seconds: reminder.nag_every_seconds ?? null,
  revision: reminder.revision,
})
