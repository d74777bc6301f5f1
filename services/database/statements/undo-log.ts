import type {Transaction} from '../database.ts'
import {post, query, toDate, toNumber} from '../query.ts'
import {prepared} from '../session.ts'
import type {ReminderImage} from './reminder-images.ts'

/** Fields of a row by their names, with the values that they had; instants as ISO 8601. */
export type RowImage = Readonly<Record<string, unknown>>

/** What it takes to undo a change: of each row the fields that it changed as they were, and the rows that it made. */
export interface UndoImage {
  readonly tasks: Readonly<Record<string, RowImage>>
  readonly series: Readonly<Record<string, RowImage>>
  readonly reminders: readonly ReminderImage[]
  readonly made: {
    readonly tasks: readonly number[]
    readonly series: readonly number[]
    readonly reminders: readonly number[]
  }
}

export interface NewUndoEntry {
  readonly userId: string
  readonly change: string
  readonly batchId: string | null
  readonly taskIds: readonly number[]
  readonly seriesIds: readonly number[]
  readonly before: UndoImage
}

export interface UndoEntry extends NewUndoEntry {
  readonly id: number
  readonly madeAt: Date
}

const INSERT = prepared(
  'insert into todo.undo_log (user_id, change, batch_id, task_ids, series_ids, before) values ($1, $2, $3, $4, $5, $6::jsonb)',
)

/** The rows of the change are locked, so that the ids of two changes of one task have the order of the changes. */
export const insertUndoEntry = (tx: Transaction, entry: NewUndoEntry): void =>
  post(tx, INSERT, [
    entry.userId,
    entry.change,
    entry.batchId,
    entry.taskIds,
    entry.seriesIds,
    JSON.stringify(entry.before),
  ])

interface Row {
  readonly id: string
  readonly user_id: string
  readonly change: string
  readonly batch_id: string | null
  readonly task_ids: string[]
  readonly series_ids: string[]
  readonly before: UndoImage
  readonly created_at: string
}

const fromRow = (row: Row): UndoEntry => ({
  id: toNumber(row.id),
  userId: row.user_id,
  change: row.change,
  batchId: row.batch_id,
  taskIds: row.task_ids.map(Number),
  seriesIds: row.series_ids.map(Number),
  before: row.before,
  madeAt: toDate(row.created_at),
})

const RECENT = `created_at > clock_timestamp() - interval '24 hours'`

/** The newest change that is not undone yet, or the one with this id, undone or not; null when there is none. */
export async function findUndoEntry(
  tx: Transaction,
  id: number | null,
): Promise<{id: number; batchId: string | null; undone: boolean} | null> {
  const [found] = await query<{id: string; batch_id: string | null; undone: boolean}>(
    tx,
    `select id, batch_id, undone_at is not null as undone from todo.undo_log
     where ${RECENT} and ${id === null ? 'undone_at is null' : 'id = $1'} order by id desc limit 1`,
    id === null ? [] : [id],
  )
  return found ? {id: toNumber(found.id), batchId: found.batch_id, undone: found.undone} : null
}

/** The change, or all changes of its batch, newest first, locked; none when somebody else has undone them meanwhile. */
export async function lockUndoEntries(
  tx: Transaction,
  {id, batchId}: {id: number; batchId: string | null},
): Promise<UndoEntry[]> {
  const rows = await query<Row>(
    tx,
    `select id, user_id, change, batch_id, task_ids, series_ids, before, created_at from todo.undo_log
     where undone_at is null and ${batchId === null ? 'id = $1' : 'batch_id = $1'} order by id for update`,
    [batchId ?? id],
  )
  return rows.map(fromRow).toReversed()
}

export async function markUndone(tx: Transaction, ids: readonly number[]): Promise<void> {
  await query(tx, 'update todo.undo_log set undone_at = clock_timestamp() where id = any ($1::bigint[])', [ids])
}

/** The newest change of the same tasks or series that came after one of these and stands; null when there is none. */
export async function laterChange(
  tx: Transaction,
  ids: readonly number[],
): Promise<{id: number; change: string; taskIds: number[]} | null> {
  const [found] = await query<{id: string; change: string; task_ids: string[]}>(
    tx,
    `select l.id, l.change, l.task_ids from todo.undo_log l
     where l.undone_at is null and l.id <> all ($1::bigint[]) and exists (
       select 1 from todo.undo_log e where e.id = any ($1::bigint[]) and l.id > e.id
         and (l.task_ids && e.task_ids or l.series_ids && e.series_ids))
     order by l.id desc limit 1`,
    [ids],
  )
  return found ? {id: toNumber(found.id), change: found.change, taskIds: found.task_ids.map(Number)} : null
}

/** The last changes that stand, newest first: `limit` of them, changes of one batch counted as one. */
export async function listUndoEntries(
  tx: Transaction,
  limit: number,
  taskId: number | null,
): Promise<Pick<UndoEntry, 'id' | 'change' | 'batchId' | 'taskIds' | 'madeAt'>[]> {
  const rows = await query<Omit<Row, 'before' | 'user_id' | 'series_ids'>>(
    tx,
    `with stands as (
       select id, change, batch_id, task_ids, created_at, coalesce(batch_id::text, id::text) as request
       from todo.undo_log where undone_at is null and ${RECENT}
     ), latest as (
       select request from stands group by request having $2::bigint is null or bool_or($2 = any (task_ids))
       order by max(id) desc limit $1
     )
     select id, change, batch_id, task_ids, created_at from stands where request in (select request from latest) order by id desc`,
    [limit, taskId],
  )
  return rows.map((row) => ({
    id: toNumber(row.id),
    change: row.change,
    batchId: row.batch_id,
    taskIds: row.task_ids.map(Number),
    madeAt: toDate(row.created_at),
  }))
}
