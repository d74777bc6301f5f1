import type {Scope} from '../../contracts/scope.ts'
import type {Task} from '../../database/entities/task.ts'
import {ensureSuccessor} from '../../database/ensure-successor.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {invalidRequest} from '../../domain/errors.ts'
import {currentTraceparent} from '../../runtime/tracing.ts'
import {type Change, placeInSeries} from '../change.ts'
import {refuseOtherVersion} from '../if-match.ts'
import {findOpenOccurrence, isOpen, lockReach, occurrences} from '../series-reach.ts'
import {skipOccurrence} from '../skip-occurrence.ts'
import {cancelReminders, mirrorReminders} from '../task-reminders.ts'

export interface DeleteOptions {
  readonly scope?: Scope | undefined
  readonly ifMatch: number | null
}

/**
 * Deletes a task. Of a live series the scope has to be said: `this` skips the occurrence, and the next one follows;
 * `following` ends the series, what is done stays in the history; `all` deletes that too. Of a closed occurrence `this`
 * is the row in the history, and `following` also all that came after it.
 */
export async function deleteTask(change: Change, id: number, {scope, ifMatch}: DeleteOptions): Promise<Task> {
  if (scope === 'following' || scope === 'all') return deleteSeries(change, id, {scope, ifMatch})
  const {tx} = change
  const {task, series} = await change.lock(id)
  await refuseOtherVersion(tx, task, ifMatch)
  if (series && !series.deleted_at && isOpen(task)) {
    if (scope === undefined) throw scopeRequired()
    await skipOccurrence(change, task, series, await databaseNow(tx))
    return task
  }
  // The successor of a closed occurrence may still be on its way; without its predecessor nobody would make it.
  if (!isOpen(task) && series) {
    await ensureSuccessor(tx, [{id, userId: task.user_id}], {
      traceparent: currentTraceparent(),
      onCalculationError: change.calculationFailed,
    })
  }
  await deleteRow(change, task, await databaseNow(tx))
  return task
}

async function deleteSeries(
  change: Change,
  id: number,
  {scope, ifMatch}: {scope: 'following' | 'all'; ifMatch: number | null},
): Promise<Task> {
  const reach = await lockReach(change, id)
  const {task, tip} = reach
  await refuseOtherVersion(change.tx, task, ifMatch)
  // What is still on its way is made first, so that it goes with the rest, and comes back with an undo.
  if (tip) await findOpenOccurrence(change, reach)
  const rows = tip ? await occurrences(change, reach, scope === 'all' ? 'start' : 'task') : [task]
  const now = await databaseNow(change.tx)
  if (tip && !tip.deleted_at) {
    tip.deleted_at = now
    tip.version++
    tip.updated_at = now
  }
  for (const row of rows) await deleteRow(change, row, now)
  return task
}

async function deleteRow(change: Change, task: Task, now: Date): Promise<void> {
  const wasOpen = isOpen(task)
  task.deleted_at = now
  task.next_occurrence = null
  task.updated_at = now
  task.version++
  change.add('task.deleted', task, {
    task_version: task.version,
    ...placeInSeries(task),
    deleted_at: now.toISOString(),
  })
  // A closed one has none left.
  if (!wasOpen) return
  await cancelReminders(change, task)
  await mirrorReminders(change.tx, task)
}

const scopeRequired = () =>
  invalidRequest([
    {
      field: 'scope',
      code: 'scope_required',
      message: 'This task repeats: say what to delete.',
      hint: 'scope=this skips this occurrence, scope=following ends the series, scope=all deletes what is done too.',
    },
  ])
