import {setTimeout as delay} from 'node:timers/promises'
import type {Client} from 'pg'
import type {Told} from '../../support/live-deliveries.ts'

/** Published and read by all: the outbox is empty, and the audit log grew no more for a second. */
export async function settled(sql: Client): Promise<void> {
  for (const until = performance.now() + 120_000; performance.now() < until;) {
    const [before, waiting] = [await lastEvent(sql), await sql.query('select 1 from todo.outbox limit 1')]
    await delay(1000)
    if (waiting.rows.length === 0 && before === (await lastEvent(sql))) return
  }
  throw new Error('events were still under way after two minutes')
}

/** The place of the newest entry of the audit log. */
export async function lastEvent(sql: Client): Promise<string> {
  const {rows} = await sql.query<{id: string}>('select coalesce(max(id), 0)::text as id from todo.audit_logs')
  return rows[0]!.id
}

export async function eventsSince(sql: Client, since: string): Promise<Told[]> {
  const {rows} = await sql.query<{user_id: string; task_id: string; version: number; event_type: string}>(
    `select user_id, task_id, (payload ->> 'task_version')::int as version, event_type
     from todo.audit_logs where id > $1`,
    [since],
  )
  return rows.map((row) => ({
    userId: row.user_id,
    id: Number(row.task_id),
    version: row.version,
    type: row.event_type,
  }))
}

export interface CommittedChange {
  readonly id: number
  readonly successorId: number
  /** Of the completion, ms since 1970, by the database's clock. */
  readonly at: number
}

export async function commits(sql: Client): Promise<CommittedChange[]> {
  const {rows} = await sql.query<{id: string; successor_id: string; at: number}>(
    `select t.id, s.id as successor_id, extract(epoch from pg_xact_commit_timestamp(t.xmin))::float8 * 1000 as at
     from todo.tasks t join todo.tasks s on s.predecessor_id = t.id where t.completed_at is not null`,
  )
  return rows.map((row) => ({id: Number(row.id), successorId: Number(row.successor_id), at: row.at}))
}
