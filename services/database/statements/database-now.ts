import type {Transaction} from '../database.ts'
import {query, toDate} from '../query.ts'
import {prepared} from '../session.ts'

const NOW = prepared(`select date_trunc('second', clock_timestamp()) as now`)

/** The database's clock, in whole seconds: every deciding instant is taken from it. */
export async function databaseNow(tx: Transaction): Promise<Date> {
  const rows = await query<{now: string}>(tx, NOW)
  return toDate(rows[0]!.now)
}
