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

/**
 * Locks a task for a change: first its series, then itself, the order that everything keeps. Deleted and retracted ones
 * are not found.
 */
export async function lockTask(tx: Transaction, id: number): Promise<LockedTask> {
  for (;;) {
    const [found] = await query<{series_id: string | null}>(tx, 'select series_id from todo.tasks where id = $1', [id])
    if (!found) throw taskNotFound(id)
    const series =
      found.series_id === null
        ? null
        : await tx.findOneOrFail(
            SeriesEntity,
            {id: Number(found.series_id)},
            {lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true},
          )
    // An edit can have moved it to another series between the look and the lock. Then it is not locked here, since its
    // other series comes first: two who hold one of them each would wait for each other.
    const task = await tx.findOne(
      TaskEntity,
      {id, series_id: series?.id ?? null},
      {lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true},
    )
    if (!task) continue
    if (task.deleted_at || task.retracted_at) throw taskNotFound(id)
    return {task, series}
  }
}
