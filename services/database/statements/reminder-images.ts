import type {Transaction} from '../database.ts'
import {query} from '../query.ts'

/** A reminder as it was: what decides when, how and whether it goes out. */
export interface ReminderImage {
  readonly id: number
  readonly task_id: number
  readonly state: 'scheduled' | 'sending' | 'sent' | 'failed' | 'cancelled'
  readonly reminder_at: string
  readonly channels: readonly string[] | null
  readonly nag_every_seconds: number | null
  readonly nag_left: number
  readonly removed_at: string | null
  readonly snoozed_at: string | null
}

/** SQL of the image of a row of todo.reminders. */
export const reminderImage = (alias: string): string =>
  `jsonb_build_object(${[
    'id',
    'task_id',
    'state',
    'reminder_at',
    'channels',
    'nag_every_seconds',
    'nag_left',
    'removed_at',
    'snoozed_at',
  ]
    .map((field) => `'${field}', ${alias}.${field}`)
    .join(', ')})`

/** Every reminder that a task has or had. */
export async function reminderImages(tx: Transaction, taskId: number): Promise<ReminderImage[]> {
  const rows = await query<{image: ReminderImage}>(
    tx,
    `select ${reminderImage('r')} as image from todo.reminders r where task_id = $1 order by id`,
    [taskId],
  )
  return rows.map((row) => row.image)
}
