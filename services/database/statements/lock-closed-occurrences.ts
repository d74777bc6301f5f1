import type {SeriesTemplate} from '../../domain/tasks/series-template.ts'
import type {SeriesRule} from '../../domain/tasks/next-occurrence.ts'
import type {Transaction} from '../database.ts'
import {databaseNow} from './database-now.ts'
import {query, toDate, toDateOrNull, toNumber} from '../query.ts'
import {type SeriesRuleRow, seriesRuleOfRow} from '../series-rule.ts'
import {prepared} from '../session.ts'

interface LockedSeries {
  readonly id: number
  readonly rule: SeriesRule
  readonly template: SeriesTemplate
  readonly continuedBy: number | null
  readonly deleted: boolean
}

export interface ClosedOccurrence {
  readonly taskId: number
  readonly userId: string
  readonly occurrenceAt: Date
  /** When it was completed or skipped. */
  readonly closedAt: Date
  /** The series that goes on: the task's own, or the one that continues it. */
  readonly series: LockedSeries
}

export interface ClosedOccurrences {
  readonly occurrences: readonly ClosedOccurrence[]
  /** The database's clock once all is locked, in whole seconds. */
  readonly now: Date
}

/**
 * Of the given tasks those that may need a successor, with their series locked (in id order) and then themselves: closed,
 * not taken back or deleted, in a live series, nothing after them, and nothing else open in the series. Rows as they are,
 * without entities: whole batches go through here. Null when no task is in a series.
 */
export async function lockClosedOccurrences(
  tx: Transaction,
  tasks: readonly {id: number; userId: string}[],
): Promise<ClosedOccurrences | null> {
  const series = await lockSeriesOf(tx, tasks)
  if (series.size === 0) return null
  // Each sees what the one before has locked.
  const ids = tasks.map(({id}) => id)
  const seriesIds = [...series.keys()]
  const [locked, taken, now] = await Promise.all([
    lockTasks(tx, tasks, seriesIds),
    takenBy(tx, ids, seriesIds),
    databaseNow(tx),
  ])
  const occurrences: ClosedOccurrence[] = []
  for (const {taskId, userId, seriesId, occurrenceAt, closedAt} of locked) {
    const alive = goingOn(series, seriesId)
    if (!alive || alive.deleted || closedAt === null) continue
    if (taken.predecessors.has(taskId) || taken.open.has(alive.id)) continue
    occurrences.push({taskId, userId, occurrenceAt, closedAt, series: alive})
    taken.open.add(alive.id)
  }
  return {occurrences, now}
}

interface SeriesRow extends SeriesRuleRow {
  readonly id: string
  readonly template: SeriesTemplate
  readonly continued_by: string | null
  readonly deleted: boolean
}

const SERIES = `s.id, s.rule, s.start_at, s.end_at, s.anchor, s.catch_up, s.excluded_at::text[] as excluded_at, s.count_left,
  s.template, s.continued_by, s.deleted_at is not null as deleted`

const LOCK_SERIES = prepared(`
  with recursive wanted as (
    select t.series_id as id from unnest($1::bigint[], $2::uuid[]) as i (id, user_id)
      join todo.tasks t on t.id = i.id and t.user_id = i.user_id where t.series_id is not null
    union
    select s.continued_by from wanted w join todo.series s on s.id = w.id where s.continued_by is not null
  ) select ${SERIES} from todo.series s where s.id in (select id from wanted) order by s.id for update`)

/** Locks the series of the tasks and all that continue them, in the order of their ids. */
async function lockSeriesOf(
  tx: Transaction,
  tasks: readonly {id: number; userId: string}[],
): Promise<Map<number, LockedSeries>> {
  const found = new Map<number, LockedSeries>()
  let rows = await query<SeriesRow>(tx, LOCK_SERIES, [tasks.map((task) => task.id), tasks.map((task) => task.userId)])
  for (;;) {
    const locked = rows.map(toSeries)
    for (const series of locked) found.set(series.id, series)
    // Only what an edit has continued since the first look; such a series is younger than all of these.
    const wanted = locked.flatMap(({continuedBy: next}) => (next !== null && !found.has(next) ? [next] : []))
    if (wanted.length === 0) return found
    rows = await query<SeriesRow>(
      tx,
      `select ${SERIES} from todo.series s where s.id = any ($1::bigint[]) order by s.id for update`,
      [wanted],
    )
  }
}

const toSeries = (row: SeriesRow): LockedSeries => ({
  id: toNumber(row.id),
  rule: seriesRuleOfRow(row),
  template: row.template,
  continuedBy: row.continued_by === null ? null : toNumber(row.continued_by),
  deleted: row.deleted,
})

const LOCK_TASKS = prepared(`
  select t.id, t.user_id, t.series_id, t.occurrence_at,
    case when t.deleted_at is null and t.retracted_at is null then coalesce(t.completed_at, t.skipped_at) end as closed_at
  from todo.tasks t where t.id = any ($1::bigint[]) and t.series_id = any ($2::bigint[]) order by t.id for update`)

/** Locks the given tasks, as far as they belong to these series, in the order of their ids. */
async function lockTasks(
  tx: Transaction,
  tasks: readonly {id: number; userId: string}[],
  seriesIds: readonly number[],
) {
  const rows = await query<{
    id: string
    user_id: string
    series_id: string
    occurrence_at: string
    closed_at: string | null
  }>(tx, LOCK_TASKS, [tasks.map(({id}) => id), seriesIds])
  const asked = new Set(tasks.map(({id, userId}) => `${id} ${userId}`))
  return rows
    .filter((row) => asked.has(`${row.id} ${row.user_id}`))
    .map((row) => ({
      taskId: toNumber(row.id),
      userId: row.user_id,
      seriesId: toNumber(row.series_id),
      occurrenceAt: toDate(row.occurrence_at),
      closedAt: toDateOrNull(row.closed_at),
    }))
}

function goingOn(series: ReadonlyMap<number, LockedSeries>, id: number): LockedSeries | undefined {
  let current = series.get(id)
  while (current && current.continuedBy !== null) current = series.get(current.continuedBy)
  return current
}

const TAKEN = prepared(`
  select predecessor_id, null as series_id from todo.tasks where predecessor_id = any ($1::bigint[]) and retracted_at is null
  union all
  select null, series_id from todo.tasks where series_id = any ($2::bigint[])
    and completed_at is null and skipped_at is null and deleted_at is null and retracted_at is null`)

/** Tasks that something follows already, and series in which something is open. */
async function takenBy(
  tx: Transaction,
  ids: readonly number[],
  seriesIds: readonly number[],
): Promise<{predecessors: Set<number>; open: Set<number>}> {
  const rows = await query<{predecessor_id: string | null; series_id: string | null}>(tx, TAKEN, [ids, seriesIds])
  const numbers = (of: (row: (typeof rows)[number]) => string | null): Set<number> =>
    new Set(rows.map(of).flatMap((id) => (id === null ? [] : [toNumber(id)])))
  return {predecessors: numbers((row) => row.predecessor_id), open: numbers((row) => row.series_id)}
}
