import type {Transaction} from '../database.ts'
import {post, query} from '../query.ts'
import {prepared} from '../session.ts'
import {type ReminderImage, reminderImage} from './reminder-images.ts'
import {type ReminderRow, type TaskReminder, reminderOf} from './task-rows.ts'

/** A reminder of a locked task, whatever became of it. */
export interface HeldReminder extends TaskReminder {
  /** As it was, of one that waits or is being sent; null of all others. */
  readonly waiting: ReminderImage | null
  /** Its user has taken it away. */
  readonly removed: boolean
}

const WAITS = `state in ('scheduled', 'sending')`

// Series, task, reminder: a task that is in another series than was thought is not locked yet, and nor are these then.
const HOLD = prepared(`
  select 1 from todo.reminders where task_id = $1 and ${WAITS}
    and exists (select 1 from todo.tasks where id = $1 and series_id is not distinct from $2)
  order by id for update`)

// By itself, since a statement does not see what was written while it waited for a lock.
const READ = prepared(`
  select id, offset_seconds, reminder_at, state, channels, nag_every_seconds, revision, removed_at is not null as removed,
    case when ${WAITS} then ${reminderImage('r')} end as waiting
  from todo.reminders r where task_id = $1 order by reminder_at, id`)

/** Locks those of a task's reminders that wait, so that nobody claims them meanwhile, and reads all; two statements in one packet. */
export async function holdReminders(tx: Transaction, taskId: number, seriesId: number | null): Promise<HeldReminder[]> {
  const [, rows] = await Promise.all([
    query(tx, HOLD, [taskId, seriesId]),
    query<ReminderRow & Pick<HeldReminder, 'waiting' | 'removed'>>(tx, READ, [taskId]),
  ])
  return rows.map((row) => ({...reminderOf(row), waiting: row.waiting, removed: row.removed}))
}

// A delivery that is being sent right now is left to its sender, who finds the new revision when it is done.
const CANCEL = prepared(`
  with deliveries as (
    update todo.reminder_deliveries set state = 'cancelled' where reminder_id = any ($1::bigint[]) and state = 'scheduled'
  )
  update todo.reminders set state = 'cancelled', revision = revision + 1, updated_at = clock_timestamp()
  where id = any ($1::bigint[])`)

/** Takes back reminders that are held and wait; answers with them as they are then. */
export function cancelHeld(tx: Transaction, waiting: readonly HeldReminder[]): HeldReminder[] {
  if (waiting.length > 0) post(tx, CANCEL, [waiting.map(({id}) => id)])
  return waiting.map((reminder) => ({...reminder, state: 'cancelled', revision: reminder.revision + 1, waiting: null}))
}
