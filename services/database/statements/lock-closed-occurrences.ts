import {LockMode} from '@mikro-orm/core'
import type {Transaction} from '../database.ts'
import {type Series, SeriesEntity} from '../entities/series.ts'
import {type Task, TaskEntity} from '../entities/task.ts'
import {query, toNumber} from '../query.ts'

export interface ClosedOccurrence {
  readonly task: Task
  /** The series that goes on: the task's own, or the one that continues it. */
  readonly series: Series
}

/**
 * Of the given tasks those that may need a successor, with their series locked (in id order) and then themselves: closed,
 * not taken back or deleted, in a live series, nothing after them, and nothing else open in the series.
 */
export async function lockClosedOccurrences(
  tx: Transaction,
  tasks: readonly {id: number; userId: string}[],
): Promise<ClosedOccurrence[]> {
  const ids = tasks.map((task) => task.id)
  const series = await lockSeriesOf(tx, tasks)
  if (series.size === 0) return []
  const locked = await tx.find(
    TaskEntity,
    {id: {$in: ids}, series_id: {$in: [...series.keys()]}},
    {lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: {id: 'asc'}, refresh: true},
  )
  const going = new Map(
    locked.map((task) => [task.id, task.series_id == null ? undefined : goingOn(series, task.series_id)]),
  )
  const taken = await takenSeries(tx, ids, [
    ...new Set([...going.values()].filter((row) => row !== undefined).map((row) => row.id)),
  ])
  const asked = new Set(tasks.map(({id, userId}) => `${id} ${userId}`))
  const occurrences: ClosedOccurrence[] = []
  for (const task of locked) {
    const alive = going.get(task.id)
    if (!alive || alive.deleted_at || !asked.has(`${task.id} ${task.user_id}`)) continue
    if (!(task.completed_at ?? task.skipped_at) || task.deleted_at || task.retracted_at) continue
    if (taken.predecessors.has(task.id) || taken.open.has(alive.id)) continue
    occurrences.push({task, series: alive})
    taken.open.add(alive.id)
  }
  return occurrences
}

/** Locks the series of the tasks and all that continue them, in the order of their ids. */
async function lockSeriesOf(
  tx: Transaction,
  tasks: readonly {id: number; userId: string}[],
): Promise<Map<number, Series>> {
  const rows = await query<{id: string}>(
    tx,
    `with recursive wanted as (
       select t.series_id as id from unnest($1::bigint[], $2::uuid[]) as i (id, user_id)
         join todo.tasks t on t.id = i.id and t.user_id = i.user_id where t.series_id is not null
       union
       select s.continued_by from wanted w join todo.series s on s.id = w.id where s.continued_by is not null
     ) select id from wanted`,
    [tasks.map((task) => task.id), tasks.map((task) => task.userId)],
  )
  const found = new Map<number, Series>()
  let wanted = rows.map((row) => toNumber(row.id))
  while (wanted.length > 0) {
    const locked = await tx.find(
      SeriesEntity,
      {id: {$in: wanted}},
      {lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: {id: 'asc'}, refresh: true},
    )
    for (const series of locked) found.set(series.id, series)
    // Only what an edit has continued since the first look; such a series is younger than all of these.
    wanted = locked.flatMap(({continued_by: next}) => (next != null && !found.has(next) ? [next] : []))
  }
  return found
}

function goingOn(series: ReadonlyMap<number, Series>, id: number): Series | undefined {
  let current = series.get(id)
  while (current?.continued_by != null) current = series.get(current.continued_by)
  return current
}

async function takenSeries(
  tx: Transaction,
  ids: readonly number[],
  seriesIds: readonly number[],
): Promise<{predecessors: Set<number>; open: Set<number>}> {
  const rows = await query<{predecessor_id: string | null; series_id: string | null; open: boolean}>(
    tx,
    `select predecessor_id, series_id, false as open from todo.tasks where predecessor_id = any ($1::bigint[]) and retracted_at is null
     union all
     select null, series_id, true from todo.tasks where series_id = any ($2::bigint[])
       and completed_at is null and skipped_at is null and deleted_at is null and retracted_at is null`,
    [ids, seriesIds],
  )
  return {
    predecessors: new Set(rows.filter((row) => !row.open).map((row) => toNumber(row.predecessor_id!))),
    open: new Set(rows.filter((row) => row.open).map((row) => toNumber(row.series_id!))),
  }
}
