import {createReadStream} from 'node:fs'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {Client} from 'pg'
import {from} from 'pg-copy-streams'
import {DomainError} from '../../domain/errors.ts'
import {type DumpFacts, keptTables, quoted, type TableColumns} from './contents.ts'

export interface LoadOptions {
  /** Direct URL of a user who may act as the owner; the schema is that of the dump, and its rows are replaced. */
  readonly url: string
  readonly dump: DumpFacts
  readonly folder: string
  /** Where the events go that nobody has handled yet: on with the log in the database, or out to a bus of its own. */
  readonly bus: 'log' | 'outbox'
  readonly signal: AbortSignal
}

/** Fills the tables with the rows of a dump: all of it, or nothing. */
export async function loadDump({url, dump, folder, bus, signal}: LoadOptions): Promise<void> {
  const client = new Client({connectionString: url, application_name: 'todo5 restore'})
  // A connection that breaks between two statements fails the next one, too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('begin')
    await client.query('set local role todo5_owner')
    const tables = await keptTables(client)
    assertWhole(dump, tables)
    const all = tables.map(({table}) => quoted(table))
    const references = await dropReferences(client)
    for (const table of all) await client.query(`alter table ${table} disable trigger user`)
    await client.query(`truncate ${all.join(', ')}`)
    for (const {table, columns, file} of dump.tables) {
      signal.throwIfAborted()
      const copy = client.query(from(`copy ${quoted(table)} (${columns.map(quoted).join(', ')}) from stdin`))
      await pipeline(createReadStream(join(folder, file)), copy, {signal})
    }
    for (const {sequence, last_value: last} of dump.sequences) {
      await client.query('select setval($1::regclass, $2)', [quoted(sequence), last])
    }
    await startAnew(client, bus)
    for (const table of all) await client.query(`alter table ${table} enable trigger user`)
    // Which also proves that each row finds what it refers to.
    for (const {table, name, definition} of references) {
      await client.query(`alter table ${table} add constraint ${quoted(name)} ${definition}`)
    }
    signal.throwIfAborted()
    await client.query('commit')
  } finally {
    await client.end()
  }
}

/** A file says which tables and columns it fills: those of its schema, each once, and nothing else. */
function assertWhole(dump: DumpFacts, tables: readonly TableColumns[]): void {
  const shape = (list: readonly TableColumns[]): string[] =>
    list.map(({table, columns}) => `${table} (${columns.toSorted().join(', ')})`).toSorted()
  const [wanted, given] = [shape(tables), shape(dump.tables)]
  const odd = [...wanted.filter((name) => !given.includes(name)), ...given.filter((name) => !wanted.includes(name))]
  if (odd.length === 0 && given.length === wanted.length) return
  throw new DomainError('invalid', 'backup_malformed', `The backup does not have the tables of its schema: ${odd[0]}.`)
}

interface Reference {
  readonly table: string
  readonly name: string
  readonly definition: string
}

/** Tables refer to each other in circles, so no order of filling them would do. */
async function dropReferences(client: Client): Promise<Reference[]> {
  const {rows} = await client.query<Reference>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
     from pg_constraint
     where contype = 'f' and conparentid = 0
       and connamespace in (select oid from pg_namespace where nspname in ('todo', 'auth', 'jobs'))
     order by 1, 2`,
  )
  for (const {table, name} of rows) await client.query(`alter table ${table} drop constraint ${quoted(name)}`)
  return rows
}

/** Jobs are made again, by whatever makes them here; what was claimed by a process that is not here is free. */
async function startAnew(client: Client, bus: LoadOptions['bus']): Promise<void> {
  await client.query(`update todo.reminders set job_revision = 0 where state = 'scheduled' and job_revision <> 0`)
  await client.query(
    `update todo.reminder_deliveries set lease_until = clock_timestamp() where lease_until > clock_timestamp()`,
  )
  if (bus === 'outbox') await publishAgain(client)
}

/**
 * What a consumer has not acknowledged yet goes back into the outbox, before what waits there already, so that of one task
 * nothing overtakes. Consumers know again what they have handled, so one event too many does nothing.
 */
async function publishAgain(client: Client): Promise<void> {
  await client.query(`
    create temporary table waiting on commit drop as
    select o.topic, o.event_id, o.user_id, o.task_id, o.event, o.traceparent, o.created_at, 1 as turn, o.id as place
    from todo.outbox o
    union all
    select e.topic, (e.event->>'event_id')::uuid, (e.event->>'user_id')::uuid, (e.event->>'task_id')::bigint,
           e.event, e.traceparent, e.published_at, 0, row_number() over (order by e.published_at, e.topic, e.partition, e.position)
    from jobs.event_log e
    where e.topic not like '%-dlq'
      and e.position >= (select coalesce(min(p.position), 0) from jobs.consumer_positions p
                         where p.topic = e.topic and p.partition = e.partition)
      and not exists (select 1 from todo.outbox o where o.event_id = (e.event->>'event_id')::uuid)`)
  await client.query('delete from todo.outbox')
  await client.query(`
    insert into todo.outbox (topic, event_id, user_id, task_id, event, traceparent, created_at)
    select topic, event_id, user_id, task_id, event, traceparent, created_at from waiting order by turn, place`)
  await client.query('truncate jobs.event_log, jobs.consumer_positions, jobs.partitions')
}
