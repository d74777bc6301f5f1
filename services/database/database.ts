import {type EntityManager, MikroORM} from '@mikro-orm/postgresql'
import {CompiledQuery} from 'kysely'
import {createDialect} from './dialect.ts'
import {ENTITIES} from './entities/index.ts'

/** A MikroORM entity manager inside of an open transaction; `execute(sql, params)` takes `?` for parameters. */
export type Transaction = EntityManager

export interface DatabaseOptions {
  /** postgres:// URL of the service's own login role. */
  readonly url: string
  /** Connections at most. */
  readonly poolSize: number
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /** A statement that takes longer is ended, ms. */
  readonly statementTimeoutMs?: number
  /** How long a statement waits for a lock, ms; as long as it may take itself unless given. */
  readonly lockTimeoutMs?: number
  /** How long to wait for a free connection or a new one, ms. */
  readonly connectTimeoutMs?: number
}

/**
 * The only way to the tables: a transaction for one user, for the users of a batch, or for nobody. Row level security
 * shows a transaction the rows of its users alone, and raises when none is set.
 */
export interface Database {
  asUser<T>(userId: string, work: (tx: Transaction) => Promise<T>): Promise<T>
  asUsers<T>(userIds: readonly string[], work: (tx: Transaction) => Promise<T>): Promise<T>
  /** No user is set: only functions that are made to work across users, and tables without users, can be used. */
  acrossUsers<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu

export function ormOptions(options: DatabaseOptions) {
  return {
    entities: ENTITIES,
    clientUrl: options.url,
    schema: 'todo',
    // Auth, queue and state store live in the same database and are none of the schema generator's business.
    schemaGenerator: {ignoreSchema: ['auth', 'dapr', 'jobs']},
    timezone: 'Z',
    forceUtcTimezone: true,
    driverOptions: createDialect({
      url: options.url,
      poolSize: options.poolSize,
      applicationName: options.applicationName,
      connectTimeoutMs: options.connectTimeoutMs ?? 5000,
      statementTimeoutMs: options.statementTimeoutMs ?? 10_000,
      lockTimeoutMs: options.lockTimeoutMs ?? 0,
    }),
    // The first flush of a process would look for the database on a second connection, in the middle of its transaction:
    // with the whole pool waiting for that transaction neither goes on.
    ensureDatabase: false,
    discovery: {checkDuplicateTableNames: false},
    debug: false,
  }
}

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const orm = await MikroORM.init({...ormOptions(options)})

  // Not em.transactional(): its controlled transactions keep their connection for ever when BEGIN or ROLLBACK fails
  // (kysely 0.29.6, ControlledTransactionBuilder). This one gives it back on every path.
  const inTransaction = async <T>(
    userIds: readonly string[] | undefined,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> =>
    orm.em
      .getConnection()
      .getClient()
      .transaction()
      .execute(async (transaction) => {
        if (userIds) {
          const list = `{${userIds.join(',')}}`
          await transaction.executeQuery(CompiledQuery.raw(`select set_config('todo.user_ids', $1, true)`, [list]))
        }
        const em = orm.em.fork()
        em.setTransactionContext(transaction)
        const result = await work(em)
        await em.flush()
        return result
      })

  return {
    asUser: async (userId, work) => inTransaction([checked(userId)], work),
    asUsers: async (userIds, work) => inTransaction(userIds.map(checked), work),
    acrossUsers: async (work) => inTransaction(undefined, work),
    close: async () => orm.close(true),
  }
}

function checked(userId: string): string {
  if (!UUID.test(userId)) throw new TypeError('a user id must be a uuid')
  return userId
}
