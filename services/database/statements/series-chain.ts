import type {Transaction} from '../database.ts'
import {query, toNumber} from '../query.ts'

/**
 * The ids of a series, of those that continue it and of those that it continues. Backwards by the oldest row of each, whose
 * predecessor belongs to the one before: no index leads from a series to the one that it continues. Not by the first date:
 * what counts from an early completion can lie before the row that moved over.
 */
export async function seriesChain(tx: Transaction, seriesId: number): Promise<{ids: number[]; newest: number}> {
  const rows = await query<{id: string; continued_by: string | null; ahead: boolean}>(
    tx,
    `with recursive forward as (
       select id, continued_by from todo.series where id = $1
       union
       select s.id, s.continued_by from forward f join todo.series s on s.id = f.continued_by
     ), backward as (
       select $1::bigint as id
       union
       select p.series_id from backward b
         cross join lateral (
           select t.predecessor_id from todo.tasks t where t.series_id = b.id and t.retracted_at is null
           order by t.id limit 1
         ) first
         join todo.tasks p on p.id = first.predecessor_id
       where p.series_id is not null
     )
     select id, continued_by, true as ahead from forward
     union all select id, null, false from backward where id <> $1`,
    [seriesId],
  )
  const newest = rows.find((row) => row.ahead && row.continued_by === null)
  return {ids: rows.map((row) => toNumber(row.id)), newest: newest ? toNumber(newest.id) : seriesId}
}
