import type {Transaction} from '../database.ts'
import {query, toDate, toNumber} from '../query.ts'

export interface OutboxRow {
  readonly id: number
  readonly topic: string
  readonly eventId: string
  readonly userId: string | null
  readonly taskId: number | null
  readonly event: {readonly event_type?: string}
  readonly traceparent: string | null
  readonly createdAt: Date
}

/** SQLSTATE of relay_read when another relay has taken over. */
export const LEASE_LOST = 'T5001'

/** Makes `holder` the relay when nobody is; true when it is now. */
export async function takeRelayLease(
  tx: Transaction,
  lease: {holder: string; token: string; seconds: number},
): Promise<boolean> {
  const rows = await query(
    tx,
    `update todo.relay_lease set holder = $1, token = $2, until = clock_timestamp() + make_interval(secs => $3)
     where until < clock_timestamp() or token = $2 returning 1`,
    [lease.holder, lease.token, lease.seconds],
  )
  return rows.length > 0
}

export async function releaseRelayLease(tx: Transaction, token: string): Promise<void> {
  await query(tx, `update todo.relay_lease set until = '-infinity' where token = $1`, [token])
}

/**
 * Deletes what was published and reads what comes next, from `fromId` on, in the order of the ids. Throws LEASE_LOST.
 * The commit does not wait for the disk: a delete that a crash takes back means an event twice, which consumers suppress.
 */
export async function exchangeOutbox(
  tx: Transaction,
  exchange: {
    token: string
    leaseSeconds: number
    published: readonly number[]
    fromId: number
    limit: number
    /** Topics that are left out. */
    paused: readonly string[]
  },
): Promise<OutboxRow[]> {
  await query(tx, 'set local synchronous_commit = off')
  if (exchange.published.length > 0)
    await query(tx, 'select todo.relay_delete($1, $2::bigint[])', [exchange.token, exchange.published])
  if (exchange.limit === 0) return []
  const rows = await query<{
    id: string
    topic: string
    event_id: string
    user_id: string | null
    task_id: string | null
    event: {event_type?: string}
    traceparent: string | null
    created_at: string
  }>(tx, 'select * from todo.relay_read($1, $2, $3, $4, $5::text[])', [
    exchange.token,
    exchange.leaseSeconds,
    exchange.fromId,
    exchange.limit,
    exchange.paused,
  ])
  return rows.map((row) => ({
    id: toNumber(row.id),
    topic: row.topic,
    eventId: row.event_id,
    userId: row.user_id,
    taskId: row.task_id === null ? null : toNumber(row.task_id),
    event: row.event,
    traceparent: row.traceparent,
    createdAt: toDate(row.created_at),
  }))
}

export async function outboxState(tx: Transaction): Promise<{pending: number; oldestSeconds: number}> {
  const rows = await query<{pending: string; oldest_seconds: number}>(tx, 'select * from todo.outbox_state()')
  return {pending: toNumber(rows[0]!.pending), oldestSeconds: rows[0]!.oldest_seconds}
}
