import {LockMode} from '@mikro-orm/core'
import {formatInstant} from '../../contracts/instant.ts'
import type {SnoozeTaskRequest} from '../../contracts/snooze-task.ts'
import {ReminderEntity} from '../../database/entities/reminder.ts'
import type {Task} from '../../database/entities/task.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {markSnoozed, putSnooze} from '../../database/statements/put-snooze.ts'
import {DomainError, invalidRequest} from '../../domain/errors.ts'
import {placeSnooze} from '../../domain/reminders/place-snooze.ts'
import type {Change} from '../change.ts'
import {refuseOtherVersion} from '../if-match.ts'
import {cancelReminders, mirrorReminders} from '../task-reminders.ts'

const LONGEST_MS = 366 * 24 * 3_600_000

/**
 * Reminds later: the task gets one reminder at that time in place of those that would come before. Due date, rule and
 * version stay; a second snooze moves the first.
 */
export async function snoozeTask(
  change: Change,
  id: number,
  request: SnoozeTaskRequest,
  ifMatch: number | null,
): Promise<Task> {
  const {tx} = change
  const {task} = await change.lock(id)
  await refuseOtherVersion(tx, task, ifMatch)
  if (task.completed_at || task.skipped_at) throw taskClosed(task)
  const at = snoozeTime(request, await databaseNow(tx))
  await change.rememberRemindersOf(task)
  const present = await tx.find(
    ReminderEntity,
    {task_id: id, removed_at: null},
    {lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true, orderBy: {id: 'asc'}},
  )
  const {aside, ...pattern} = placeSnooze(
    present.map((reminder) => ({
      id: reminder.id,
      offsetSeconds: reminder.offset_seconds ?? null,
      at: reminder.reminder_at.getTime(),
      state: reminder.state,
      channels: reminder.channels ?? null,
      nagEverySeconds: reminder.nag_every_seconds ?? null,
      nagLeft: reminder.nag_left,
    })),
    at.getTime(),
  )
  if (aside.length > 0) await cancelReminders(change, task, aside)
  await markSnoozed(tx, aside)
  const snooze = await putSnooze(tx, {userId: task.user_id, taskId: id, at, ...pattern})
  if (snooze.made) change.madeReminder(task, snooze.id)
  change.add('reminder.scheduled', task, {
    task_version: task.version,
    reminder_id: snooze.id,
    revision: snooze.revision,
    reminder_at: at.toISOString(),
  })
  task.touched = true
  await mirrorReminders(tx, task)
  return task
}

/** In whole seconds, by the database's clock. */
function snoozeTime({for_seconds: seconds, until}: SnoozeTaskRequest, now: Date): Date {
  const at = until ?? new Date(now.getTime() + seconds! * 1000)
  if (at.getTime() <= now.getTime()) {
    throw invalidRequest([
      {
        field: 'until',
        code: 'in_the_past',
        message: `${formatInstant(at)} has passed.`,
        hint: `It is ${formatInstant(now)} now: give a later time, or for_seconds.`,
      },
    ])
  }
  if (at.getTime() - now.getTime() > LONGEST_MS) {
    throw invalidRequest([
      {
        field: 'until',
        code: 'too_far_ahead',
        message: `${formatInstant(at)} is more than 366 days ahead.`,
        hint: 'Give the task another due date instead.',
      },
    ])
  }
  return at
}

const taskClosed = (task: Task): DomainError =>
  new DomainError(
    'conflict',
    'task_closed',
    `Task ${task.id} is ${task.completed_at ? 'done' : 'skipped'}: there is nothing to remind of.`,
    {hint: 'Reopen it first, or snooze the next occurrence.'},
  )
