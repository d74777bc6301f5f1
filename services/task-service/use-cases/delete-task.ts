import type {Scope} from '../../contracts/scope.ts'
import {ensureSuccessor} from '../../database/ensure-successor.ts'
import type {Series} from '../../database/entities/series.ts'
import type {Task} from '../../database/entities/task.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {invalidRequest} from '../../domain/errors.ts'
import {currentTraceparent} from '../../runtime/tracing.ts'
import {type Change, placeInSeries} from '../change.ts'
import {refuseOtherVersion} from '../if-match.ts'
import {cancelReminders, mirrorReminders} from '../task-reminders.ts'

/**
 * Deletes a task. Of a live series the scope has to be said: `this` skips the occurrence, and the next one follows;
 * `following` ends the series, what is done stays in the history.
 */
export async function deleteTask(
  change: Change,
  id: number,
  scope: Scope | undefined,
  ifMatch: number | null,
): Promise<Task> {
  const {tx} = change
  const {task, series} = await change.lock(id)
  await refuseOtherVersion(tx, task, ifMatch)
  const open = !task.completed_at && !task.skipped_at
  const live = series !== null && !series.deleted_at && open
  if (live && scope === undefined) throw scopeRequired()
  // The successor of a closed occurrence may still be on its way; without its predecessor nobody would make it.
  if (!open && series)
    await ensureSuccessor(tx, [{id, userId: task.user_id}], {
      traceparent: currentTraceparent(),
      onCalculationError: change.calculationFailed,
    })
  const now = await databaseNow(tx)
  task.updated_at = now
  task.version++
  if (live && scope === 'this') {
    skip(change, task, series, now)
  } else {
    if (live) {
      series.deleted_at = now
      series.version++
      series.updated_at = now
    }
    task.deleted_at = now
    task.next_occurrence = null
    change.add('task.deleted', task, {
      task_version: task.version,
      ...placeInSeries(task),
      deleted_at: now.toISOString(),
    })
  }
  await cancelReminders(change, task)
  await mirrorReminders(tx, task)
  return task
}

function skip(change: Change, task: Task, series: Series, now: Date): void {
  task.skipped_at = now
  change.foresee(task, series)
  series.excluded_at = [...series.excluded_at, task.occurrence_at!.toISOString()]
  series.version++
  series.updated_at = now
  change.add('task.skipped', task, {task_version: task.version, ...placeInSeries(task), skipped_at: now.toISOString()})
}

const scopeRequired = () =>
  invalidRequest([
    {
      field: 'scope',
      code: 'scope_required',
      message: 'This task repeats: say what to delete.',
      hint: 'scope=this skips this occurrence, scope=following ends the series.',
    },
  ])
