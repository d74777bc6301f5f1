import {LockMode} from '@mikro-orm/core'
import {taskNotFound} from '../../domain/errors.ts'
import type {Transaction} from '../database.ts'
import {type Series, SeriesEntity} from '../entities/series.ts'
import {type Task, TaskEntity} from '../entities/task.ts'
import {query, toDate} from '../query.ts'
import {prepared} from '../session.ts'
import {type HeldReminder, holdReminders} from './hold-reminders.ts'
import {TASK_COLUMNS, type TaskRow, taskOf} from './task-rows.ts'

export interface LockedTask {
  readonly task: Task
  /** The series it belongs to, whatever became of it; null for a single task. */
  readonly series: Series | null
  /** When it was ours, by the database's clock in whole seconds. */
  readonly lockedAt: Date
}

const FIND = prepared('select series_id from todo.tasks where id = $1')

// The clock is asked outside: inside it would be read before the wait for the lock.
const LOCK = prepared(`
  with locked as materialized (
    select ${TASK_COLUMNS} from todo.tasks t where t.id = $1 and t.series_id is not distinct from $2 for update
  )
  select locked.*, date_trunc('second', clock_timestamp()) as locked_at from locked`)

/**
 * Locks a task for a change: first its series, then itself, the order that everything keeps. Deleted and retracted ones
 * are not found.
 */
export async function lockTask(tx: Transaction, id: number): Promise<LockedTask> {
  const {task, ...rest} = await readLocked(tx, id)
  return {task: tx.merge(TaskEntity, task, {refresh: true}), ...rest}
}

/** The same with a task that MikroORM knows nothing of: its changes have to be written by a statement. */
const readLocked = async (tx: Transaction, id: number): Promise<LockedTask> => lockAnd(tx, id, async () => undefined)

export interface LockedWithReminders extends LockedTask {
  /** By time. None that waits can be claimed, or end, before this transaction does. */
  readonly held: readonly HeldReminder[]
}

/** The same with all reminders that it has or had; for a task without a series all in one packet. */
export async function lockWithReminders(tx: Transaction, id: number): Promise<LockedWithReminders> {
  const {also: held, ...locked} = await lockAnd(tx, id, async (seriesId) => holdReminders(tx, id, seriesId))
  return {...locked, held}
}

/** `also` is asked in the packet of the task's lock, after it; what it answered when there was no such task is dropped. */
async function lockAnd<Also>(
  tx: Transaction,
  id: number,
  ask: (seriesId: number | null) => Promise<Also>,
): Promise<LockedTask & {readonly also: Also}> {
  const lockBoth = async (seriesId: number | null) => {
    const [locked, also] = await Promise.all([lock(tx, id, seriesId), ask(seriesId)])
    return locked && {...locked, also}
  }
  for (;;) {
    // Most tasks belong to no series: those are locked in the same packet.
    const [[found], alone] = await Promise.all([query<{series_id: string | null}>(tx, FIND, [id]), lockBoth(null)])
    if (!found) throw taskNotFound(id)
    const series =
      found.series_id === null
        ? null
        : await tx.findOne(
            SeriesEntity,
            {id: Number(found.series_id)},
            {lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true},
          )
    // Undone meanwhile, and with it the repeating: the task is in no series any more, or is gone.
    if (found.series_id !== null && !series) continue
    // An edit can have moved it to another series between the look and the lock. Then it is not locked here, since its
    // other series comes first: two who hold one of them each would wait for each other.
    const locked = series ? await lockBoth(series.id) : alone
    if (!locked) continue
    if (locked.task.deleted_at || locked.task.retracted_at) throw taskNotFound(id)
    return {...locked, series}
  }
}

async function lock(tx: Transaction, id: number, seriesId: number | null) {
  const [row] = await query<TaskRow & {locked_at: string}>(tx, LOCK, [id, seriesId])
  if (!row) return null
  return {task: taskOf(row), lockedAt: toDate(row.locked_at)}
}
