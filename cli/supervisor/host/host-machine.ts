import type {TargetMachine} from '../machine.ts'
import type {FolderProcess} from './folder-processes.ts'
import type {HostState} from './host-state.ts'

/** The host target: many programs, watched by one process. */
export interface HostMachine extends TargetMachine<HostState> {
  isPortFree(port: number): Promise<boolean>
  /** All programs that run, PostgreSQL's processes too, whether somebody watches them or not. */
  remains(): Promise<readonly FolderProcess[]>
  logFile(name: string): string
  readonly logsFolder: string
}
