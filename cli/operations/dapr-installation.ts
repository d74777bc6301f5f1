import {setTimeout as delay} from 'node:timers/promises'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {DaprVersion, DaprVersions} from '../supervisor/host/dapr-versions.ts'
import {daprValuesOf, hostFolders} from '../supervisor/host/host-folders.ts'
import type {HostMachine} from '../supervisor/host/host-machine.ts'
import {lookFor} from '../supervisor/machine.ts'
import type {DaprTarget} from './dapr-targets.ts'

/** Where versions of Dapr resources are kept, and how sidecars get them. */
export interface DaprInstallation {
  readonly target: DaprTarget
  readonly versions: DaprVersions
  /** What resources are rendered with besides what a person may set; the secrets file is of a service named SERVICE. */
  values(): Promise<Readonly<Record<string, string>>>
  /**
   * Gives the version to the sidecars, and resolves when each has loaded it. Rejects when one does not come up; all have
   * what they had before then. Where nothing runs, the next start takes it.
   */
  load(version: DaprVersion, signal: AbortSignal): Promise<'loaded' | 'at_next_start'>
}

/** Five sidecars, one after the other, and the same again when it goes back. */
const LOAD_LIMIT_MS = 900_000

/** Those of the host target, which its supervisor gives to the sidecars. */
export function hostDapr({machine, dataDir}: {machine: HostMachine; dataDir: string}): DaprInstallation {
  return {
    target: 'host',
    versions: machine.daprVersions,
    values: async () => {
      const found = await lookFor(machine)
      const state = found.kind === 'none' ? undefined : found.state
      const brokers = state?.kafka_brokers ?? 'BROKERS'
      const sampling = state?.options.trace_sampling ?? null
      return daprValuesOf(hostFolders(dataDir), 'SERVICE', {brokers, zipkinUrl: state?.zipkin_url ?? null, sampling})
    },
    load: async (version, signal) => await loadOnHost(machine, version, signal),
  }
}

async function loadOnHost(machine: HostMachine, version: DaprVersion, signal: AbortSignal) {
  const {number} = version
  const found = await lookFor(machine)
  if (found.kind === 'none') return 'at_next_start' as const
  await machine.changeWanted((wanted) => ({...wanted, dapr_version: number}))
  const deadline = performance.now() + LOAD_LIMIT_MS
  for (;;) {
    const now = await lookFor(machine)
    if (now.kind === 'none' || now.kind === 'stopping') return 'at_next_start' as const
    const {dapr} = now.state
    if (dapr.asked === number && dapr.version === number) return 'loaded' as const
    if (dapr.asked === number && dapr.fault !== null) throw notLoaded(number, dapr.version, dapr.fault)
    if (performance.now() > deadline) throw takesLong(number)
    await delay(100, undefined, {signal})
  }
}

const notLoaded = (number: number, before: number | null, fault: string): CliError =>
  new CliError(`Version ${number} was not loaded, version ${before} is again: ${fault}`, {
    code: 'dapr_not_loaded',
    exit: EXIT.outsideProgram,
    hints: ['todo5 logs --target host --level ERROR', 'todo5 status host', 'todo5 dapr versions'],
  })

const takesLong = (number: number): CliError =>
  new CliError(`Version ${number} is still being loaded; that goes on in the background.`, {
    code: 'not_finished',
    exit: EXIT.notFinished,
    hints: ['todo5 dapr versions', 'todo5 status host'],
  })
