import {realpath} from 'node:fs/promises'
import {Client} from 'pg'
import {codeOf} from './errors.ts'

/** What a connection attempt showed. `other`: a server answered, but it has another data directory. */
export type Answer = 'ready' | 'wrong_password' | 'starting' | 'none' | 'other'

export const host = '127.0.0.1'

/** The connection string of the superuser. */
export function serverUrl(port: number, password: string, database = 'postgres'): string {
  return `postgresql://postgres:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`
}

/** Asks the server at `port`, for at most `timeoutMs`, whether our password works and `dataDir` is its folder. */
export async function ask(options: {
  port: number
  password: string
  dataDir: string
  timeoutMs?: number
}): Promise<Answer> {
  const timeout = options.timeoutMs ?? 3000
  const client = new Client({
    connectionString: serverUrl(options.port, options.password),
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
    application_name: 'todo5 supervisor',
  })
  // A server that dies under the connection says so here as well; the awaited call below reports it.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const {rows} = await client.query<{data_directory: string}>('show data_directory')
    return (await samePath(rows[0]!.data_directory, options.dataDir)) ? 'ready' : 'other'
  } catch (error) {
    const code = codeOf(error)
    if (code === '28P01' || code === '28000') return 'wrong_password'
    // cannot_connect_now: starting, recovering or stopping; too_many_connections: alive, but full
    if (code === '57P03' || code === '53300') return 'starting'
    return 'none'
  } finally {
    await client.end()
  }
}

async function samePath(one: string, other: string): Promise<boolean> {
  try {
    return (await realpath(one)) === (await realpath(other))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}
