import {readFile} from 'node:fs/promises'
import {setTimeout as delay} from 'node:timers/promises'
import {Migrator} from '@mikro-orm/migrations'
import {MikroORM} from '@mikro-orm/postgresql'
import {Client} from 'pg'
import {DomainError} from '../domain/errors.ts'
import {packagePath} from '../package-root.ts'
import {ormOptions} from './database.ts'
import {MIGRATIONS} from './migrations/index.ts'
import {recomputeNextOccurrences} from './recompute-next-occurrences.ts'

/** Two arbitrary numbers that name the lock; every version of todo5 uses the same. */
const LOCK = [0x70d05, 1] as const

export interface MigrationState {
  readonly name: string
  readonly appliedAt: string | null
  readonly kind: 'expand' | 'contract' | null
  /** The oldest todo5 that works with the schema after it. */
  readonly oldestApplication: string | null
}

/** A migration that waits longer for a lock would hold up everybody who waits behind it. */
const LOCK_TIMEOUT_MS = 5000
const LOCK_TRIES = 12
const LOCK_PAUSE_MS = 500
/** SQLSTATE lock_not_available. */
const LOCKED = '55P03'

/**
 * Brings the schema to the newest version. Needs the direct URL (no pooler) of a user who may create roles.
 * Any number may run at once: one works, the others wait and find nothing to do. Answers with the names that it applied.
 * With `to` it stops after that migration.
 */
export const migrate = async (url: string, options: {lockTimeoutMs?: number; to?: string} = {}): Promise<string[]> =>
  withMigrator(url, options.lockTimeoutMs ?? LOCK_TIMEOUT_MS, async (migrator, client) => {
    const before = await executed(migrator)
    await patiently(async () => migrator.up(options.to === undefined ? undefined : {to: options.to}))
    const applied = (await executed(migrator)).filter((name) => !before.includes(name))
    // What it needs came later; and on the way to an older schema there are no rows yet.
    if (applied.includes('006') && options.to === undefined) await recomputeNextOccurrences(client)
    return applied
  })

/** Takes back the newest migration, or all down to and without `to`. Refuses while a service that needs them is running. */
export const rollback = async (url: string, to?: string): Promise<string[]> =>
  withMigrator(url, LOCK_TIMEOUT_MS, async (migrator, client) => {
    const before = await executed(migrator)
    const target = to ?? before.at(-2) ?? '0'
    await refuseWhileNeeded(
      client,
      before.filter((name) => name > target),
    )
    await patiently(async () => migrator.down({to: target === '0' ? 0 : target}))
    const left = await executed(migrator)
    return before.filter((name) => !left.includes(name)).toReversed()
  })

const executed = async (migrator: Migrator): Promise<string[]> => (await migrator.getExecuted()).map((row) => row.name)

/** Tries again when a lock could not be had in time; what was applied before stays, each migration is a transaction. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work()
      return
    } catch (error) {
      const locked =
        (error as {code?: string}).code === LOCKED || ((error as Error).cause as {code?: string})?.code === LOCKED
      if (!locked || attempt === LOCK_TRIES) throw error
      await delay(LOCK_PAUSE_MS)
    }
  }
}

/** What is applied and what is not, in order. */
export const migrationStates = async (url: string): Promise<MigrationState[]> =>
  withMigrator(url, LOCK_TIMEOUT_MS, async (_migrator, client) => {
    const {rows} = await client.query<{
      name: string
      kind: 'expand' | 'contract'
      oldest_application: string
      applied_at: Date
    }>('select name, kind, oldest_application, applied_at from todo.schema_versions order by name')
    const known = new Set(rows.map((row) => row.name))
    const applied = rows.map((row) => ({
      name: row.name,
      appliedAt: row.applied_at.toISOString(),
      kind: row.kind,
      oldestApplication: row.oldest_application,
    }))
    const pending = MIGRATIONS.filter((migration) => !known.has(migration.name))
    const unknown = {appliedAt: null, kind: null, oldestApplication: null}
    return [...applied, ...pending.map(({name}) => ({name, ...unknown}))]
  })

async function withMigrator<T>(
  url: string,
  lockTimeoutMs: number,
  work: (migrator: Migrator, client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({connectionString: url, application_name: 'todo5 migrate'})
  // A connection that breaks between two statements fails the next one, too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1, $2)', [...LOCK])
    await prepare(client)
    const orm = await MikroORM.init({
      ...ormOptions({url, poolSize: 2, applicationName: 'todo5 migrate', statementTimeoutMs: 0, lockTimeoutMs}),
      extensions: [Migrator],
      migrations: {
        tableName: 'migrations',
        migrationsList: [...MIGRATIONS],
        transactional: true,
        allOrNothing: false,
        snapshot: false,
        silent: true,
      },
    })
    try {
      return await work(orm.migrator as Migrator, client)
    } finally {
      await orm.close(true)
    }
  } finally {
    await client.end() // ends the advisory lock with the session
  }
}

/** What has to be there before the first migration: the roles, and the schema that the log of migrations lives in. */
async function prepare(client: Client): Promise<void> {
  await client.query(`set lock_timeout = '5s'`)
  await client.query(await readFile(packagePath('services/database/roles.sql'), 'utf8'))
  await client.query(`grant todo5_owner to current_user`)
  const {rows} = await client.query<{name: string}>('select quote_ident(current_database()) as name')
  await client.query(`grant create on database ${rows[0]!.name} to todo5_owner`)
  await client.query(`create schema if not exists todo authorization todo5_owner`)
  await client.query(`
    create table if not exists todo.schema_versions (
      name varchar(100) primary key,
      kind varchar(10) not null,
      oldest_application varchar(50) not null,
      applied_at timestamptz not null default clock_timestamp()
    )`)
  await client.query(`alter table todo.schema_versions owner to todo5_owner`)
  await client.query(
    `grant usage on schema todo to todo5_task, todo5_recurring, todo5_notification, todo5_audit, todo5_chat, todo5_bus`,
  )
}

async function refuseWhileNeeded(client: Client, going: readonly string[]): Promise<void> {
  if (!going.includes('001') && going.length > 0) {
    const {rows} = await client.query<{service: string; needs_migration: string}>(
      `select distinct service, needs_migration from todo.running_services
       where seen_at > clock_timestamp() - interval '60 seconds' and needs_migration >= $1 order by service`,
      [going[0]],
    )
    if (rows.length > 0) {
      throw new DomainError(
        'conflict',
        'schema_in_use',
        `${rows.map((row) => row.service).join(', ')} need migration ${rows[0]!.needs_migration} and are running.`,
        {hint: 'Stop them first, and not the database: todo5 down host --only SERVICE, or kubectl scale --replicas=0'},
      )
    }
  }
}
