import {LockMode} from '@mikro-orm/core'
import {SeriesEntity} from '../database/entities/series.ts'
import {type Task, TaskEntity} from '../database/entities/task.ts'
import {DomainError} from '../domain/errors.ts'
import {type Change, placeInSeries} from './change.ts'
import {cancelReminders, mirrorReminders} from './task-reminders.ts'

/**
 * Takes back what followed a task that is about to be open again, when nobody has touched it; null when nothing followed.
 * Written at once, before its predecessor is open: there is one open task per series. The series is locked.
 */
export async function retractSuccessor(change: Change, task: Task, now: Date): Promise<Task | null> {
  const successor = await change.tx.findOne(
    TaskEntity,
    {predecessor_id: task.id, retracted_at: null},
    {lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true},
  )
  if (!successor) return null
  refuseTouched(successor)
  await retractTask(change, successor, now)
  await change.tx.flush()
  return successor
}

/** A task that disappears as if it had never been: its unique keys are free again. It is locked, and so is its series. */
export async function retractTask(change: Change, task: Task, now: Date): Promise<void> {
  task.retracted_at = now
  task.version++
  task.updated_at = now
  change.add('task.deleted', task, {
    task_version: task.version,
    ...placeInSeries(task),
    deleted_at: now.toISOString(),
  })
  await cancelReminders(change, task)
  await mirrorReminders(change.tx, task)
  if (task.predecessor_id == null || task.series_id == null) return
  // An occurrence that was counted when it was made is given back.
  const series = await change.tx.findOneOrFail(SeriesEntity, {id: task.series_id})
  if (series.count_left != null) series.count_left++
}

function refuseTouched(successor: Task): void {
  const what = successor.completed_at
    ? 'was done'
    : successor.skipped_at
      ? 'was skipped'
      : successor.deleted_at
        ? 'was deleted'
        : successor.touched
          ? 'was changed'
          : null
  if (what === null) return
  throw new DomainError(
    'conflict',
    'successor_touched',
    `The next occurrence, task ${successor.id}, ${what} already.`,
    {
      hint: `Leave this one as it is, or undo what happened to task ${successor.id} first.`,
    },
  )
}
