import type {Task} from '../../database/entities/task.ts'
import type {LockedRows} from '../../database/statements/lock-rows.ts'
import type {RowImage, UndoEntry} from '../../database/statements/undo-log.ts'
import {DomainError} from '../../domain/errors.ts'
import {type Change, placeInSeries} from '../change.ts'
import {retractSuccessor, retractTask} from '../retract-task.ts'
import {imageOf, putBack} from '../row-image.ts'
import {addUpdated, visible} from '../updated-event.ts'
import {putRemindersBack} from './restore-reminders.ts'

export interface Undone {
  /** As they are again. */
  readonly tasks: readonly Task[]
  readonly removed: readonly number[]
}

const isClosed = (task: Task): boolean => Boolean(task.completed_at ?? task.skipped_at)
const opens = (task: Task, image: RowImage): boolean =>
  isClosed(task) &&
  (image['completed_at'] ?? null) === null &&
  (image['skipped_at'] ?? null) === null &&
  ('completed_at' in image || 'skipped_at' in image)

/**
 * Takes one change back: its fields get their old values on top of the rows as they are now, what it had made goes, and
 * events tell of it. All its rows are locked, and no later change of them stands.
 */
export async function applyUndo(change: Change, entry: UndoEntry, rows: LockedRows, now: Date): Promise<Undone> {
  const {tx} = change
  const {before} = entry
  const tasks = Object.keys(before.tasks).map((id) => rows.tasks.get(Number(id))!)
  const gone = tasks.find((task) => task.retracted_at)
  if (gone) throw occurrenceGone(gone)
  const removed: number[] = []
  // Whatever goes, goes before something else is open again: there is one open task per series.
  for (const id of before.made.tasks) {
    const task = rows.tasks.get(id)!
    if (task.retracted_at) continue
    await retractTask(change, task, now)
    removed.push(id)
  }
  await tx.flush()
  const retracted = new Map<Task, Task>()
  for (const task of tasks.filter((row) => opens(row, before.tasks[row.id]!))) {
    const successor = await retractSuccessor(change, task, now)
    if (successor) retracted.set(task, successor)
  }
  removed.push(...[...retracted.values()].map(({id}) => id))
  putSeriesBack(entry, rows, now)
  await tx.flush()
  for (const task of tasks) putTaskBack(change, entry, rows, {task, retracted: retracted.get(task) ?? null, now})
  await tx.flush()
  await putRemindersBack(change, before, tasks, now)
  await tx.flush()
  return {tasks, removed}
}

function putSeriesBack({before}: UndoEntry, {series}: LockedRows, now: Date): void {
  for (const [id, image] of Object.entries(before.series)) {
    const row = series.get(Number(id))!
    putBack(row, image)
    row.version++
    row.updated_at = now
  }
  for (const id of before.made.series) {
    const row = series.get(id)!
    row.deleted_at ??= now
    row.version++
    row.updated_at = now
  }
}

function putTaskBack(
  change: Change,
  entry: UndoEntry,
  {series}: LockedRows,
  {task, retracted, now}: {task: Task; retracted: Task | null; now: Date},
): void {
  const image = entry.before.tasks[task.id]!
  const present = imageOf(task, Object.keys(image) as (keyof Task & string)[])
  const wasClosed = isClosed(task)
  putBack(task, image)
  const fields = visible(present)
  const changedState = wasClosed !== isClosed(task)
  // Its reminders alone: they do not raise the version, unless an edit of the task was what changed them.
  if (!changedState && fields.length === 0 && entry.change !== 'update') return
  task.version++
  task.updated_at = now
  change.foresee(task, task.series_id == null ? null : (series.get(task.series_id) ?? null))
  const place = {task_version: task.version, ...placeInSeries(task)}
  if (!changedState) addUpdated(change, task, present, fields.length === 0 ? ['reminders'] : [])
  else if (wasClosed) change.add('task.reopened', task, {...place, retracted_task_id: retracted?.id ?? null})
  else if (task.completed_at)
    change.add('task.completed', task, {...place, completed_at: task.completed_at.toISOString()})
  else change.add('task.skipped', task, {...place, skipped_at: task.skipped_at!.toISOString()})
}

const occurrenceGone = (task: Task): DomainError =>
  new DomainError('conflict', 'changed_since', `Task ${task.id} has disappeared with the completion before it.`, {
    hint: 'Nothing is left of it to undo.',
  })
