import type {Transaction} from '../database/database.ts'
import {query} from '../database/query.ts'
import {prepared} from '../database/session.ts'
import type {Envelope} from '../domain/events/envelope.ts'

const INSERT = prepared(`
  insert into todo.audit_logs (event_id, event_type, user_id, task_id, occurred_at, payload)
  select event_id, event_type, user_id, task_id, occurred_at, payload
  from unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::timestamptz[], $6::jsonb[])
    with ordinality as incoming (event_id, event_type, user_id, task_id, occurred_at, payload, place)
  order by place
  on conflict (event_id) do nothing`)

/**
 * Writes events into audit_logs, in the order given. An event that is there already is left as it is: rows are only ever
 * added, and the unique event_id holds whatever the bus delivers twice.
 */
export async function recordEvents(tx: Transaction, events: readonly Envelope[]): Promise<void> {
  if (events.length === 0) return
  await query(tx, INSERT, [
    events.map((event) => event.event_id),
    events.map((event) => event.event_type),
    events.map((event) => event.user_id),
    events.map((event) => event.task_id),
    events.map((event) => event.timestamp),
    events.map((event) => JSON.stringify(event.payload)),
  ])
}
