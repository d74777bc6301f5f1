import type {LocalState} from '../../services/contracts/local.ts'
import type {TargetData} from './target-data.ts'

/** What the background process of a target says about itself, as far as every target does. */
export interface TargetState {
  readonly pid: number
  readonly process_start: string
  readonly phase: 'starting' | 'ready' | 'stopping'
  readonly step: string
}

/** A target on this machine seen from outside. composition.ts brings the real ones, with what the services know. */
export interface TargetMachine<State extends TargetState> {
  makeFolders(): Promise<void>
  hasState(): Promise<boolean>
  readState(): Promise<State | undefined>
  isAlive(state: State): Promise<boolean>
  takeLock(options?: {waitMs?: number; signal?: AbortSignal}): Promise<{release(): void} | undefined>
  /** Whether programs run whose background process was killed. */
  hasRemains(): Promise<boolean>
  /** Ends them; only while holding the lock. */
  endRemains(): Promise<void>
  removeState(): Promise<void>
  deleteData(): Promise<string[]>
  buildStamp(): Promise<string | null>
  /** What it keeps, for backups. */
  readonly data: TargetData
}

/** What of the embedded PostgreSQL is there; recognised by program, folder and password. */
export interface FoundServer {
  readonly state: 'none' | 'stale' | 'ours' | 'busy' | 'foreign'
  readonly pid?: number
  readonly port?: number
  readonly processes: readonly number[]
}

/** The local target: everything but PostgreSQL is one process. */
export interface Machine extends TargetMachine<LocalState> {
  findServer(): Promise<FoundServer>
  isPortFree(port: number): Promise<boolean>
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

export type Presence<State extends TargetState> =
  | {readonly kind: 'none'}
  | {readonly kind: 'starting' | 'ready' | 'stopping'; readonly state: State}

/** Whether a target lives here. A state file of a process that is gone counts for nothing. */
export async function lookFor<State extends TargetState>(machine: TargetMachine<State>): Promise<Presence<State>> {
  const state = await machine.readState()
  if (!state || !(await machine.isAlive(state))) return {kind: 'none'}
  return {kind: state.phase, state}
}
