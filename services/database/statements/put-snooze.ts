import type {Transaction} from '../database.ts'
import {query, toNumber} from '../query.ts'

export interface Snooze {
  readonly userId: string
  readonly taskId: number
  readonly at: Date
  readonly channels: readonly string[] | null
  readonly nagEverySeconds: number | null
  readonly nagLeft: number
}

/** Makes the snooze of a task, or moves the one that it has. */
export async function putSnooze(
  tx: Transaction,
  snooze: Snooze,
): Promise<{id: number; revision: number; made: boolean}> {
  const [row] = await query<{id: string; revision: number; made: boolean}>(
    tx,
    `insert into todo.reminders as r (user_id, task_id, reminder_at, channels, nag_every_seconds, nag_left)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (task_id) where offset_seconds is null and removed_at is null do update
       set reminder_at = excluded.reminder_at, channels = excluded.channels, nag_every_seconds = excluded.nag_every_seconds,
         nag_left = excluded.nag_left, state = 'scheduled', revision = r.revision + 1, updated_at = clock_timestamp()
     returning id, revision, xmax = 0 as made`,
    [snooze.userId, snooze.taskId, snooze.at.toISOString(), snooze.channels, snooze.nagEverySeconds, snooze.nagLeft],
  )
  return {id: toNumber(row!.id), revision: row!.revision, made: row!.made}
}

/** Marks reminders, cancelled before, as put aside by a snooze. */
export async function markSnoozed(tx: Transaction, reminderIds: readonly number[]): Promise<void> {
  if (reminderIds.length === 0) return
  await query(tx, 'update todo.reminders set snoozed_at = clock_timestamp() where id = any ($1::bigint[])', [
    reminderIds,
  ])
}
