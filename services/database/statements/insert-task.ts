import {MAX_NAGS, type PlacedReminder} from '../../domain/reminders/reminder-times.ts'
import type {Transaction} from '../database.ts'
import type {Task} from '../entities/task.ts'
import {post, query, toNumber} from '../query.ts'
import {prepared} from '../session.ts'
import type {TaskReminder} from './task-rows.ts'

/** What its user, its series and the clock say of a new task. */
export type NewTask = Pick<
  Task,
  'user_id' | 'title' | 'description' | 'priority' | 'tags' | 'due_at' | 'due_has_time' | 'reminder_at' | 'created_at'
> &
  Partial<Pick<Task, 'series_id' | 'occurrence_at' | 'recurring_pattern' | 'recurring_end_date' | 'next_occurrence'>>

/** Ids of a task that is about to be made, and of its reminders. */
export interface NewIds {
  readonly task: number
  /** As many as were asked for. */
  readonly reminders: readonly number[]
}

const DRAW = prepared(`
  select nextval('todo.tasks_id_seq') as task,
    array(select nextval('todo.reminders_id_seq') from generate_series(1, $1::int)) as reminders`)

/** Known before the rows are written, they let everything that names them go out with the rows. */
export async function drawIds(tx: Transaction, reminders: number): Promise<NewIds> {
  const [drawn] = await query<{task: string; reminders: string[]}>(tx, DRAW, [reminders])
  return {task: toNumber(drawn!.task), reminders: drawn!.reminders.map(toNumber)}
}

const INSERT = prepared(`
  with task as (
    insert into todo.tasks (id, user_id, title, description, priority, tags, due_at, due_has_time, series_id, occurrence_at,
      recurring_pattern, recurring_end_date, next_occurrence, reminder_at, created_at, updated_at)
    overriding system value
    values ($15, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
  )
  insert into todo.reminders (id, user_id, task_id, offset_seconds, reminder_at, channels, nag_every_seconds, nag_left, state)
  overriding system value
  select id, $1, $15, offset_seconds, at, string_to_array(channels, ','), nag_every_seconds, nag_left, state
  from unnest($16::bigint[], $17::int[], $18::timestamptz[], $19::text[], $20::int[], $21::smallint[], $22::text[])
    as incoming (id, offset_seconds, at, channels, nag_every_seconds, nag_left, state)`)

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null

/**
 * Writes a task and its reminders, which come back in the order given; whether that went well shows at the end of the
 * transaction.
 */
export function insertTask(
  tx: Transaction,
  ids: NewIds,
  task: NewTask,
  placed: readonly PlacedReminder[],
): {task: Task; reminders: TaskReminder[]} {
  post(tx, INSERT, [
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
    ids.task,
    ids.reminders.slice(0, placed.length),
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
      id: ids.task,
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
      id: ids.reminders[place]!,
      reminder_at: new Date(reminder.at),
      state: stateOf(reminder),
      revision: 1,
    })),
  }
}

const stateOf = ({pending}: PlacedReminder) => (pending ? 'scheduled' : 'cancelled')
