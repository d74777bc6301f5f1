import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

/** ms since the epoch: of this machine when it asked and when it had the answer, and of the database in between. */
export interface ClockSample {
  readonly asked: number
  readonly database: number
  readonly answered: number
}

const LIMIT_MS = 5000

/** What time it is for a database. Rejects with what PostgreSQL answered, or a CliError when it does not. */
export async function databaseClock(url: string): Promise<ClockSample> {
  const {Client} = (await import('pg')).default
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: LIMIT_MS,
    application_name: 'todo5 doctor',
  })
  // A connection that breaks fails the query, too.
  client.on('error', () => undefined)
  try {
    await client.connect()
    // The first statement of a session also pays for its start.
    await client.query('select 1')
    const asked = Date.now()
    const {rows} = await client.query<{now: string}>('select extract(epoch from clock_timestamp()) * 1000 as now')
    return {asked, database: Number(rows[0]!.now), answered: Date.now()}
  } catch (error) {
    // pg's own limits: "timeout expired", "Query read timeout".
    if (!(error instanceof Error) || !/timeout/iu.test(error.message)) throw error
    throw new CliError(`The database does not answer within ${LIMIT_MS / 1000} s.`, {
      code: 'database_unreachable',
      exit: EXIT.unreachable,
      cause: error,
    })
  } finally {
    await client.end()
  }
}
