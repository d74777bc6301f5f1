import type {Task} from '../../database/entities/task.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {type Change, placeInSeries} from '../change.ts'
import {refuseOtherVersion} from '../if-match.ts'
import {retractSuccessor} from '../retract-task.ts'
import {mirrorReminders, restoreReminders} from '../task-reminders.ts'

/**
 * Opens a completed or skipped task again. Its successor is taken back when nobody has touched it; a touched one is
 * refused, since there would be two open occurrences.
 */
export async function reopenTask(change: Change, id: number, ifMatch: number | null): Promise<Task> {
  const {tx} = change
  const {task, series} = await change.lock(id)
  if (!task.completed_at && !task.skipped_at) return task
  await refuseOtherVersion(tx, task, ifMatch)
  const now = await databaseNow(tx)
  const retracted = await retractSuccessor(change, task, now)
  if (series && task.skipped_at) {
    const occurrenceAt = task.occurrence_at!.getTime()
    series.excluded_at = series.excluded_at.filter((at) => new Date(at).getTime() !== occurrenceAt)
  }
  task.completed_at = null
  task.skipped_at = null
  task.updated_at = now
  task.version++
  change.foresee(task, series)
  change.add('task.reopened', task, {
    task_version: task.version,
    ...placeInSeries(task),
    retracted_task_id: retracted?.id ?? null,
  })
  await restoreReminders(change, task, now)
  await mirrorReminders(tx, task)
  return task
}
