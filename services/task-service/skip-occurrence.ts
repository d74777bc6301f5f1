import type {Series} from '../database/entities/series.ts'
import type {Task} from '../database/entities/task.ts'
import {type Change, placeInSeries} from './change.ts'
import {cancelReminders, mirrorReminders} from './task-reminders.ts'

/** Skips an open occurrence, which is locked with its series: visible from then on, and never made again. */
export async function skipOccurrence(change: Change, task: Task, series: Series, now: Date): Promise<void> {
  task.skipped_at = now
  task.updated_at = now
  task.version++
  change.foresee(task, series)
  series.excluded_at = [...series.excluded_at, task.occurrence_at!.toISOString()]
  series.version++
  series.updated_at = now
  change.add('task.skipped', task, {task_version: task.version, ...placeInSeries(task), skipped_at: now.toISOString()})
  // One after the other in the database, in one packet.
  await Promise.all([cancelReminders(change, task), mirrorReminders(change.tx, task)])
}
