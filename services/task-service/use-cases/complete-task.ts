import type {Transaction} from '../../database/database.ts'
import {type Task, TaskEntity} from '../../database/entities/task.ts'
import {type TaskReminder, type TaskWithReminders, readReminders} from '../../database/statements/task-rows.ts'
import {writeCompletion} from '../../database/statements/write-completion.ts'
import {DomainError} from '../../domain/errors.ts'
import {type Change, placeInSeries} from '../change.ts'
import {refuseOtherVersion} from '../if-match.ts'
import {cancelReminders, mirrorReminders} from '../task-reminders.ts'

/** Completes a task. Completing it again changes nothing and publishes nothing. */
export async function completeTask(change: Change, id: number, ifMatch: number | null): Promise<TaskWithReminders> {
  const {tx} = change
  const {task, series, lockedAt: now} = await change.lockToWrite(id, writeCompletion)
  if (task.completed_at) return {task, reminders: await remindersOf(tx, task)}
  if (task.skipped_at) {
    throw new DomainError('conflict', 'task_skipped', `Task ${id} was skipped.`, {hint: 'Reopen it first.'})
  }
  await refuseOtherVersion(tx, task, ifMatch)
  task.completed_at = now
  task.updated_at = now
  task.version++
  change.foresee(task, series)
  change.add('task.completed', task, {
    task_version: task.version,
    ...placeInSeries(task),
    completed_at: now.toISOString(),
  })
  // One after the other in the database, in one packet.
  const [, , reminders] = await Promise.all([
    cancelReminders(change, task),
    mirrorReminders(tx, task),
    remindersOf(tx, task),
  ])
  return {task, reminders}
}

async function remindersOf(tx: Transaction, {id}: Task): Promise<readonly TaskReminder[]> {
  return (await readReminders(tx, [id])).get(id) ?? []
}

/** What followed a task, when it is there already. */
export async function findSuccessor(tx: Transaction, id: number): Promise<Task | null> {
  return tx.findOne(TaskEntity, {predecessor_id: id, retracted_at: null}, {refresh: true})
}
