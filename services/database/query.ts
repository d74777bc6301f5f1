import {CompiledQuery, type Kysely} from 'kysely'
import type {Transaction} from './database.ts'

/**
 * Runs one statement inside of the transaction with bound parameters ($1 …; MikroORM's own execute() writes the values
 * into the text). Rows come as the driver gives them: bigint and timestamptz as text; see `toNumber` and `toDate`.
 */
export async function query<Row extends object>(
  tx: Transaction,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const connection = tx.getTransactionContext<Kysely<unknown>>()
  if (!connection) throw new Error('query() needs an open transaction')
  try {
    const {rows} = await connection.executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]))
    return rows
  } catch (error) {
    throw tx
      .getPlatform()
      .getExceptionConverter()
      .convertException(error as Error)
  }
}

/** A bigint of the database; todo5's ids stay below 2^53. */
export const toNumber = (value: string): number => Number(value)

/** A timestamptz as the driver gives it, such as `2026-12-01 09:00:00+00`. */
export const toDate = (value: string): Date => new Date(value)
export const toDateOrNull = (value: string | null): Date | null => (value === null ? null : new Date(value))
