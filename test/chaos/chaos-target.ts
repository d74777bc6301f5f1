import type {CaughtMails} from '../support/faults/mails.ts'
import type {LoadUser} from '../support/faults/load.ts'
import type {Evidence} from './evidence.ts'
import type {Random} from './random.ts'

export interface Fault {
  readonly kind: string
  /** It costs so much that a run has it once. */
  readonly once?: boolean
  /** Breaks something; `over` says when recovery begins, if that is before everything needed for it has been done. */
  readonly run: (random: Random, over: () => void) => Promise<void>
}

/** A running todo5 that can be broken and looked at. */
export interface ChaosTarget {
  readonly name: 'local' | 'host'
  readonly users: readonly LoadUser[]
  readonly mails: CaughtMails
  readonly faults: readonly Fault[]
  /** Faults that cannot be made here, with the reason. */
  readonly leftOut: readonly string[]
  /** Where clients find the API, whatever happens behind it. */
  apiUrl(): string
  databaseUrl(): Promise<string>
  /** Whether every process says that it is well. */
  isWell(): Promise<boolean>
  /** What is still under way. */
  underWay(): Promise<string[]>
  /** Everything but the mails, which are in their folder. */
  evidence(): Promise<Omit<Evidence, 'mails'>>
  /** The metrics of all processes, one text each, by what tells a process from the one after it. */
  metrics(): Promise<ReadonlyMap<string, string>>
  stop(): Promise<void>
}
