import type {Transaction} from '../database.ts'
import {query} from '../query.ts'

/** Those of the channels by which nothing could go out to this user: no webhook, or none that goes on; no device. */
export async function channelsNotSetUp(
  tx: Transaction,
  userId: string,
  channels: readonly string[],
): Promise<string[]> {
  if (!channels.some((channel) => channel !== 'email')) return []
  const [row] = await query<{webhook: boolean; push: boolean}>(
    tx,
    `select exists (select 1 from todo.webhooks where user_id = $1 and ended_at is null) as webhook,
       exists (select 1 from todo.push_devices where user_id = $1) as push`,
    [userId],
  )
  return channels.filter((channel) => (channel === 'webhook' && !row!.webhook) || (channel === 'push' && !row!.push))
}
