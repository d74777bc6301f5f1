import type {Database} from '../../database/database.ts'
import {query} from '../../database/query.ts'
import type {ConversationStore} from '../../ports/conversation-store.ts'

/** Conversation history in a table with an etag, in place of Dapr's state store. */
export function createEmbeddedConversationStore(database: Database): ConversationStore {
  return {
    get: async (key) =>
      database.acrossUsers(async (tx) => {
        const rows = await query<{value: unknown; etag: string}>(
          tx,
          'select value, etag from jobs.conversations where key = $1',
          [key],
        )
        return rows[0] ?? null
      }),
    save: async (key, value, etag) =>
      database.acrossUsers(async (tx) => {
        const json = JSON.stringify(value)
        const rows =
          etag === null
            ? await query(
                tx,
                'insert into jobs.conversations (key, value) values ($1, $2::jsonb) on conflict do nothing returning 1',
                [key, json],
              )
            : await query(
                tx,
                'update jobs.conversations set value = $2::jsonb, etag = gen_random_uuid(), updated_at = clock_timestamp() where key = $1 and etag = $3::uuid returning 1',
                [key, json, etag],
              )
        return rows.length > 0
      }),
    delete: async (key) => {
      await database.acrossUsers(async (tx) => query(tx, 'delete from jobs.conversations where key = $1', [key]))
    },
  }
}
