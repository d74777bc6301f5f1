import type {Transaction} from '../../database/database.ts'
import type {Series} from '../../database/entities/series.ts'
import {type Task, TaskEntity} from '../../database/entities/task.ts'
import {type HeldReminder, cancelHeld} from '../../database/statements/hold-reminders.ts'
import type {LockedWithReminders} from '../../database/statements/lock-task.ts'
import type {TaskReminder, TaskWithReminders} from '../../database/statements/task-rows.ts'
import {writeCompletion} from '../../database/statements/write-completion.ts'
import {DomainError} from '../../domain/errors.ts'
import {type Change, placeInSeries} from '../change.ts'
import {refuseOtherVersion} from '../if-match.ts'

export interface CompleteOptions {
  readonly ifMatch: number | null
  /** Nothing follows: the series ends with this occurrence. */
  readonly endSeries?: boolean | undefined
}

/** Completes a locked task. Completing it again changes nothing and publishes nothing. */
export async function completeTask(
  change: Change,
  locked: LockedWithReminders,
  {ifMatch, endSeries = false}: CompleteOptions,
): Promise<TaskWithReminders> {
  change.willWrite(locked, writeCompletion)
  const {task, series, lockedAt: now, held} = locked
  if (endSeries) refuseNoEnd(task, series)
  if (task.completed_at) return {task, reminders: shown(held)}
  if (task.skipped_at) {
    throw new DomainError('conflict', 'task_skipped', `Task ${task.id} was skipped.`, {hint: 'Reopen it first.'})
  }
  await refuseOtherVersion(change.tx, task, ifMatch)
  task.completed_at = now
  task.updated_at = now
  task.version++
  if (endSeries && series) endWith(series, now)
  change.foresee(task, series)
  change.add('task.completed', task, {
    task_version: task.version,
    ...placeInSeries(task),
    completed_at: now.toISOString(),
  })
  return {task, reminders: shown(cancelReminders(change, task, held))}
}

/** An open occurrence is always of the last series of its chain: nothing else can make another. */
function endWith(series: Series, now: Date): void {
  series.deleted_at ??= now
  series.version++
  series.updated_at = now
}

function refuseNoEnd(task: Task, series: Series | null): void {
  if (!series) {
    throw new DomainError(
      'conflict',
      'not_recurring',
      `Task ${task.id} does not repeat, so no series can end with it.`,
      {
        hint: 'Complete it without end_series.',
      },
    )
  }
  if (task.completed_at && !series.deleted_at) {
    throw new DomainError('conflict', 'task_closed', `Task ${task.id} is done already, and its series goes on.`, {
      hint: 'Complete the open occurrence with end_series, or delete it with scope=following.',
    })
  }
}

/** Takes back what has not been sent; answers with all reminders as they are then. */
function cancelReminders(change: Change, task: Task, held: readonly HeldReminder[]): HeldReminder[] {
  change.rememberReminders(
    task,
    held.flatMap(({waiting}) => waiting ?? []),
  )
  const cancelled = cancelHeld(
    change.tx,
    held.filter(({waiting}) => waiting !== null).toSorted((a, b) => a.id - b.id),
  )
  for (const {id, revision} of cancelled) {
    change.add('reminder.cancelled', task, {task_version: task.version, reminder_id: id, revision})
  }
  task.reminder_at = null
  task.reminder_sent = held.some(({state}) => state === 'sent')
  const after = new Map(cancelled.map((reminder) => [reminder.id, reminder]))
  return held.map((reminder) => after.get(reminder.id) ?? reminder)
}

const shown = (held: readonly HeldReminder[]): TaskReminder[] => held.filter(({removed}) => !removed)

/** What followed a task, when it is there already. */
export async function findSuccessor(tx: Transaction, id: number): Promise<Task | null> {
  return tx.findOne(TaskEntity, {predecessor_id: id, retracted_at: null}, {refresh: true})
}
