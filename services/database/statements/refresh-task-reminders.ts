import type {Transaction} from '../database.ts'
import {query} from '../query.ts'

/**
 * Recomputes tasks.reminder_at (the earliest reminder that is not sent yet) and tasks.reminder_sent (none is left, and at
 * least one was sent) from the reminders. The tasks are locked; their version does not change.
 */
export async function refreshTaskReminders(tx: Transaction, taskIds: readonly number[]): Promise<void> {
  await query(
    tx,
    `update todo.tasks t set reminder_at = r.next_at, reminder_sent = r.next_at is null and r.any_sent
     from (
       select task_id, min(reminder_at) filter (where state in ('scheduled', 'sending')) as next_at,
         bool_or(state = 'sent') as any_sent
       from todo.reminders where task_id = any ($1::bigint[]) group by task_id
     ) r
     where t.id = r.task_id
       and (t.reminder_at is distinct from r.next_at or t.reminder_sent is distinct from (r.next_at is null and r.any_sent))`,
    [taskIds],
  )
}
