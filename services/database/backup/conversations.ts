import type {Client} from 'pg'

/**
 * Gives conversations of a restored backup to Dapr's state store. Its table is made as its first migration makes it
 * (state.postgresql v2 of components-contrib 1.18.4, which leaves one that is there), and belongs to the login of the sidecar.
 */
export async function giveConversationsToDapr(client: Client, login: string): Promise<void> {
  const {rows} = await client.query<{there: boolean}>('select exists (select 1 from jobs.conversations) as there')
  if (!rows[0]!.there) return
  await client.query('begin')
  const made = await client.query<{made: boolean}>(`select to_regclass('dapr.state') is null as made`)
  if (made.rows[0]!.made) {
    await client.query(`
      create table dapr.state (
        key text not null primary key,
        value bytea not null,
        etag uuid not null default gen_random_uuid(),
        created_at timestamptz not null default now(),
        updated_at timestamptz,
        expires_at timestamptz
      )`)
    await client.query('create index on dapr.state (expires_at)')
    await client.query(`alter table dapr.state owner to ${login}`)
  }
  await client.query(`
    insert into dapr.state (key, value, updated_at)
    select 'chat-api||' || key, convert_to(value::text, 'UTF8'), updated_at from jobs.conversations
    on conflict (key) do nothing`)
  await client.query('delete from jobs.conversations')
  await client.query('commit')
}
