import type {Task} from '../../database/entities/task.ts'
import {query, toDate, toNumber} from '../../database/query.ts'
import type {UndoImage} from '../../database/statements/undo-log.ts'
import type {Change} from '../change.ts'
import {cancelReminders, mirrorReminders} from '../task-reminders.ts'

/**
 * Puts reminders back as they were, under a new revision: what waits comes back when its time lies ahead and its task is
 * open; what was sent stays sent. Those that the change had made are taken away.
 */
export async function putRemindersBack(
  change: Change,
  image: UndoImage,
  tasks: readonly Task[],
  now: Date,
): Promise<void> {
  const {tx} = change
  const ids = [...image.reminders.map(({id}) => id), ...image.made.reminders]
  const byId = new Map(tasks.map((task) => [task.id, task]))
  if (ids.length > 0) {
    for (const task of tasks) await cancelReminders(change, task, ids)
    await query(
      tx,
      'update todo.reminders set removed_at = clock_timestamp() where id = any ($1::bigint[]) and removed_at is null',
      [image.made.reminders],
    )
    const open = tasks.filter((task) => !task.completed_at && !task.skipped_at && !task.deleted_at)
    const rows = await restore(
      change,
      image,
      open.map(({id}) => id),
      now,
    )
    for (const row of rows) {
      const task = byId.get(row.taskId)!
      change.add('reminder.scheduled', task, {
        task_version: task.version,
        reminder_id: row.id,
        revision: row.revision,
        reminder_at: row.at.toISOString(),
      })
    }
  }
  for (const task of tasks) await mirrorReminders(tx, task)
}

async function restore(change: Change, image: UndoImage, openTaskIds: readonly number[], now: Date) {
  const rows = await query<{id: string; task_id: string; revision: number; reminder_at: string; state: string}>(
    change.tx,
    `update todo.reminders r set
       state = case
         when i.state not in ('scheduled', 'sending') then i.state
         when i.reminder_at > $2 and i.task_id = any ($3::bigint[]) then 'scheduled'
         when r.state = 'sent' then 'sent' else 'cancelled' end,
       reminder_at = i.reminder_at, channels = i.channels, nag_every_seconds = i.nag_every_seconds, nag_left = i.nag_left,
       removed_at = i.removed_at, snoozed_at = i.snoozed_at, revision = r.revision + 1, updated_at = clock_timestamp()
     from jsonb_populate_recordset(null::todo.reminders, $1::jsonb) i
     where r.id = i.id and not (r.state = 'sent' and r.reminder_at = i.reminder_at)
       and (r.state, r.reminder_at, r.channels, r.nag_every_seconds, r.nag_left, r.removed_at, r.snoozed_at)
         is distinct from (i.state, i.reminder_at, i.channels, i.nag_every_seconds, i.nag_left, i.removed_at, i.snoozed_at)
     returning r.id, r.task_id, r.revision, r.reminder_at, r.state`,
    [JSON.stringify(image.reminders), now.toISOString(), openTaskIds],
  )
  return rows
    .filter((row) => row.state === 'scheduled')
    .map((row) => ({
      id: toNumber(row.id),
      taskId: toNumber(row.task_id),
      revision: row.revision,
      at: toDate(row.reminder_at),
    }))
}
