import {createHash} from 'node:crypto'
import type {Socket} from 'node:net'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type {Pool, PoolClient, QueryResult as Result, QueryResultRow} from 'pg'

/** A statement that each connection parses once and plans a few times: for those that every request sends. */
export interface Prepared {
  readonly name: string
  readonly text: string
}

/** The name follows from the text, so that it means the same on every connection of every process. */
export const prepared = (text: string): Prepared => ({
  name: `todo5_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`,
  text,
})

/**
 * A connection while a transaction has it. Statements go out in the order in which they are made, all that are made at
 * one time in one packet, and need not wait for the answers to those before: a packet costs each side more than a
 * statement (a create was twelve packets, 45 % of its CPU).
 */
export class Session {
  readonly #client: PoolClient
  readonly #socket: Socket
  /** The same connection for MikroORM. */
  readonly kysely: Kysely<unknown>
  #gathering = false
  #posted: Promise<unknown>[] = []
  #failure: unknown
  #committing = false

  private constructor(client: PoolClient) {
    this.#client = client
    this.#socket = (client as unknown as {connection: {stream: Socket}}).connection.stream
    this.kysely = new Kysely({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new SessionDriver(this),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    })
  }

  static readonly #known = new WeakMap<PoolClient, Session>()

  static async take(pool: Pool): Promise<Session> {
    const client = await pool.connect()
    const known = this.#known.get(client)
    if (known) return known
    const session = new Session(client)
    this.#known.set(client, session)
    return session
  }

  async run<Row extends QueryResultRow>(
    statement: string | Prepared,
    parameters: readonly unknown[] = [],
  ): Promise<Result<Row>> {
    if (!this.#gathering) {
      this.#gathering = true
      this.#socket.cork()
      process.nextTick(() => {
        this.#gathering = false
        this.#socket.uncork()
      })
    }
    const values = [...parameters]
    return typeof statement === 'string'
      ? this.#client.query<Row>(statement, values)
      : this.#client.query<Row>({...statement, values})
  }

  /** Sends a statement whose answer nobody needs; that it failed shows at the latest when the transaction ends. */
  post(statement: string | Prepared, parameters: readonly unknown[] = []): void {
    const answer = this.run(statement, parameters)
    answer.catch((error: unknown) => (this.#failure ??= error))
    this.#posted.push(answer)
  }

  async commit(): Promise<void> {
    this.#committing = true
    const answers = await Promise.all([this.run('commit'), ...this.#posted])
    // What PostgreSQL answers when a statement failed, and nobody has said so.
    if (answers[0].command !== 'COMMIT') throw new Error('the transaction was rolled back')
  }

  /** Ends a transaction that has failed by `cause`; answers with what it failed by first. */
  async rollback(cause: unknown): Promise<unknown> {
    const rolledBack = this.#committing ? [] : [this.run('rollback')]
    // On a connection that the server has ended ROLLBACK fails too: then the server has rolled back by itself.
    await Promise.allSettled([...rolledBack, ...this.#posted])
    return this.#failure ?? cause
  }

  /** Gives the connection back; call it when the transaction has ended. */
  release(): void {
    this.#posted = []
    this.#failure = undefined
    this.#committing = false
    this.#client.release()
  }
}

/** Hands the statements of MikroORM to the session; it begins and ends no transactions. */
class SessionDriver implements Driver {
  readonly #connection: DatabaseConnection

  constructor(session: Session) {
    this.#connection = {
      async executeQuery<R>({sql, parameters}: CompiledQuery): Promise<QueryResult<R>> {
        const {command, rowCount, rows} = await session.run<QueryResultRow>(sql, parameters)
        const changes = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(command)
        return {rows: rows as R[], ...(changes && {numAffectedRows: BigInt(rowCount ?? 0)})}
      },
      streamQuery() {
        throw new Error('a transaction streams nothing')
      },
    }
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {}

  async beginTransaction(): Promise<void> {
    throw new Error('there is a transaction already')
  }
  async commitTransaction(): Promise<void> {
    throw new Error('the transaction is ended by whoever began it')
  }
  async rollbackTransaction(): Promise<void> {
    throw new Error('the transaction is ended by whoever began it')
  }
}
