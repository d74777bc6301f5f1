import {LockMode} from '@mikro-orm/core'
import type {Transaction} from '../database.ts'
import {type Series, SeriesEntity} from '../entities/series.ts'
import {type Task, TaskEntity} from '../entities/task.ts'
import {query, toNumber} from '../query.ts'
import {seriesChain} from './series-chain.ts'

export interface LockedRows {
  readonly tasks: ReadonlyMap<number, Task>
  readonly series: ReadonlyMap<number, Series>
}

const LOCKED = {lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: {id: 'asc'}, refresh: true} as const

/** Locks these series and those of the tasks in the order of their ids, then the tasks; what does not exist is left out. */
export async function lockRows(
  tx: Transaction,
  taskIds: readonly number[],
  seriesIds: readonly number[],
): Promise<LockedRows> {
  const wanted = new Set(seriesIds)
  for (;;) {
    const found = await placesOf(tx, taskIds)
    for (const {series} of found) if (series !== null) wanted.add(series)
    const series = await tx.find(SeriesEntity, {id: {$in: [...wanted]}}, LOCKED)
    // A task that has moved to another series since the look is not locked before that series: see lockTask.
    const tasks = await tx.find(
      TaskEntity,
      {id: {$in: [...taskIds]}, $or: [{series_id: null}, {series_id: {$in: [...wanted]}}]},
      LOCKED,
    )
    if (tasks.length === found.length)
      return {
        tasks: new Map(tasks.map((row) => [row.id, row])),
        series: new Map(series.map((row) => [row.id, row])),
      }
  }
}

/** Locks the whole chains of series of these tasks, and then the tasks. */
export async function lockChains(tx: Transaction, taskIds: readonly number[]): Promise<LockedRows> {
  for (let known: readonly number[] = []; ;) {
    const rows = await lockRows(tx, known.length === 0 ? [] : taskIds, known)
    const chains = await chainsOf(tx, taskIds)
    if (chains.length === 0) return lockRows(tx, taskIds, [])
    // An edit can have continued a series before it was locked.
    if (chains.every((id) => rows.series.has(id))) return rows
    known = chains
  }
}

async function chainsOf(tx: Transaction, taskIds: readonly number[]): Promise<number[]> {
  const ids = new Set<number>()
  for (const {series} of await placesOf(tx, taskIds)) {
    if (series === null || ids.has(series)) continue
    for (const id of (await seriesChain(tx, series)).ids) ids.add(id)
  }
  return [...ids]
}

async function placesOf(tx: Transaction, taskIds: readonly number[]): Promise<{series: number | null}[]> {
  if (taskIds.length === 0) return []
  const rows = await query<{series_id: string | null}>(
    tx,
    'select series_id from todo.tasks where id = any ($1::bigint[])',
    [taskIds],
  )
  return rows.map((row) => ({series: row.series_id === null ? null : toNumber(row.series_id)}))
}
