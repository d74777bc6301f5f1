import {MAX_NAGS, type PlacedReminder} from '../../domain/reminders/reminder-times.ts'
import type {Transaction} from '../database.ts'
import type {Task} from '../entities/task.ts'
import {query, toNumber} from '../query.ts'
import {prepared} from '../session.ts'
import type {TaskReminder} from './task-rows.ts'

/** What its user, its series and the clock say of a new task. */
export type NewTask = Pick<
  Task,
  'user_id' | 'title' | 'description' | 'priority' | 'tags' | 'due_at' | 'due_has_time' | 'reminder_at' | 'created_at'
> &
  Partial<Pick<Task, 'series_id' | 'occurrence_at' | 'recurring_pattern' | 'recurring_end_date' | 'next_occurrence'>>

const INSERT = prepared(`
  with task as (
    insert into todo.tasks (user_id, title, description, priority, tags, due_at, due_has_time, series_id, occurrence_at,
      recurring_pattern, recurring_end_date, next_occurrence, reminder_at, created_at, updated_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
    returning id, user_id
  ), reminder as (
    insert into todo.reminders (user_id, task_id, offset_seconds, reminder_at, channels, nag_every_seconds, nag_left, state)
    select user_id, id, offset_seconds, at, string_to_array(channels, ','), nag_every_seconds, nag_left, state
    from task, unnest($15::int[], $16::timestamptz[], $17::text[], $18::int[], $19::smallint[], $20::text[])
      with ordinality as incoming (offset_seconds, at, channels, nag_every_seconds, nag_left, state, place)
    order by place
    returning id
  )
  select task.id, reminder.id as reminder_id from task left join reminder on true order by reminder.id`)

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null

/** Writes a task and its reminders, which come back in the order given. */
export async function insertTask(
  tx: Transaction,
  task: NewTask,
  placed: readonly PlacedReminder[],
): Promise<{task: Task; reminders: TaskReminder[]}> {
  const rows = await query<{id: string; reminder_id: string | null}>(tx, INSERT, [
    task.user_id,
    task.title,
    task.description,
    task.priority,
    task.tags,
    iso(task.due_at),
    task.due_has_time,
    task.series_id ?? null,
    iso(task.occurrence_at),
    task.recurring_pattern ?? null,
    iso(task.recurring_end_date),
    iso(task.next_occurrence),
    iso(task.reminder_at),
    iso(task.created_at),
    placed.map((reminder) => reminder.offset_seconds),
    placed.map((reminder) => new Date(reminder.at).toISOString()),
    placed.map((reminder) => reminder.channels?.join(',') ?? null),
    placed.map((reminder) => reminder.nag_every_seconds),
    placed.map((reminder) => (reminder.nag_every_seconds === null ? 0 : MAX_NAGS)),
    placed.map((reminder) => stateOf(reminder)),
  ])
  return {
    task: {
      series_id: null,
      occurrence_at: null,
      recurring_pattern: null,
      recurring_end_date: null,
      next_occurrence: null,
      ...task,
      id: toNumber(rows[0]!.id),
      completed_at: null,
      skipped_at: null,
      deleted_at: null,
      retracted_at: null,
      version: 1,
      touched: false,
      predecessor_id: null,
      reminder_sent: false,
      updated_at: task.created_at,
    },
    reminders: placed.map((reminder, place) => ({
      offset_seconds: reminder.offset_seconds,
      channels: reminder.channels && [...reminder.channels],
      nag_every_seconds: reminder.nag_every_seconds,
      id: toNumber(rows[place]!.reminder_id!),
      reminder_at: new Date(reminder.at),
      state: stateOf(reminder),
      revision: 1,
    })),
  }
}

const stateOf = ({pending}: PlacedReminder) => (pending ? 'scheduled' : 'cancelled')
