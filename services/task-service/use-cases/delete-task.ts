import type {Scope} from '../../contracts/scope.ts'
import type {Transaction} from '../../database/database.ts'
import {ensureSuccessor} from '../../database/ensure-successor.ts'
import type {Series} from '../../database/entities/series.ts'
import type {Task} from '../../database/entities/task.ts'
import {seriesRule} from '../../database/series-rule.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {lockTask} from '../../database/statements/lock-task.ts'
import {invalidRequest} from '../../domain/errors.ts'
import {nextOccurrence} from '../../domain/tasks/next-occurrence.ts'
import {currentTraceparent} from '../../runtime/tracing.ts'
import {Change, placeInSeries} from '../change.ts'
import {refuseOtherVersion} from '../if-match.ts'
import {cancelReminders, mirrorReminders} from '../task-reminders.ts'

/**
 * Deletes a task. Of a live series the scope has to be said: `this` skips the occurrence, and the next one follows;
 * `following` ends the series, what is done stays in the history.
 */
export async function deleteTask(
  tx: Transaction,
  id: number,
  scope: Scope | undefined,
  ifMatch: number | null,
): Promise<Task> {
  const {task, series} = await lockTask(tx, id)
  await refuseOtherVersion(tx, task, ifMatch)
  const open = !task.completed_at && !task.skipped_at
  const live = series !== null && !series.deleted_at && open
  if (live && scope === undefined) throw scopeRequired()
  // The successor of a closed occurrence may still be on its way; without its predecessor nobody would make it.
  if (!open && series) await ensureSuccessor(tx, [{id, userId: task.user_id}], {traceparent: currentTraceparent()})
  const now = await databaseNow(tx)
  const change = new Change()
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
  await cancelReminders(tx, change, task)
  await mirrorReminders(tx, task)
  await tx.flush()
  await change.publish(tx)
  return task
}

function skip(change: Change, task: Task, series: Series, now: Date): void {
  task.skipped_at = now
  const next = nextOccurrence(seriesRule(series), task.occurrence_at!.getTime(), now.getTime())
  task.next_occurrence = next === null ? null : new Date(next)
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
