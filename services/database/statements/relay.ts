import type {Transaction} from '../database.ts'
import {post, query, toDate, toDateOrNull, toNumber} from '../query.ts'
import {prepared} from '../session.ts'

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

interface LeaseWish {
  readonly holder: string
  readonly token: string
  readonly seconds: number
  /** Of an operator: taken from the relay that has it, and from nobody who took it so. */
  readonly byHand: boolean
  /** There is no other relay: what has the lease is dead, unless it took it by hand. */
  readonly alone: boolean
}

/** Makes `holder` the relay when nobody is; true when it is now. */
export async function takeRelayLease(tx: Transaction, lease: LeaseWish): Promise<boolean> {
  const rows = await query(
    tx,
    `update todo.relay_lease
     set holder = $1, token = $2, until = clock_timestamp() + make_interval(secs => $3), by_hand = $4, refusals = '[]'
     where until < clock_timestamp() or token = $2 or (($4 or $5) and not by_hand) returning 1`,
    [lease.holder, lease.token, lease.seconds, lease.byHand, lease.alone],
  )
  return rows.length > 0
}

export async function releaseRelayLease(tx: Transaction, token: string): Promise<void> {
  await query(tx, `update todo.relay_lease set until = '-infinity', refusals = '[]' where token = $1`, [token])
}

/** A topic that the bus does not take from the relay. */
export interface Refusal {
  readonly topic: string
  /** When it began, ISO 8601, UTC, by the clock of the relay. */
  readonly since: string
  readonly reason: string
}

/** For whoever asks why the outbox grows. Does nothing once the lease is another one's. */
export async function noteRefusals(tx: Transaction, token: string, refusals: readonly Refusal[]): Promise<void> {
  await query(tx, 'update todo.relay_lease set refusals = $2::jsonb where token = $1', [
    token,
    JSON.stringify(refusals),
  ])
}

export interface RelayLease {
  /** Empty: nobody has ever led. */
  readonly holder: string
  /** Null: given back. */
  readonly until: Date | null
  /** Whether the lease holds now, by the clock of the database. */
  readonly holds: boolean
  readonly byHand: boolean
  readonly refusals: readonly Refusal[]
}

export async function relayLease(tx: Transaction): Promise<RelayLease> {
  const [row] = await query<{
    holder: string
    until: string | null
    holds: boolean
    by_hand: boolean
    refusals: Refusal[]
  }>(
    tx,
    `select holder, nullif(until, '-infinity') as until, until > clock_timestamp() as holds, by_hand, refusals
     from todo.relay_lease`,
  )
  const {holder, until, holds, by_hand: byHand, refusals} = row!
  return {holder, until: toDateOrNull(until), holds, byHand, refusals}
}

const DELETE = prepared('select todo.relay_delete($1, $2::bigint[])')
const READ = prepared('select * from todo.relay_read($1, $2, $3, $4, $5::text[])')

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
  post(tx, 'set local synchronous_commit = off')
  if (exchange.published.length > 0) post(tx, DELETE, [exchange.token, exchange.published])
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
  }>(tx, READ, [exchange.token, exchange.leaseSeconds, exchange.fromId, exchange.limit, exchange.paused])
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

/** What waits in one topic. */
export interface WaitingEvents {
  readonly topic: string
  readonly events: number
  /** Whole seconds, by the clock of the database. */
  readonly oldestSeconds: number
  readonly newestId: number
}

/** By topic what waits; with `upTo` only what has this id or a smaller one. */
export async function waitingByTopic(tx: Transaction, upTo: number | null): Promise<WaitingEvents[]> {
  const rows = await query<{topic: string; waiting: string; oldest_seconds: number; newest_id: string}>(
    tx,
    `select topic, waiting, newest_id,
       greatest(0, extract(epoch from clock_timestamp() - oldest_at))::int as oldest_seconds
     from todo.outbox_by_topic($1)`,
    [upTo],
  )
  return rows.map((row) => ({
    topic: row.topic,
    events: toNumber(row.waiting),
    oldestSeconds: row.oldest_seconds,
    newestId: toNumber(row.newest_id),
  }))
}

export async function outboxState(tx: Transaction): Promise<{pending: number; oldestSeconds: number}> {
  const rows = await query<{pending: string; oldest_seconds: number}>(tx, 'select * from todo.outbox_state()')
  return {pending: toNumber(rows[0]!.pending), oldestSeconds: rows[0]!.oldest_seconds}
}
