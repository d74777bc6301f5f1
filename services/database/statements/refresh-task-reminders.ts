import type {Transaction} from '../database.ts'
import {query, toDateOrNull} from '../query.ts'
import {prepared} from '../session.ts'

/** What tasks.reminder_at and tasks.reminder_sent have to say, by the reminders of the tasks $1 that have any. */
const MIRROR = `
  select task_id, next_at as reminder_at, next_at is null and any_sent as reminder_sent
  from (
    select task_id, min(reminder_at) filter (where state in ('scheduled', 'sending')) as next_at,
      bool_or(state = 'sent') as any_sent
    from todo.reminders where task_id = any ($1::bigint[]) group by task_id
  ) facts`

const READ = prepared(MIRROR)

export interface MirroredReminders {
  /** The earliest that is not sent yet. */
  readonly reminderAt: Date | null
  /** None is left, and at least one was sent. */
  readonly reminderSent: boolean
}

/** For who writes the task anyway. */
export async function readTaskReminders(tx: Transaction, taskId: number): Promise<MirroredReminders> {
  const [found] = await query<{reminder_at: string | null; reminder_sent: boolean}>(tx, READ, [[taskId]])
  return {reminderAt: toDateOrNull(found?.reminder_at ?? null), reminderSent: found?.reminder_sent ?? false}
}

/** Writes both columns where they say something else. The tasks are locked; their version does not change. */
export async function refreshTaskReminders(tx: Transaction, taskIds: readonly number[]): Promise<void> {
  await query(
    tx,
    `update todo.tasks t set reminder_at = r.reminder_at, reminder_sent = r.reminder_sent
     from (${MIRROR}) r
     where t.id = r.task_id
       and (t.reminder_at is distinct from r.reminder_at or t.reminder_sent is distinct from r.reminder_sent)`,
    [taskIds],
  )
}
