import type {LocalOptions, LocalState, LocalStep} from '../../services/contracts/local.ts'
import {DEFAULT_PORT} from '../../services/contracts/local.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {interrupted} from '../interruption.ts'
import {lookFor, type Machine, type ProcessEntry} from '../supervisor/machine.ts'
import {ownerText, portOwner} from '../supervisor/port-owner.ts'
import type {RestartReason} from '../supervisor/restart-reason.ts'
import {startLocal} from '../supervisor/start-local.ts'
import type {StartedProcess} from '../supervisor/start-process.ts'
import {stopProcess} from '../supervisor/stop-process.ts'

export interface BringUpRequest {
  readonly machine: Machine
  readonly entry: ProcessEntry
  readonly options: LocalOptions
  readonly logLevel: 'debug' | 'info'
  readonly version: string
  readonly typedAs: string
  readonly attached: boolean
  readonly signal: AbortSignal
  readonly onStep: (step: LocalStep) => void
}

export interface BroughtUp {
  readonly state: LocalState
  readonly already: boolean
  readonly restarted: RestartReason | null
  readonly seconds: number
  /** Who has the default port, when another one had to be taken. */
  readonly portTakenBy: string | null
  readonly process?: StartedProcess
}

/** `todo5 up`: starts the local target, or finds it running. */
export async function bringUp(request: BringUpRequest): Promise<BroughtUp> {
  const {machine, options, attached, typedAs} = request
  const began = performance.now()
  const before = await lookFor(machine)
  if (attached && before.kind !== 'none') throw runsAlready(before.state)
  if (options.port !== null)
    await refuseTakenPort(options.port, before.kind === 'none' ? undefined : before.state, request)
  try {
    const started = await startLocal(request)
    const took = started.state.api_url !== null && Number(new URL(started.state.api_url).port)
    const elsewhere = started.state.options.port === null && took !== DEFAULT_PORT
    return {
      ...started,
      seconds: (performance.now() - began) / 1000,
      portTakenBy: elsewhere ? ownerText(await portOwner(DEFAULT_PORT)) : null,
    }
  } catch (error) {
    // Taken between our look and its start.
    if (error instanceof CliError && error.code === 'port_in_use' && options.port !== null) {
      throw portInUse(options.port, ownerText(await portOwner(options.port)), `${typedAs} up`)
    }
    throw error
  }
}

/** When Ctrl-C came just as it became ready: ends what was started. The one that ran before stays. */
export async function takeBackIfInterrupted(up: BroughtUp, {machine, signal}: BringUpRequest): Promise<void> {
  if (!signal.aborted || up.already || up.process) return
  await stopProcess(machine, up.state)
  throw interrupted('Interrupted; nothing was left running.')
}

/** Before anything is changed. The port of the one that runs is no obstacle to itself. */
async function refuseTakenPort(port: number, running: LocalState | undefined, {machine, typedAs}: BringUpRequest) {
  if (running?.api_url && new URL(running.api_url).port === String(port)) return
  if (await machine.isPortFree(port)) return
  throw portInUse(port, ownerText(await portOwner(port)), `${typedAs} up`)
}

/** `command` is the one that takes a free port. */
export const portInUse = (port: number, owner: string, command: string): CliError =>
  new CliError(`port ${port} is in use by ${owner}.`, {
    code: 'port_in_use',
    exit: EXIT.refused,
    hints: [`${command}        takes a free port`],
  })

export const runsAlready = (state: {readonly pid: number}, target = ''): CliError =>
  new CliError(`todo5 runs in the background already (pid ${state.pid}).`, {
    code: 'already_running',
    exit: EXIT.refused,
    hints: [
      'todo5 logs -f        follows it',
      `todo5 down${target === '' ? '' : ` ${target}`} && todo5 up${target === '' ? '' : ` ${target}`} --attach`,
    ],
  })
