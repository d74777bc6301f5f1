import {LockMode} from '@mikro-orm/core'
import type {Transaction} from '../../database/database.ts'
import {type Task, TaskEntity} from '../../database/entities/task.ts'
import {seriesRule} from '../../database/series-rule.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {lockTask} from '../../database/statements/lock-task.ts'
import {DomainError} from '../../domain/errors.ts'
import {nextOccurrence} from '../../domain/tasks/next-occurrence.ts'
import {Change, placeInSeries} from '../change.ts'
import {refuseOtherVersion} from '../if-match.ts'
import {cancelReminders, mirrorReminders, restoreReminders} from '../task-reminders.ts'

/**
 * Opens a completed or skipped task again. Its successor is taken back when nobody has touched it; a touched one is
 * refused, since there would be two open occurrences.
 */
export async function reopenTask(tx: Transaction, id: number, ifMatch: number | null): Promise<Task> {
  const {task, series} = await lockTask(tx, id)
  if (!task.completed_at && !task.skipped_at) return task
  await refuseOtherVersion(tx, task, ifMatch)
  const now = await databaseNow(tx)
  const change = new Change()
  const successor = await tx.findOne(
    TaskEntity,
    {predecessor_id: id, retracted_at: null},
    {lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true},
  )
  if (successor) {
    await retract(tx, change, successor, now)
    if (series?.count_left != null) series.count_left++
  }
  if (series && task.skipped_at) {
    const occurrenceAt = task.occurrence_at!.getTime()
    series.excluded_at = series.excluded_at.filter((at) => new Date(at).getTime() !== occurrenceAt)
  }
  task.completed_at = null
  task.skipped_at = null
  task.updated_at = now
  task.version++
  if (series) {
    const occurrenceAt = task.occurrence_at!.getTime()
    const next = series.deleted_at ? null : nextOccurrence(seriesRule(series), occurrenceAt, occurrenceAt)
    task.next_occurrence = next === null ? null : new Date(next)
  }
  change.add('task.reopened', task, {
    task_version: task.version,
    ...placeInSeries(task),
    retracted_task_id: successor?.id ?? null,
  })
  await restoreReminders(tx, change, task, now)
  await mirrorReminders(tx, task)
  await tx.flush()
  await change.publish(tx)
  return task
}

async function retract(tx: Transaction, change: Change, successor: Task, now: Date): Promise<void> {
  const touched = successor.version > 1 || successor.completed_at || successor.skipped_at || successor.deleted_at
  if (touched) {
    const what = successor.completed_at
      ? 'was done'
      : successor.skipped_at
        ? 'was skipped'
        : successor.deleted_at
          ? 'was deleted'
          : 'was changed'
    throw new DomainError(
      'conflict',
      'successor_touched',
      `The next occurrence, task ${successor.id}, ${what} already.`,
      {
        hint: `Leave this one as it is, or undo what happened to task ${successor.id} first.`,
      },
    )
  }
  successor.retracted_at = now
  successor.version++
  successor.updated_at = now
  // Before its predecessor is open again: there is one open task per series.
  await tx.flush()
  change.add('task.deleted', successor, {
    task_version: successor.version,
    ...placeInSeries(successor),
    deleted_at: now.toISOString(),
  })
  await cancelReminders(tx, change, successor)
  await mirrorReminders(tx, successor)
}
