import type {Transaction} from '../database.ts'
import {post, query, toDate} from '../query.ts'
import {prepared} from '../session.ts'

export interface KeyedRequest {
  readonly userId: string
  readonly key: string
  readonly route: string
  /** SHA-256 of the body, hex. */
  readonly bodyHash: string
}

export interface StoredAnswer {
  readonly route: string
  readonly bodyHash: string
  readonly status: number
  readonly response: unknown
}

/** A key that is taken for this transaction, by the database's clock in whole seconds; or what it stands for already. */
export type TakenKey = {readonly takenAt: Date} | {readonly stored: StoredAnswer}

const TAKE = prepared(`
  with taken as (
    insert into todo.idempotency_keys (user_id, key, route, body_hash) values ($1, $2, $3, $4)
    on conflict do nothing returning 1
  )
  select date_trunc('second', clock_timestamp()) as now from taken`)

/**
 * Takes the key for this transaction if it is new. A second request with the key waits here until the first has committed,
 * and gets its answer.
 */
export async function takeKey(tx: Transaction, request: KeyedRequest): Promise<TakenKey> {
  const [taken] = await query<{now: string}>(tx, TAKE, [request.userId, request.key, request.route, request.bodyHash])
  if (taken) return {takenAt: toDate(taken.now)}
  const rows = await query<{route: string; body_hash: string; status: number; response: unknown}>(
    tx,
    'select route, body_hash, status, response from todo.idempotency_keys where user_id = $1 and key = $2',
    [request.userId, request.key],
  )
  const found = rows[0]!
  return {
    stored: {route: found.route, bodyHash: found.body_hash, status: found.status, response: found.response},
  }
}

const STORE = prepared(
  'update todo.idempotency_keys set status = $3, response = $4::json where user_id = $1 and key = $2',
)

/** `response` as JSON. */
export const storeAnswer = (tx: Transaction, request: KeyedRequest, status: number, response: string): void =>
  post(tx, STORE, [request.userId, request.key, status, response])
