import type {TargetMachine} from '../machine.ts'
import type {DaprVersions} from './dapr-versions.ts'
import type {FolderProcess} from './folder-processes.ts'
import type {HostState} from './host-state.ts'
import type {HostWanted} from './wanted.ts'

/** The host target: many programs, watched by one process. */
export interface HostMachine extends TargetMachine<HostState> {
  isPortFree(port: number): Promise<boolean>
  /** All programs that run, PostgreSQL's processes too, whether somebody watches them or not. */
  remains(): Promise<readonly FolderProcess[]>
  /** What a person has asked for of single services; the supervisor does it. */
  readWanted(): Promise<HostWanted>
  /** One change at a time, whoever else changes it. Answers with what is wanted now. */
  changeWanted(change: (wanted: HostWanted) => HostWanted): Promise<HostWanted>
  readonly daprVersions: DaprVersions
  logFile(name: string): string
  readonly logsFolder: string
}
