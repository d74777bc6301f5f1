import type {HostState} from '../../supervisor/host/host-state.ts'
import type {LocalState} from '../../../services/contracts/local.ts'
import {
  lookFor,
  type Machine,
  type ProcessEntry,
  type TargetMachine,
  type TargetState,
} from '../../supervisor/machine.ts'
import {bringUp} from '../bring-up.ts'
import {bringUpHost, type HostTarget} from '../bring-up-host.ts'

export interface BackupState extends TargetState {
  readonly version: string
  readonly database_url: string | null
}

/** A target of this machine whose data can be taken and given back. */
export interface BackupTarget {
  readonly name: 'local' | 'host'
  readonly dataDir: string
  readonly machine: TargetMachine<BackupState>
  /** Looks how it runs; what that gives starts it so again, and answers with the address of its API. Undefined: it does not run. */
  restarter(signal: AbortSignal): Promise<(() => Promise<string | null>) | undefined>
}

interface About {
  readonly version: string
  readonly typedAs: string
}

/** Both targets of this machine. */
export const backupTargets = (
  local: {readonly machine: Machine; readonly entry: ProcessEntry},
  host: HostTarget,
  about: About,
): readonly BackupTarget[] => [
  {
    name: 'local',
    dataDir: local.entry.dataDir,
    machine: local.machine,
    restarter: async (signal) => {
      const found = await lookFor<LocalState>(local.machine)
      if (found.kind !== 'ready') return undefined
      const options = {...found.state.options, port: portOf(found.state)}
      return async () => (await bringUp({...local, options, ...about, ...quietly, signal})).state.api_url
    },
  },
  {
    name: 'host',
    dataDir: host.entry.dataDir,
    machine: host.machine,
    restarter: async (signal) => {
      const found = await lookFor<HostState>(host.machine)
      if (found.kind !== 'ready') return undefined
      const options = {...found.state.options, port: portOf(found.state)}
      return async () => (await bringUpHost({target: host, options, ...about, ...quietly, signal})).state.api_url
    },
  },
]

const quietly = {attached: false, logLevel: 'info', onStep: () => undefined} as const

const portOf = ({api_url: url}: {readonly api_url: string | null}): number | null =>
  url === null ? null : Number(new URL(url).port)

/** Which target is meant: the one that is named, else the one that runs, else the `usual` one, else the one that has data. */
export async function chooseTarget(request: {
  readonly targets: readonly BackupTarget[]
  readonly named: 'local' | 'host' | undefined
  /** The first counts. */
  readonly running: readonly {readonly name: string}[]
  readonly usual?: 'local' | 'host'
}): Promise<BackupTarget> {
  const {targets, named, running, usual} = request
  const name = named ?? running[0]?.name ?? usual ?? (await firstWithData(targets))?.name ?? 'local'
  return targets.find((target) => target.name === name)!
}

async function firstWithData(targets: readonly BackupTarget[]): Promise<BackupTarget | undefined> {
  for (const target of targets) if (await target.machine.data.isThere()) return target
  return undefined
}
