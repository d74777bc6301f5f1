import {join} from 'node:path'
import {Client, escapeIdentifier} from 'pg'
import {PostgresError} from '../database/server/errors.ts'
import {keepPassword} from '../database/server/password.ts'
import {freePort} from '../database/server/port.ts'
import {type SupervisedServer, superviseServer} from '../database/server/supervise.ts'
import type {Logger} from '../runtime/logger.ts'
import {LocalFailure} from './failure.ts'
import {settleRestore} from './restore.ts'

/** Where things lie in the data folder. */
export const clusterFolder = (dataDir: string): string => join(dataDir, 'postgres')
export const passwordFile = (dataDir: string): string => join(dataDir, 'postgres-password')

export const DATABASE = 'todo5'
/** Restarts are tried all the while; after this somebody has to look. */
const GIVE_UP_AFTER_MS = 120_000

export interface EmbeddedDatabase {
  readonly server: SupervisedServer
  readonly url: string
  /** Such as 18.4. */
  readonly version: string
  /** Rejects when the server could not be kept alive; never resolves. */
  readonly lost: Promise<never>
}

/**
 * The embedded PostgreSQL with a database for todo5 in it, watched for as long as this process lives. `changed` is
 * called whenever it is back under another pid.
 */
export async function startEmbeddedDatabase(options: {
  dataDir: string
  logger: Logger
  signal: AbortSignal
  changed: () => void
  giveUpAfterMs?: number
}): Promise<EmbeddedDatabase> {
  const {dataDir, logger, signal, changed, giveUpAfterMs = GIVE_UP_AFTER_MS} = options
  const password = await keepPassword(passwordFile(dataDir))
  const server = await startOnFreePort(dataDir, password, signal)
  const lost = watch(server, logger, changed, giveUpAfterMs)
  try {
    const version = await createDatabase(server.url())
    await settleRestore({dataDir, urlOf: (name) => server.url(name), database: DATABASE})
    return {server, url: server.url(DATABASE), version, lost}
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function startOnFreePort(dataDir: string, password: string, signal: AbortSignal): Promise<SupervisedServer> {
  for (let attempt = 0; ; attempt++) {
    const port = await freePort()
    try {
      return await superviseServer({dataRoot: dataDir, dataDir: clusterFolder(dataDir), port, password, signal})
    } catch (error) {
      // Somebody took it between our look and the server's start.
      if (!(error instanceof PostgresError && error.code === 'port_in_use') || attempt === 5) throw error
    }
  }
}

function watch(server: SupervisedServer, logger: Logger, changed: () => void, giveUpAfterMs: number): Promise<never> {
  let timer: NodeJS.Timeout | undefined
  server.events.on('ready', ({pid, restarts}) => {
    clearTimeout(timer)
    timer = undefined
    logger.info({pid, restarts}, 'PostgreSQL is back')
    changed()
  })
  server.events.on('failed', (error, retryInMs) =>
    logger.error({error, retry_in_ms: retryInMs}, 'PostgreSQL does not start'),
  )
  server.events.on('stopped', () => clearTimeout(timer))
  return new Promise((_resolve, reject) => {
    server.events.on('down', ({code, signal}) => {
      logger.error({code, signal}, 'PostgreSQL ended; starting it again')
      changed()
      timer ??= setTimeout(() => {
        reject(
          new LocalFailure('postgresql_lost', 'PostgreSQL could not be started again.', ['todo5 logs', 'todo5 up']),
        )
      }, giveUpAfterMs)
    })
  })
}

/** Unless it is there; answers with the server's version. */
async function createDatabase(url: string): Promise<string> {
  const client = new Client({connectionString: url, application_name: 'todo5 up'})
  // A connection that breaks between two statements fails the next one, too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const {rowCount} = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${escapeIdentifier(DATABASE)}`)
    const {rows} = await client.query<{server_version: string}>('show server_version')
    return rows[0]!.server_version.split(' ')[0]!
  } finally {
    await client.end()
  }
}
