import type {Transaction} from '../../database/database.ts'
import {query} from '../../database/query.ts'

/** Reminders that name no channel no longer go out by this one; when it was the only one they go out by mail. */
export async function leaveChannel(tx: Transaction, userId: string, channel: 'push' | 'webhook'): Promise<void> {
  await query(
    tx,
    `update todo.profiles set channels = coalesce(nullif(array_remove(channels, $2::varchar), '{}'), '{email}'),
       version = version + 1, updated_at = clock_timestamp()
     where user_id = $1 and $2::varchar = any (channels)`,
    [userId, channel],
  )
}
