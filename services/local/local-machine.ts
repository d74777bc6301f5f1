import {rm} from 'node:fs/promises'
import {dirname} from 'node:path'
import type {LocalState} from '../contracts/local.ts'
import {serverAccount} from '../database/server/account.ts'
import {findBinaries} from '../database/server/binaries.ts'
import {type Found, findServer, stopLeftover} from '../database/server/ownership.ts'
import {isPortFree} from '../database/server/port.ts'
import {keepPassword} from '../database/server/password.ts'
import {serverProcesses} from '../database/server/processes.ts'
import {readPostmasterFile} from '../database/server/postmaster-file.ts'
import {buildStamp} from './build-stamp.ts'
import {clusterFolder, passwordFile} from './embedded-database.ts'
import {makeFolders} from './folders.ts'
import {type InstanceLock, takeLock} from './instance-lock.ts'
import {type LocalData, openLocalData} from './local-data.ts'
import {logFile, logGenerations} from './log-file.ts'
import {isSameProcess} from './process-start.ts'
import {hasState, readState, removeState, writeApiKey} from './state-file.ts'

/** What of PostgreSQL is there, with all its processes. */
export type EmbeddedServer = Found & {readonly processes: readonly number[]}

/** The local target as the command line sees it from outside: what runs, what is left, and the means to clear it away. */
export interface LocalMachine {
  makeFolders(): Promise<void>
  hasState(): Promise<boolean>
  readState(): Promise<LocalState | undefined>
  isAlive(state: LocalState): Promise<boolean>
  takeLock(options?: {waitMs?: number; signal?: AbortSignal}): Promise<InstanceLock | undefined>
  findServer(): Promise<EmbeddedServer>
  /** Whether a PostgreSQL runs whose todo5 is gone. */
  hasRemains(): Promise<boolean>
  /** Ends it; only while holding the lock. */
  endRemains(): Promise<void>
  removeState(): Promise<void>
  /** Removes database, mails, keys and logs; answers with what was there. Only while holding the lock. */
  deleteData(): Promise<string[]>
  isPortFree(port: number): Promise<boolean>
  buildStamp(): Promise<string | null>
  /** Newest first. */
  logFiles(): readonly string[]
  /** What it keeps, for backups. */
  readonly data: LocalData
}

export function openLocalMachine({
  stateDir,
  dataDir,
  bus = 'log',
}: {
  stateDir: string
  dataDir: string
  /** Where events wait: in the database, or on a bus of its own. */
  bus?: 'log' | 'outbox'
}): LocalMachine {
  const cluster = clusterFolder(dataDir)
  const find = async (): Promise<EmbeddedServer> => {
    const file = await readPostmasterFile(cluster)
    const processes = await serverProcesses(cluster, file?.pid)
    // The password is only asked for, and made when missing, when there is a server to show it to.
    if (file === undefined && processes.length === 0) return {state: 'none', processes}
    return {...(await findServer({dataDir: cluster, password: await keepPassword(passwordFile(dataDir))})), processes}
  }
  return {
    makeFolders: async () => await makeFolders({stateDir, dataDir}),
    hasState: async () => await hasState(stateDir),
    readState: async () => await readState(stateDir),
    isAlive: async (state) => await isSameProcess(state.pid, state.process_start),
    takeLock: async (options) => await takeLock(stateDir, options),
    findServer: find,
    hasRemains: async () => (await find()).state !== 'none',
    endRemains: async () => {
      if ((await find()).state === 'none') return
      const password = await keepPassword(passwordFile(dataDir))
      const binaries = await findBinaries({dataRoot: dataDir, account: await serverAccount(cluster)})
      await stopLeftover({dataDir: cluster, password, binaries})
    },
    removeState: async () => await removeState(stateDir),
    deleteData: async () => {
      await writeApiKey(stateDir, 'local', null)
      const folders = [dataDir, dirname(logFile(stateDir))]
      for (const folder of folders) await rm(folder, {recursive: true, force: true, maxRetries: 5})
      return folders
    },
    isPortFree,
    buildStamp,
    logFiles: () => logGenerations(logFile(stateDir)),
    data: openLocalData(dataDir, bus),
  }
}
