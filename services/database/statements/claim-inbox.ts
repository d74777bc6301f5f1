import type {Transaction} from '../database.ts'
import {query} from '../query.ts'
import {prepared} from '../session.ts'

const CLAIM = prepared(`
  insert into todo.inbox (consumer, event_id, day)
  select $1, event_id, day from unnest($2::uuid[], $3::date[]) as incoming (event_id, day)
  order by event_id -- two deliveries of the same events wait for each other, in whatever order they come
  on conflict do nothing returning event_id`)

/** The day of a v7 uuid (its first 48 bits are ms since 1970), YYYY-MM-DD; undefined for any other. */
export function dayInId(eventId: string): string | undefined {
  if (eventId.charAt(14) !== '7') return undefined
  const day = new Date(Number.parseInt(eventId.slice(0, 8) + eventId.slice(9, 13), 16))
  // A forged id could name any day; far ones share the default partition.
  return day.getUTCFullYear() > 9999 ? '9999-12-31' : day.toISOString().slice(0, 10)
}

/** Marks events as handled by this consumer and answers with those that were not yet. Rolls back with the transaction. */
export async function claimInbox(tx: Transaction, consumer: string, eventIds: readonly string[]): Promise<Set<string>> {
  const today = new Date().toISOString().slice(0, 10)
  const days = eventIds.map((id) => dayInId(id) ?? today)
  const rows = await query<{event_id: string}>(tx, CLAIM, [consumer, eventIds, days])
  return new Set(rows.map((row) => row.event_id))
}
