import {LockMode} from '@mikro-orm/core'
import type {Transaction} from '../database.ts'
import {type Series, SeriesEntity} from '../entities/series.ts'
import {type Task, TaskEntity} from '../entities/task.ts'
import {query, toNumber} from '../query.ts'
import {seriesChain} from './series-chain.ts'

type SeriesById = ReadonlyMap<number, Series>

export interface LockedRows {
  readonly tasks: ReadonlyMap<number, Task>
  readonly series: SeriesById
}

/** How rows are locked: in the order of their ids, and as they are now. */
export const LOCKED = {lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: {id: 'asc'}, refresh: true} as const

/** Locks these series and those of the tasks in the order of their ids, then the tasks; what does not exist is left out. */
export async function lockRows(
  tx: Transaction,
  taskIds: readonly number[],
  seriesIds: readonly number[],
): Promise<LockedRows> {
  const wanted = new Set(seriesIds)
  for (;;) {
    const places = await placesOf(tx, taskIds)
    for (const id of places) if (id !== null) wanted.add(id)
    const series = await tx.find(SeriesEntity, {id: {$in: [...wanted]}}, LOCKED)
    // A task that has moved to another series since the look is not locked before that series: see lockTask.
    const tasks = await tx.find(
      TaskEntity,
      {id: {$in: [...taskIds]}, $or: [{series_id: null}, {series_id: {$in: [...wanted]}}]},
      LOCKED,
    )
    if (tasks.length === places.length) return {tasks: byId(tasks), series: byId(series)}
  }
}

/** Locks the series of these tasks with those that continue them and that they continue, in the order of their ids. */
export async function lockChains(tx: Transaction, taskIds: readonly number[]): Promise<SeriesById> {
  let wanted = await chainsOf(tx, taskIds)
  for (;;) {
    const series = byId(await tx.find(SeriesEntity, {id: {$in: wanted}}, LOCKED))
    // An edit can have continued a series before it was locked.
    wanted = await chainsOf(tx, taskIds)
    if (wanted.every((id) => series.has(id))) return series
  }
}

async function chainsOf(tx: Transaction, taskIds: readonly number[]): Promise<number[]> {
  const ids = new Set<number>()
  for (const series of await placesOf(tx, taskIds)) {
    if (series === null || ids.has(series)) continue
    for (const id of (await seriesChain(tx, series)).ids) ids.add(id)
  }
  return [...ids]
}

/** The series of each task that there is. */
async function placesOf(tx: Transaction, taskIds: readonly number[]): Promise<(number | null)[]> {
  if (taskIds.length === 0) return []
  const rows = await query<{series_id: string | null}>(
    tx,
    'select series_id from todo.tasks where id = any ($1::bigint[])',
    [taskIds],
  )
  return rows.map((row) => (row.series_id === null ? null : toNumber(row.series_id)))
}

const byId = <T extends {readonly id: number}>(rows: readonly T[]): Map<number, T> =>
  new Map(rows.map((row) => [row.id, row]))
