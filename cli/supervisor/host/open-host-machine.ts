import {rm} from 'node:fs/promises'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {isDeepStrictEqual} from 'node:util'
import {lockFile, takeLock} from '../../../services/local/instance-lock.ts'
import {isThere, readJson, writeJson} from '../../../services/local/json-file.ts'
import {openLocalMachine} from '../../../services/local/local-machine.ts'
import {isSameProcess} from '../../../services/local/process-start.ts'
import {writeApiKey} from '../../../services/local/state-file.ts'
import {APPLICATION_VERSION} from '../../../services/runtime/application-version.ts'
import {namesIn} from '../../names-in.ts'
import {type DaprVersions, openDaprVersions} from './dapr-versions.ts'
import {endRemains} from './end-remains.ts'
import {processesIn} from './folder-processes.ts'
import {HOST_CONTEXT, type HostFolders, hostFolders, hostLogFile, hostStateFile, wantedFile} from './host-folders.ts'
import type {HostMachine} from './host-machine.ts'
import {type HostState, hostState} from './host-state.ts'
import {type HostWanted, hostWanted, NOTHING_WANTED} from './wanted.ts'

/** The host target as the command line sees it from outside. */
export function openHostMachine(root: string, credentialsDir: string): HostMachine {
  const folders = hostFolders(root)
  const local = openLocalMachine({stateDir: folders.state, dataDir: root, bus: 'outbox'})
  const hasPrograms = async () => (await processesIn(folders.run)).length > 0
  return {
    makeFolders: async () => await local.makeFolders(),
    takeLock: async (options) => await local.takeLock(options),
    buildStamp: async () => await local.buildStamp(),
    data: local.data,
    isPortFree: async (port) => await local.isPortFree(port),
    isAlive: async (state) => await isSameProcess(state.pid, state.process_start),
    hasState: async () => await isThere(hostStateFile(folders.state)),
    readState: async () => await readHostState(folders.state),
    removeState: async () => await rm(hostStateFile(folders.state), {force: true}),
    hasRemains: async () => (await hasPrograms()) || (await local.hasRemains()),
    endRemains: async () => {
      await endRemains(folders.run)
      await local.endRemains()
    },
    remains: async () => {
      const {processes} = await local.findServer()
      const programs = (await processesIn(folders.run)).map(({pid, folder}) => ({pid, folder}))
      return [...programs, ...processes.map((pid) => ({pid, folder: join(root, 'postgres')}))]
    },
    readWanted: async () => await readWanted(folders.state),
    changeWanted: async (change) => {
      await local.makeFolders()
      return await changeWanted(folders.state, change)
    },
    daprVersions: daprVersionsOf(folders),
    logFile: (name) => hostLogFile(folders, name),
    logsFolder: folders.logs,
    deleteData: async () => {
      await writeApiKey(credentialsDir, HOST_CONTEXT, null)
      for (const folder of [root, folders.state]) {
        for (const name of await namesIn(folder)) {
          const path = join(folder, name)
          // The lock is held; a file of its name that somebody else makes would be another lock.
          if (path === folders.state || path === lockFile(folders.state)) continue
          await rm(path, {recursive: true, force: true, maxRetries: 5})
        }
      }
      return [root]
    },
  }
}

async function readHostState(stateDir: string): Promise<HostState | undefined> {
  const parsed = hostState.safeParse(await readJson(hostStateFile(stateDir)))
  return parsed.success ? parsed.data : undefined
}

/** Nothing, when nobody ever asked for anything. */
export async function readWanted(stateDir: string): Promise<HostWanted> {
  const parsed = hostWanted.safeParse(await readJson(wantedFile(stateDir)))
  return parsed.success ? parsed.data : NOTHING_WANTED
}

async function changeWanted(stateDir: string, change: (wanted: HostWanted) => HostWanted): Promise<HostWanted> {
  return await locked(stateDir, 'wanted.lock', async () => {
    const before = await readWanted(stateDir)
    const after = change(before)
    if (!isDeepStrictEqual(before, after)) await writeJson(wantedFile(stateDir), after)
    return after
  })
}

export const daprVersionsOf = ({dapr}: HostFolders): DaprVersions =>
  openDaprVersions(
    dapr,
    {by: userInfo().username, todo5: APPLICATION_VERSION},
    {
      read: readJson,
      write: writeJson,
      locked: async (work) => await locked(dapr, 'versions.lock', work),
    },
  )

const LOCK_PATIENCE_MS = 10_000

async function locked<T>(folder: string, name: string, work: () => Promise<T>): Promise<T> {
  const lock = await takeLock(folder, {name, waitMs: LOCK_PATIENCE_MS})
  if (!lock) throw new Error(`another process has held ${join(folder, name)} for 10 s`)
  try {
    return await work()
  } finally {
    lock.release()
  }
}
