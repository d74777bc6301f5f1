import type {Transaction} from '../../database/database.ts'
import {query} from '../../database/query.ts'

/** Failures that say of a channel that nothing can go out by it, however often it is tried. */
const CHANNEL_IS_GONE = ['gone', 'webhook_ended', 'no_webhook', 'no_device', 'unknown_channel', 'address_refused']

/**
 * Opens a delivery by mail for those reminders none of whose channels is left, because the last of them is gone: a webhook
 * that answered 410, a device that the push service forgot. One for each revision; the next sweep sends it. The caller has
 * locked the reminders.
 */
export async function fallBackToMail(tx: Transaction, reminderIds: readonly number[]): Promise<void> {
  await query(
    tx,
    `insert into todo.reminder_deliveries (user_id, reminder_id, revision, channel, next_attempt_at)
     select r.user_id, r.id, r.revision, 'email', clock_timestamp() from todo.reminders r
     where r.id = any ($1::bigint[])
       and exists (
         select 1 from todo.reminder_deliveries d
         where d.reminder_id = r.id and d.revision = r.revision and d.state = 'failed'
           and split_part(d.error, ':', 1) = any ($2::text[]))
       and not exists (
         select 1 from todo.reminder_deliveries d
         where d.reminder_id = r.id and d.revision = r.revision
           and (d.channel = 'email' or d.state in ('scheduled', 'sending', 'sent')))
     on conflict do nothing`,
    [reminderIds, CHANNEL_IS_GONE],
  )
}
