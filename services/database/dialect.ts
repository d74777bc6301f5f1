import {createPostgreSqlTypeParsers} from '@mikro-orm/postgresql'
import {type DatabaseConnection, PostgresDialect, type PostgresDialectConfig, PostgresDriver} from 'kysely'
import {Pool, TypeOverrides} from 'pg'
import array from 'postgres-array'

export interface PoolOptions {
  readonly url: string
  readonly poolSize: number
  readonly applicationName: string
  readonly connectTimeoutMs: number
  /** 0 is without limit. */
  readonly statementTimeoutMs: number
  /** 0 is without limit. */
  readonly lockTimeoutMs: number
}

/**
 * On a connection that the server has ended ROLLBACK fails too. The server has rolled back by itself then, and the error
 * that the caller has to see is the one that ended the transaction.
 */
class ForgivingRollbackDriver extends PostgresDriver {
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection)
    } catch {
      // The error that ended the transaction is already on its way to the caller; the pool drops the dead connection.
    }
  }
}

class PooledDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig

  constructor(config: PostgresDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): PostgresDriver {
    return new ForgivingRollbackDriver(this.#config)
  }
}

/** How MikroORM reaches a pool outside of the transactions of `Database`: for migrations. */
export const createDialect = (pool: Pool): PostgresDialect => new PooledDialect({pool})

/** Connections with MikroORM's own type parsers (instants and bigints as text). */
export function createPool(options: PoolOptions): Pool {
  const types = new TypeOverrides()
  for (const [oid, parser] of Object.entries(createPostgreSqlTypeParsers((text) => array.parse(text)))) {
    types.setTypeParser(Number(oid), parser)
  }
  const pool = new Pool({
    connectionString: options.url,
    max: options.poolSize,
    idleTimeoutMillis: 30_000,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs,
    keepAlive: true,
    // Statements are sent without waiting for the answers to those before: see Session.
    pipeline: true,
    types,
  })
  // A connection that the server ends says so by an error event, which without a listener ends the process. Whoever uses
  // the connection gets the same error from its statement.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('error', () => undefined)
  return pool
}
