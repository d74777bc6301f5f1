import type {NewEvent} from '../../domain/events/new-event.ts'
import type {Transaction} from '../database.ts'
import {post} from '../query.ts'
import {prepared} from '../session.ts'

const INSERT = prepared(`
  insert into todo.outbox (topic, event_id, user_id, task_id, event, traceparent)
  select topic, event_id, user_id, task_id, event, $6
  from unnest($1::text[], $2::uuid[], $3::uuid[], $4::bigint[], $5::jsonb[])
    with ordinality as incoming (topic, event_id, user_id, task_id, event, place)
  order by place`)

/**
 * Puts events into the outbox, in the transaction of the change that they tell of. The rows of their tasks must be locked
 * before, so that the ids of one task's events have the order of its changes.
 */
export function enqueueEvents(tx: Transaction, events: readonly NewEvent[], traceparent: string | null): void {
  if (events.length === 0) return
  post(tx, INSERT, [
    events.map((entry) => entry.topic),
    events.map((entry) => entry.event.event_id),
    events.map((entry) => entry.event.user_id),
    events.map((entry) => entry.event.task_id),
    events.map((entry) => JSON.stringify(entry.event)),
    traceparent,
  ])
}
