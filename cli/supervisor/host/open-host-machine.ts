import {readdir, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {lockFile} from '../../../services/local/instance-lock.ts'
import {openLocalMachine} from '../../../services/local/local-machine.ts'
import {isSameProcess} from '../../../services/local/process-start.ts'
import {writeApiKey} from '../../../services/local/state-file.ts'
import {endRemains} from './end-remains.ts'
import {processesIn} from './folder-processes.ts'
import {HOST_CONTEXT, hostFolders, hostLogFile, hostStateFile} from './host-folders.ts'
import type {HostMachine} from './host-machine.ts'
import {type HostState, hostState} from './host-state.ts'

/** The host target as the command line sees it from outside. */
export function openHostMachine(root: string, credentialsDir: string): HostMachine {
  const folders = hostFolders(root)
  const local = openLocalMachine({stateDir: folders.state, dataDir: root})
  const hasPrograms = async () => (await processesIn(folders.run)).length > 0
  return {
    makeFolders: async () => await local.makeFolders(),
    takeLock: async (options) => await local.takeLock(options),
    buildStamp: async () => await local.buildStamp(),
    isPortFree: async (port) => await local.isPortFree(port),
    isAlive: async (state) => await isSameProcess(state.pid, state.process_start),
    hasState: async () => (await readIfThere(hostStateFile(folders.state))) !== undefined,
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
  const text = await readIfThere(hostStateFile(stateDir))
  if (text === undefined) return undefined
  try {
    const parsed = hostState.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch (error) {
    // What a full disk left there is as good as nothing.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
