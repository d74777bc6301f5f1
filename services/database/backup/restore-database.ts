import {randomBytes} from 'node:crypto'
import {Client} from 'pg'
import {DomainError} from '../../domain/errors.ts'
import {migrate} from '../migrator.ts'
import {quoted} from './contents.ts'
import {knownSchema} from './known-schema.ts'
import {loadDump, type LoadOptions} from './load.ts'

export type RestoreOptions = Omit<LoadOptions, 'url'> & {
  /** The version of todo5 that made the dump. */
  readonly madeBy: string
}

/** Databases of a restore that was not finished, and such that were replaced. */
const UNFINISHED = /^todo5_(restoring|replaced)_[0-9a-f]{8}$/u

/**
 * Builds the schema of a dump in an empty database, fills it, and brings it to the newest version. Answers with the id of
 * the new installation.
 */
async function build(url: string, options: RestoreOptions): Promise<string> {
  const {madeBy, ...load} = options
  await migrate(url, {to: knownSchema(options.dump.migrations, madeBy)})
  await loadDump({...load, url})
  await migrate(url)
  return (await installationOf(url))!
}

/**
 * Restores beside the database `todo5` of a server that is ours alone. `beforeSwap` is told which installation it will be; then the new
 * database takes the place of the old one in one transaction.
 */
export async function restoreBeside(
  urlOf: (database?: string) => string,
  database: string,
  options: RestoreOptions,
  beforeSwap: (installation: string) => Promise<void>,
): Promise<void> {
  const id = randomBytes(4).toString('hex')
  const [fresh, replaced] = [`todo5_restoring_${id}`, `todo5_replaced_${id}`]
  await withClient(urlOf(), async (client) => {
    await client.query(`create database ${quoted(fresh)}`)
    try {
      await beforeSwap(await build(urlOf(fresh), options))
      await client.query('begin')
      await client.query(`alter database ${quoted(database)} rename to ${quoted(replaced)}`)
      await client.query(`alter database ${quoted(fresh)} rename to ${quoted(database)}`)
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      await client.query(`drop database if exists ${quoted(fresh)} with (force)`)
      throw error
    }
  })
}

/** Names of databases that a restore has left: it was killed, or has replaced them. */
export async function unfinishedDatabases(url: string): Promise<string[]> {
  return await withClient(url, async (client) => {
    const {rows} = await client.query<{name: string}>('select datname as name from pg_database order by 1')
    return rows.map(({name}) => name).filter((name) => UNFINISHED.test(name))
  })
}

export async function dropDatabases(url: string, names: readonly string[]): Promise<void> {
  await withClient(url, async (client) => {
    for (const name of names) await client.query(`drop database if exists ${quoted(name)} with (force)`)
  })
}

/** Restores into a database of somebody's own server, in which nobody has an account yet. */
export async function restoreInto(url: string, options: RestoreOptions): Promise<void> {
  knownSchema(options.dump.migrations, options.madeBy)
  await withClient(url, async (client) => {
    if (await hasAccounts(client)) {
      throw new DomainError('conflict', 'database_not_empty', 'There is a todo5 with accounts in that database.', {
        hint: 'Restore into a new one: createdb NAME, then name it with --database-url.',
      })
    }
    // Of a restore that was killed, or of a todo5 that nobody has used.
    await client.query('drop schema if exists todo, auth, jobs cascade')
  })
  await build(url, options)
}

/** Undefined when there is no todo5 in the database. */
export async function installationOf(url: string): Promise<string | undefined> {
  return await withClient(url, async (client) => {
    if (!(await isThere(client, 'todo.installation'))) return undefined
    const {rows} = await client.query<{id: string}>('select id from todo.installation')
    return rows[0]?.id
  })
}

async function hasAccounts(client: Client): Promise<boolean> {
  if (!(await isThere(client, 'auth.user'))) return false
  return (await client.query('select 1 from auth."user" limit 1')).rowCount === 1
}

async function isThere(client: Client, table: string): Promise<boolean> {
  const {rows} = await client.query<{there: boolean}>('select to_regclass($1) is not null as there', [table])
  return rows[0]!.there
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({connectionString: url, application_name: 'todo5 restore'})
  // A connection that breaks between two statements fails the next one, too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
