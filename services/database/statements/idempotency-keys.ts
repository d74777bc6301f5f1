import type {Transaction} from '../database.ts'
import {query} from '../query.ts'

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

/**
 * Takes the key for this transaction; undefined when it is new. A second request with the key waits here until the first
 * has committed, and gets its answer.
 */
export async function takeKey(tx: Transaction, request: KeyedRequest): Promise<StoredAnswer | undefined> {
  const inserted = await query(
    tx,
    'insert into todo.idempotency_keys (user_id, key, route, body_hash) values ($1, $2, $3, $4) on conflict do nothing returning 1',
    [request.userId, request.key, request.route, request.bodyHash],
  )
  if (inserted.length > 0) return undefined
  const rows = await query<{route: string; body_hash: string; status: number; response: unknown}>(
    tx,
    'select route, body_hash, status, response from todo.idempotency_keys where user_id = $1 and key = $2',
    [request.userId, request.key],
  )
  const found = rows[0]!
  return {route: found.route, bodyHash: found.body_hash, status: found.status, response: found.response}
}

export async function storeAnswer(
  tx: Transaction,
  request: KeyedRequest,
  status: number,
  response: unknown,
): Promise<void> {
  await query(tx, 'update todo.idempotency_keys set status = $3, response = $4::json where user_id = $1 and key = $2', [
    request.userId,
    request.key,
    status,
    JSON.stringify(response ?? null),
  ])
}
