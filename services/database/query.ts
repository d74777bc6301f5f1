import {type Transaction, sessionOf} from './database.ts'
import type {Prepared} from './session.ts'

/**
 * Runs one statement inside of the transaction with bound parameters ($1 …; MikroORM's own execute() writes the values
 * into the text). Rows come as the driver gives them: bigint and timestamptz as text; see `toNumber` and `toDate`.
 */
export async function query<Row extends object>(
  tx: Transaction,
  statement: string | Prepared,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    const {rows} = await sessionOf(tx).run(statement, parameters)
    return rows as Row[]
  } catch (error) {
    throw tx
      .getPlatform()
      .getExceptionConverter()
      .convertException(error as Error)
  }
}

/** Sends a statement without waiting for its answer. When it fails the transaction does, at the latest at its end. */
export const post = (tx: Transaction, statement: string | Prepared, parameters: readonly unknown[] = []): void =>
  sessionOf(tx).post(statement, parameters)

/** A bigint of the database; todo5's ids stay below 2^53. */
export const toNumber = (value: string): number => Number(value)

/** A timestamptz as the driver gives it, such as `2026-12-01 09:00:00+00`. */
export const toDate = (value: string): Date => new Date(value)
export const toDateOrNull = (value: string | null): Date | null => (value === null ? null : new Date(value))
