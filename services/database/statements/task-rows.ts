import type {Transaction} from '../database.ts'
import type {Reminder} from '../entities/reminder.ts'
import type {Task} from '../entities/task.ts'
import {query, toDate, toDateOrNull, toNumber} from '../query.ts'
import {prepared} from '../session.ts'

/** What clients see of a reminder. */
export type TaskReminder = Pick<
  Reminder,
  'id' | 'offset_seconds' | 'reminder_at' | 'state' | 'channels' | 'nag_every_seconds' | 'revision'
>

export interface TaskWithReminders {
  readonly task: Task
  /** Those that its user has not taken away, by time. */
  readonly reminders: readonly TaskReminder[]
}

/** A row of todo.tasks as the driver gives it. */
export interface TaskRow {
  readonly id: string
  readonly user_id: string
  readonly title: string
  readonly description: string
  readonly priority: number
  readonly tags: string[]
  readonly due_at: string | null
  readonly due_has_time: boolean
  readonly completed_at: string | null
  readonly skipped_at: string | null
  readonly deleted_at: string | null
  readonly retracted_at: string | null
  readonly version: number
  readonly touched: boolean
  readonly series_id: string | null
  readonly predecessor_id: string | null
  readonly occurrence_at: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly recurring_pattern: string | null
  readonly recurring_end_date: string | null
  readonly next_occurrence: string | null
  readonly reminder_at: string | null
  readonly reminder_sent: boolean | null
}

/** SQL of the columns of `t`. Named, since a prepared `*` fails when a migration adds one. */
export const TASK_COLUMNS = [
  'id, user_id, title, description, priority, tags, due_at, due_has_time, completed_at, skipped_at, deleted_at, retracted_at',
  'version, touched, series_id, predecessor_id, occurrence_at, created_at, updated_at, recurring_pattern, recurring_end_date',
  'next_occurrence, reminder_at, reminder_sent',
]
  .join(', ')
  .replaceAll(/\w+/gu, 't.$&')

const toNumberOrNull = (value: string | null): number | null => (value === null ? null : toNumber(value))

export function taskOf(row: TaskRow): Task {
  return {
    id: toNumber(row.id),
    user_id: row.user_id,
    title: row.title,
    description: row.description,
    priority: row.priority,
    tags: row.tags,
    due_at: toDateOrNull(row.due_at),
    due_has_time: row.due_has_time,
    completed_at: toDateOrNull(row.completed_at),
    skipped_at: toDateOrNull(row.skipped_at),
    deleted_at: toDateOrNull(row.deleted_at),
    retracted_at: toDateOrNull(row.retracted_at),
    version: row.version,
    touched: row.touched,
    series_id: toNumberOrNull(row.series_id),
    predecessor_id: toNumberOrNull(row.predecessor_id),
    occurrence_at: toDateOrNull(row.occurrence_at),
    created_at: toDate(row.created_at),
    updated_at: toDate(row.updated_at),
    recurring_pattern: row.recurring_pattern,
    recurring_end_date: toDateOrNull(row.recurring_end_date),
    next_occurrence: toDateOrNull(row.next_occurrence),
    reminder_at: toDateOrNull(row.reminder_at),
    reminder_sent: row.reminder_sent,
  }
}

export type ReminderRow = Omit<TaskReminder, 'id' | 'reminder_at'> & {
  readonly id: string
  readonly reminder_at: string
}

export const reminderOf = (row: ReminderRow): TaskReminder => ({
  ...row,
  id: toNumber(row.id),
  reminder_at: toDate(row.reminder_at),
})

const READ_REMINDERS = prepared(`
  select id, task_id, offset_seconds, reminder_at, state, channels, nag_every_seconds, revision
  from todo.reminders where task_id = any ($1::bigint[]) and removed_at is null order by reminder_at, id`)

/** The reminders of tasks, by their ids. */
export async function readReminders(
  tx: Transaction,
  taskIds: readonly number[],
): Promise<ReadonlyMap<number, TaskReminder[]>> {
  const rows = await query<ReminderRow & {readonly task_id: string}>(tx, READ_REMINDERS, [taskIds])
  const byTask = new Map<number, TaskReminder[]>()
  for (const row of rows) {
    const taskId = toNumber(row.task_id)
    const list = byTask.get(taskId)
    if (list) list.push(reminderOf(row))
    else byTask.set(taskId, [reminderOf(row)])
  }
  return byTask
}

/** SQL that finds tasks, as `t`, with their reminders: what comes after `from todo.tasks t`. */
export const selectTasks = (rest: string): string => `
  select ${TASK_COLUMNS}, (
    select json_agg(r order by r.reminder_at, r.id) from (
      select id, offset_seconds, reminder_at, state, channels, nag_every_seconds, revision
      from todo.reminders where task_id = t.id and removed_at is null
    ) r) as reminders
  from todo.tasks t ${rest}`

/** Of a row that `selectTasks` finds. */
export function withReminders(row: object): TaskWithReminders {
  const found = row as TaskRow & {readonly reminders: ReminderRow[] | null}
  return {task: taskOf(found), reminders: found.reminders?.map(reminderOf) ?? []}
}

const FIND = prepared(selectTasks('where t.id = $1 and t.deleted_at is null and t.retracted_at is null'))

/** A task that its user can see. */
export async function findTask(tx: Transaction, id: number): Promise<TaskWithReminders | null> {
  const [row] = await query(tx, FIND, [id])
  return row ? withReminders(row) : null
}
