import type {Transaction} from '../../database/database.ts'
import {type Task, TaskEntity} from '../../database/entities/task.ts'
import {seriesRule} from '../../database/series-rule.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {lockTask} from '../../database/statements/lock-task.ts'
import {DomainError} from '../../domain/errors.ts'
import {nextOccurrence} from '../../domain/tasks/next-occurrence.ts'
import {Change, placeInSeries} from '../change.ts'
import {refuseOtherVersion} from '../if-match.ts'
import {cancelReminders, mirrorReminders} from '../task-reminders.ts'

/** Completes a task. Completing it again changes nothing and publishes nothing. */
export async function completeTask(tx: Transaction, id: number, ifMatch: number | null): Promise<Task> {
  const {task, series} = await lockTask(tx, id)
  if (task.completed_at) return task
  if (task.skipped_at) {
    throw new DomainError('conflict', 'task_skipped', `Task ${id} was skipped.`, {hint: 'Reopen it first.'})
  }
  await refuseOtherVersion(tx, task, ifMatch)
  const now = await databaseNow(tx)
  const change = new Change()
  task.completed_at = now
  task.updated_at = now
  task.version++
  if (series) {
    // The truth from now on: late or early completion can change what follows, and the sweep looks at it.
    const next = series.deleted_at
      ? null
      : nextOccurrence(seriesRule(series), task.occurrence_at!.getTime(), now.getTime())
    task.next_occurrence = next === null ? null : new Date(next)
  }
  change.add('task.completed', task, {
    task_version: task.version,
    ...placeInSeries(task),
    completed_at: now.toISOString(),
  })
  await cancelReminders(tx, change, task)
  await mirrorReminders(tx, task)
  await tx.flush()
  await change.publish(tx)
  return task
}

/** What followed a task, when it is there already. */
export async function findSuccessor(tx: Transaction, id: number): Promise<Task | null> {
  return tx.findOne(TaskEntity, {predecessor_id: id, retracted_at: null}, {refresh: true})
}
