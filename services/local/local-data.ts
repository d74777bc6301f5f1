import {join} from 'node:path'
import type {DumpFacts} from '../database/backup/contents.ts'
import {clusterFolder, type EmbeddedDatabase} from './embedded-database.ts'
import {isThere} from './json-file.ts'
import type {Secrets} from './restore.ts'

export interface RestoreRequest {
  readonly dump: DumpFacts
  /** Where the files of the dump lie. */
  readonly folder: string
  readonly secrets: Secrets
  /** The version of todo5 that made the dump. */
  readonly madeBy: string
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null
  readonly signal: AbortSignal
}

/** What a target keeps, for backups: its database, and the secrets beside it. */
export interface LocalData {
  /** Whether there is an embedded database, running or not. */
  isThere(): Promise<boolean>
  /** As of one moment, into files of a folder. */
  dump(url: string, folder: string, signal: AbortSignal): Promise<DumpFacts>
  secrets(): Promise<Secrets>
  count(url: string): Promise<{tasks: number; accounts: number}>
  /** Starts the embedded database for the while. Only while holding the lock, when nothing runs. */
  withDatabase<T>(signal: AbortSignal, work: (url: string) => Promise<T>): Promise<T>
  /** All or nothing. Only while holding the lock, when nothing runs. */
  restore(request: RestoreRequest): Promise<void>
}

/** `bus`: where events wait that nobody has handled; see loadDump. */
export function openLocalData(dataDir: string, bus: 'log' | 'outbox'): LocalData {
  return {
    isThere: async () => await isThere(join(clusterFolder(dataDir), 'PG_VERSION')),
    dump: async (url, folder, signal) => {
      const {dumpDatabase} = await import('../database/backup/dump.ts')
      return await dumpDatabase(url, folder, signal)
    },
    secrets: async () => await (await import('./restore.ts')).readSecrets(dataDir),
    count: async (url) => await (await import('../database/backup/count.ts')).countKept(url),
    withDatabase: async (signal, work) => await withServer(dataDir, signal, async ({url}) => await work(url)),
    restore: async ({databaseUrl, secrets, ...dump}) => {
      const {restoreDataFolder, writeSecrets} = await import('./restore.ts')
      const options = {...dump, bus}
      if (databaseUrl !== null) {
        const {restoreInto} = await import('../database/backup/restore-database.ts')
        await restoreInto(databaseUrl, options)
        await writeSecrets(dataDir, secrets)
        return
      }
      const {DATABASE} = await import('./embedded-database.ts')
      await withServer(dataDir, dump.signal, async ({server}) => {
        const place = {dataDir, urlOf: (name?: string) => server.url(name), database: DATABASE}
        await restoreDataFolder(place, options, secrets)
      })
    },
  }
}

async function withServer<T>(
  dataDir: string,
  signal: AbortSignal,
  work: (database: EmbeddedDatabase) => Promise<T>,
): Promise<T> {
  const [{startEmbeddedDatabase}, {createLogger}] = await Promise.all([
    import('./embedded-database.ts'),
    import('../runtime/logger.ts'),
  ])
  const database = await startEmbeddedDatabase({
    dataDir,
    // Whatever fails is thrown to whoever asked; there is no log of a moment.
    logger: createLogger('todo5', 'silent'),
    signal,
    changed: () => undefined,
  })
  database.lost.catch(() => undefined)
  try {
    return await Promise.race([work(database), database.lost])
  } finally {
    await database.server.stop()
  }
}
