import type {ServiceName} from '../../../services/contracts/service-names.ts'
import {answersOk} from './answers.ts'
import {LOOPBACK} from './ports.ts'
import type {Program} from './program.ts'

/** Those with a sidecar. */
export type HostService = ServiceName

export interface ServiceProgramOptions {
  readonly name: HostService | 'mailbox'
  readonly node: string
  readonly script: string
  readonly folder: string
  readonly logFile: string
  /** Where Node keeps what it has compiled: half of a start is that. */
  readonly compileCache: string
  /** The port of its health. */
  readonly port: number
  /** Its configuration (docs/contract/environment.md). */
  readonly env: Readonly<Record<string, string>>
}

/** A service of todo5 as a process of its own. */
export function serviceProgram(options: ServiceProgramOptions): Program {
  const {name, node, script, folder, logFile, compileCache, port, env} = options
  return {
    name,
    command: node,
    args: [script, name],
    env: {HOST: LOOPBACK, PORT: String(port), NODE_ENV: 'production', NODE_COMPILE_CACHE: compileCache, ...env},
    folder,
    logFile,
    // Seconds; minutes on a machine that has other things to do.
    readyWithinMs: 300_000,
    // It has 45 s to finish what is under way, and ends itself then.
    stopWithinMs: 50_000,
    isReady: async () => await answersOk(healthOf(port)),
  }
}

export const healthOf = (port: number): string => `http://${LOOPBACK}:${port}/healthz`
