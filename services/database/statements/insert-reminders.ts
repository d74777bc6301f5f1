import {MAX_NAGS, type PlacedReminder} from '../../domain/reminders/reminder-times.ts'
import type {Transaction} from '../database.ts'
import {query, toDate, toNumber} from '../query.ts'
import {prepared} from '../session.ts'

export interface NewReminder extends PlacedReminder {
  readonly userId: string
  readonly taskId: number
}

export interface InsertedReminder {
  readonly id: number
  readonly userId: string
  readonly taskId: number
  readonly revision: number
  readonly reminderAt: Date
  /** False: there is nothing left to remind of; kept for the case that its task gets another due date. */
  readonly pending: boolean
}

const INSERT = prepared(`
  insert into todo.reminders (user_id, task_id, offset_seconds, reminder_at, channels, nag_every_seconds, nag_left, state)
  select user_id, task_id, offset_seconds, reminder_at, string_to_array(channels, ','), nag_every_seconds, nag_left, state
  from unnest($1::uuid[], $2::bigint[], $3::int[], $4::timestamptz[], $5::text[], $6::int[], $7::smallint[], $8::text[])
    as incoming (user_id, task_id, offset_seconds, reminder_at, channels, nag_every_seconds, nag_left, state)
  returning id, user_id, task_id, revision, reminder_at, state`)

/** Writes reminders in the transaction that creates or changes their tasks; answers with them in no particular order. */
export async function insertReminders(tx: Transaction, reminders: readonly NewReminder[]): Promise<InsertedReminder[]> {
  if (reminders.length === 0) return []
  const rows = await query<{
    id: string
    user_id: string
    task_id: string
    revision: number
    reminder_at: string
    state: string
  }>(tx, INSERT, [
    reminders.map((entry) => entry.userId),
    reminders.map((entry) => entry.taskId),
    reminders.map((entry) => entry.offset_seconds),
    reminders.map((entry) => new Date(entry.at).toISOString()),
    reminders.map((entry) => entry.channels?.join(',') ?? null),
    reminders.map((entry) => entry.nag_every_seconds),
    reminders.map((entry) => (entry.nag_every_seconds === null ? 0 : MAX_NAGS)),
    reminders.map((entry) => (entry.pending ? 'scheduled' : 'cancelled')),
  ])
  return rows.map((row) => ({
    id: toNumber(row.id),
    userId: row.user_id,
    taskId: toNumber(row.task_id),
    revision: row.revision,
    reminderAt: toDate(row.reminder_at),
    pending: row.state === 'scheduled',
  }))
}
