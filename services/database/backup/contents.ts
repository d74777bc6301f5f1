import type {Client} from 'pg'

/** A table as it is written to a file, in PostgreSQL's text format for COPY. */
export interface TableFacts {
  /** Such as `todo.tasks`. */
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: number
  /** Name of the file. */
  readonly file: string
}

export interface SequenceFacts {
  /** Such as `todo.tasks_id_seq`. */
  readonly sequence: string
  /** As text: a bigint. */
  readonly last_value: string
}

/** What was taken of a database at one moment. */
export interface DumpFacts {
  /** Applied migrations, in order. */
  readonly migrations: readonly string[]
  /** The clock of the database, when its snapshot was taken. */
  readonly taken_at: string
  /** Such as 18.4. */
  readonly postgres_version: string
  readonly tables: readonly TableFacts[]
  readonly sequences: readonly SequenceFacts[]
}

export interface TableColumns {
  readonly table: string
  readonly columns: readonly string[]
}

/** The history of conversations lies elsewhere with Dapr, in another shape: it is taken and given back by its meaning. */
export const CONVERSATIONS = 'jobs.conversations'

/**
 * What belongs to one run of one installation and must not outlive it: who runs and leads, which jobs wait (they are made
 * again from the reminders), and the id that tells events of this installation from those of another.
 */
const OF_THE_MOMENT = [
  'jobs.consumer_leases',
  'jobs.scheduled_jobs',
  'todo.installation',
  'todo.migrations',
  'todo.relay_lease',
  'todo.running_services',
  'todo.schema_versions',
]

/** The tables whose rows are kept, with the columns that can be written. Parts of a table count as the whole. */
export async function keptTables(client: Client): Promise<TableColumns[]> {
  const {rows} = await client.query<TableColumns>(
    `select c.relnamespace::regnamespace || '.' || c.relname as table,
            array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace in (select oid from pg_namespace where nspname in ('todo', 'auth', 'jobs'))
       and c.relkind in ('r', 'p') and not c.relispartition
       and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     group by c.oid order by 1`,
  )
  return rows.filter(({table}) => !OF_THE_MOMENT.includes(table))
}

/** Quoted for a statement. The names are those of our migrations: lower case, without a dot in them. */
export const quoted = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')
