import {createWriteStream} from 'node:fs'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {Client} from 'pg'
import {to} from 'pg-copy-streams'
import {DomainError} from '../../domain/errors.ts'
import {CONVERSATIONS, type DumpFacts, keptTables, quoted, type SequenceFacts, type TableFacts} from './contents.ts'

/** Dapr puts the name of the application before each key. */
const DAPR_CONVERSATIONS = `
  select substr(key, length('chat-api||') + 1), convert_from(value, 'UTF8')::jsonb, etag, coalesce(updated_at, created_at)
  from dapr.state where key like 'chat-api||%'`

/**
 * Writes what todo5 keeps in a database into files of a folder, all as of one moment, while others go on writing. `url` is
 * the direct URL of a user who may act as the owner of the schema.
 */
export async function dumpDatabase(url: string, folder: string, signal: AbortSignal): Promise<DumpFacts> {
  const client = new Client({connectionString: url, application_name: 'todo5 backup'})
  // A connection that breaks between two statements fails the next one, too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const migrations = await appliedMigrations(client)
    await client.query('begin transaction isolation level repeatable read read only')
    const hasDapr = await isThere(client, 'dapr.state')
    // Row level security lets the owner see all. Dapr's table belongs to another; the one who connects may read it.
    if (!hasDapr) await client.query('set local role todo5_owner')
    const {rows} = await client.query<{at: Date; version: string}>(
      `select clock_timestamp() as at, current_setting('server_version') as version`,
    )
    const tables: TableFacts[] = []
    for (const {table, columns} of await keptTables(client)) {
      signal.throwIfAborted()
      const plain = `select ${columns.map(quoted).join(', ')} from ${quoted(table)}`
      const source = table === CONVERSATIONS && hasDapr ? `${plain} union all ${DAPR_CONVERSATIONS}` : plain
      const file = `${table}.copy`
      const copy = client.query(to(`copy (${source}) to stdout`))
      await pipeline(copy, createWriteStream(join(folder, file), {mode: 0o600, flags: 'wx'}), {signal})
      tables.push({table, columns, rows: copy.rowCount, file})
    }
    const sequences = await usedSequences(client)
    await client.query('commit')
    const {at, version} = rows[0]!
    const postgres = version.split(' ')[0]!
    return {migrations, taken_at: at.toISOString(), postgres_version: postgres, tables, sequences}
  } finally {
    await client.end()
  }
}

async function appliedMigrations(client: Client): Promise<string[]> {
  if (!(await isThere(client, 'todo.schema_versions'))) {
    throw new DomainError('conflict', 'no_todo5_there', 'There is no todo5 in that database.', {
      hint: 'Name the database that todo5 works on, or leave --database-url out.',
    })
  }
  const {rows} = await client.query<{name: string}>('select name from todo.schema_versions order by name')
  return rows.map(({name}) => name)
}

async function isThere(client: Client, table: string): Promise<boolean> {
  const {rows} = await client.query<{there: boolean}>('select to_regclass($1) is not null as there', [table])
  return rows[0]!.there
}

/** Their values are never taken back, so none is smaller than what the tables of the snapshot hold. */
async function usedSequences(client: Client): Promise<SequenceFacts[]> {
  const {rows} = await client.query<SequenceFacts>(
    `select schemaname || '.' || sequencename as sequence, last_value::text as last_value
     from pg_sequences where schemaname in ('todo', 'auth', 'jobs') and last_value is not null order by 1`,
  )
  return rows.filter(({sequence}) => sequence !== 'todo.migrations_id_seq')
}
