import type {Transaction} from '../database/database.ts'
import {type Reminder, ReminderEntity} from '../database/entities/reminder.ts'
import type {Task} from '../database/entities/task.ts'
import {insertReminders} from '../database/statements/insert-reminders.ts'
import {query} from '../database/query.ts'
import {type PlannedReminder, planReminders} from '../domain/reminders/reminder-times.ts'
import type {ReminderTemplate} from '../domain/tasks/series-template.ts'
import type {Change} from './change.ts'

/** Writes the reminders of a task for its due date. */
export async function scheduleReminders(
  tx: Transaction,
  change: Change,
  task: Task,
  reminders: readonly PlannedReminder[],
): Promise<void> {
  const inserted = await insertReminders(
    tx,
    reminders.map((reminder) => ({...reminder, userId: task.user_id, taskId: task.id})),
  )
  for (const reminder of inserted) {
    change.add('reminder.scheduled', task, {
      task_version: task.version,
      reminder_id: reminder.id,
      revision: reminder.revision,
      reminder_at: reminder.reminderAt.toISOString(),
    })
  }
}

/** Takes back what has not been sent, because the task is done, gone, or gets other reminders. */
export async function cancelReminders(tx: Transaction, change: Change, task: Task): Promise<void> {
  const rows = await query<{id: string; revision: number}>(
    tx,
    `update todo.reminders set state = 'cancelled', revision = revision + 1, updated_at = clock_timestamp()
     where task_id = $1 and state in ('scheduled', 'sending') returning id, revision`,
    [task.id],
  )
  if (rows.length === 0) return
  // A delivery that is being sent right now is left to its sender, who finds the new revision when it is done.
  await query(
    tx,
    `update todo.reminder_deliveries set state = 'cancelled' where reminder_id = any ($1::bigint[]) and state = 'scheduled'`,
    [rows.map((row) => row.id)],
  )
  for (const row of rows) {
    change.add('reminder.cancelled', task, {
      task_version: task.version,
      reminder_id: Number(row.id),
      revision: row.revision,
    })
  }
}

/** The due date moved: each reminder keeps its offset, and one that was sent is sent again for the new date. */
export async function moveReminders(tx: Transaction, change: Change, task: Task, now: Date): Promise<void> {
  const reminders = await tx.find(ReminderEntity, {task_id: task.id, offset_seconds: {$ne: null}}, {refresh: true})
  const templates = reminders.map(templateOf)
  await cancelReminders(tx, change, task)
  if (task.due_at) {
    const planned = planReminders(templates, task.due_at.getTime(), now.getTime())
    await reschedule(
      tx,
      change,
      task,
      reminders.filter((reminder) => planned.some((plan) => plan.offset_seconds === reminder.offset_seconds)),
    )
  }
}

/** A reopened task gets back the reminders that completing it took away, as far as their time has not passed. */
export async function restoreReminders(tx: Transaction, change: Change, task: Task, now: Date): Promise<void> {
  const cancelled = await tx.find(
    ReminderEntity,
    {task_id: task.id, state: 'cancelled', reminder_at: {$gt: now}},
    {refresh: true},
  )
  await reschedule(tx, change, task, cancelled)
}

async function reschedule(tx: Transaction, change: Change, task: Task, reminders: readonly Reminder[]): Promise<void> {
  for (const reminder of reminders) {
    const at =
      reminder.offset_seconds == null || !task.due_at
        ? reminder.reminder_at
        : new Date(task.due_at.getTime() - reminder.offset_seconds * 1000)
    const rows = await query<{revision: number}>(
      tx,
      `update todo.reminders set state = 'scheduled', reminder_at = $2, revision = revision + 1,
         nag_left = case when nag_every_seconds is null then 0 else 24 end, updated_at = clock_timestamp()
       where id = $1 returning revision`,
      [reminder.id, at.toISOString()],
    )
    change.add('reminder.scheduled', task, {
      task_version: task.version,
      reminder_id: reminder.id,
      revision: rows[0]!.revision,
      reminder_at: at.toISOString(),
    })
  }
}

/** Brings reminder_at (the earliest that is unsent) and reminder_sent (none is left unsent) of a task up to date. */
export async function mirrorReminders(tx: Transaction, task: Task): Promise<void> {
  const rows = await query<{reminder_at: string | null; reminder_sent: boolean}>(
    tx,
    `update todo.tasks set
       reminder_at = (select min(reminder_at) from todo.reminders where task_id = $1 and state in ('scheduled', 'sending')),
       reminder_sent = exists (select 1 from todo.reminders where task_id = $1 and state = 'sent')
         and not exists (select 1 from todo.reminders where task_id = $1 and state in ('scheduled', 'sending'))
     where id = $1 returning reminder_at, reminder_sent`,
    [task.id],
  )
  task.reminder_at = rows[0]?.reminder_at ? new Date(rows[0].reminder_at) : null
  task.reminder_sent = rows[0]?.reminder_sent ?? false
}

export const templateOf = (reminder: Reminder): ReminderTemplate => ({
  offset_seconds: reminder.offset_seconds ?? 0,
  channels: reminder.channels ?? null,
  nag_every_seconds: reminder.nag_every_seconds ?? null,
})
