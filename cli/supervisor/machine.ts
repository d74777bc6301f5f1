import type {LocalState} from '../../services/contracts/local.ts'

/** What of the embedded PostgreSQL is there; recognised by program, folder and password. */
export interface FoundServer {
  readonly state: 'none' | 'stale' | 'ours' | 'busy' | 'foreign'
  readonly pid?: number
  readonly port?: number
  readonly processes: readonly number[]
}

/** The local target seen from outside. composition.ts brings the real one, with what the services know about it. */
export interface Machine {
  makeFolders(): Promise<void>
  hasState(): Promise<boolean>
  readState(): Promise<LocalState | undefined>
  isAlive(state: LocalState): Promise<boolean>
  takeLock(options?: {waitMs?: number; signal?: AbortSignal}): Promise<{release(): void} | undefined>
  findServer(): Promise<FoundServer>
  endServer(): Promise<void>
  removeState(): Promise<void>
  deleteData(): Promise<string[]>
  isPortFree(port: number): Promise<boolean>
  buildStamp(): Promise<string | null>
  logFiles(): readonly string[]
}

/** How the background process is started. */
export interface ProcessEntry {
  /** Absolute path of the program that Node runs. */
  readonly script: string
  readonly stateDir: string
  readonly dataDir: string
  /** Without what only the command line needs to know, such as passwords. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeZone: string
}

export type Presence =
  | {readonly kind: 'none'}
  | {readonly kind: 'starting' | 'ready' | 'stopping'; readonly state: LocalState}

/** Whether a local target lives here. A state file of a process that is gone counts for nothing. */
export async function lookFor(machine: Machine): Promise<Presence> {
  const state = await machine.readState()
  if (!state || !(await machine.isAlive(state))) return {kind: 'none'}
  return {kind: state.phase, state}
}
