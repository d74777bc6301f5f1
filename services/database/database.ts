import {type EntityManager, MikroORM} from '@mikro-orm/postgresql'
import type {Pool} from 'pg'
import {createDialect, createPool} from './dialect.ts'
import {ENTITIES} from './entities/index.ts'
import {Session} from './session.ts'

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
  /**
   * For work that makes all its statements, and changes nothing, before it waits for the first answer: everything goes in
   * one packet. What it would ask later would have no user, and fail.
   */
  readAsUser<T>(userId: string, work: (tx: Transaction) => Promise<T>): Promise<T>
  asUsers<T>(userIds: readonly string[], work: (tx: Transaction) => Promise<T>): Promise<T>
  /** No user is set: only functions that are made to work across users, and tables without users, can be used. */
  acrossUsers<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Of its pool, now; `waiting` is how much work waits for one. */
  connections(): {readonly idle: number; readonly busy: number; readonly waiting: number}
  close(): Promise<void>
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu

const poolOf = (options: DatabaseOptions): Pool =>
  createPool({
    url: options.url,
    poolSize: options.poolSize,
    applicationName: options.applicationName,
    connectTimeoutMs: options.connectTimeoutMs ?? 5000,
    statementTimeoutMs: options.statementTimeoutMs ?? 10_000,
    lockTimeoutMs: options.lockTimeoutMs ?? 0,
  })

export function ormOptions(options: DatabaseOptions, pool: Pool = poolOf(options)) {
  return {
    entities: ENTITIES,
    clientUrl: options.url,
    schema: 'todo',
    // Auth, queue and state store live in the same database and are none of the schema generator's business.
    schemaGenerator: {ignoreSchema: ['auth', 'dapr', 'jobs']},
    timezone: 'Z',
    forceUtcTimezone: true,
    driverOptions: createDialect(pool),
    // The first flush of a process would look for the database on a second connection, in the middle of its transaction:
    // with the whole pool waiting for that transaction neither goes on.
    ensureDatabase: false,
    discovery: {checkDuplicateTableNames: false},
    debug: false,
  }
}

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const pool = poolOf(options)
  const orm = await MikroORM.init({...ormOptions(options, pool)})

  function transactionOn(session: Session): Transaction {
    const em = orm.em.fork()
    em.setTransactionContext(session.kysely)
    sessions.set(em, session)
    return em
  }

  async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await Session.take(pool)
    try {
      return await work(session)
    } catch (error) {
      throw await session.rollback(error)
    } finally {
      session.release()
    }
  }

  async function finish<T>(session: Session, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx = transactionOn(session)
    const result = await work(tx)
    await tx.flush()
    await session.commit()
    return result
  }

  return {
    // Without waiting for BEGIN: had it failed, no user would be set, and row level security would let nothing pass.
    asUser: async (userId, work) =>
      withSession(async (session) => {
        session.post(beginAs([userId]))
        return finish(session, work)
      }),
    readAsUser: async (userId, work) =>
      withSession(async (session) => {
        session.post(beginAs([userId]))
        const [result] = await Promise.all([work(transactionOn(session)), session.commit()])
        return result
      }),
    asUsers: async (userIds, work) =>
      withSession(async (session) => {
        await session.run(beginAs(userIds))
        return finish(session, work)
      }),
    acrossUsers: async (work) =>
      withSession(async (session) => {
        await session.run('begin')
        return finish(session, work)
      }),
    connections: () => ({idle: pool.idleCount, busy: pool.totalCount - pool.idleCount, waiting: pool.waitingCount}),
    async close() {
      await orm.close(true)
      // MikroORM ends the pool if it has used it itself.
      if (!pool.ending) await pool.end()
    },
  }
}

const sessions = new WeakMap<Transaction, Session>()

/** The connection of an open transaction. */
export function sessionOf(tx: Transaction): Session {
  const session = sessions.get(tx)
  if (!session) throw new Error('this needs an open transaction')
  return session
}

const beginAs = (userIds: readonly string[]): string =>
  `begin; set local todo.user_ids = '{${userIds.map(checked).join(',')}}'`

function checked(userId: string): string {
  if (!UUID.test(userId)) throw new TypeError('a user id must be a uuid')
  return userId
}
