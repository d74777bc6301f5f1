import {LockMode} from '@mikro-orm/core'
import {taskNotFound} from '../../domain/errors.ts'
import type {Transaction} from '../database.ts'
import {type Series, SeriesEntity} from '../entities/series.ts'
import {type Task, TaskEntity} from '../entities/task.ts'
import {query} from '../query.ts'

export interface LockedTask {
  readonly task: Task
  /** The series it belongs to, whatever became of it; null for a single task. */
  readonly series: Series | null
}

/** Locks a task for a change: first its series, then itself, the order that everything keeps. Deleted and retracted ones are not found. */
export async function lockTask(tx: Transaction, id: number): Promise<LockedTask> {
  const rows = await query<{series_id: string | null}>(tx, 'select series_id from todo.tasks where id = $1', [id])
  const found = rows[0]
  if (!found) throw taskNotFound(id)
  const series =
    found.series_id === null
      ? null
      : await tx.findOneOrFail(
          SeriesEntity,
          {id: Number(found.series_id)},
          {lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true},
        )
  const task = await tx.findOne(TaskEntity, {id}, {lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true})
  if (!task || task.deleted_at || task.retracted_at) throw taskNotFound(id)
  // The series can have changed between the look and the lock, when an edit moved the open occurrence to a new one.
  if (task.series_id !== (series?.id ?? null)) return lockTask(tx, id)
  return {task, series}
}
