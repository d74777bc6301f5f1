import {setTimeout as delay} from 'node:timers/promises'
import {DEFAULT_PORT} from '../../services/contracts/local.ts'
import type {ServiceName} from '../../services/contracts/service-names.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {interrupted} from '../interruption.ts'
import {answersOk} from '../supervisor/host/answers.ts'
import type {HostMachine} from '../supervisor/host/host-machine.ts'
import {
  type HostConfiguration,
  hostMessage,
  type HostOptions,
  type HostState,
  type HostStep,
} from '../supervisor/host/host-state.ts'
import {withoutStopped, withRestarts} from '../supervisor/host/wanted.ts'
import {lookFor, type ProcessEntry} from '../supervisor/machine.ts'
import {ownerText, portOwner} from '../supervisor/port-owner.ts'
import {restartReason} from '../supervisor/restart-reason.ts'
import {startProcess} from '../supervisor/start-process.ts'
import {type Started, startTarget} from '../supervisor/start-target.ts'
import {HOST_STOP_LIMIT_MS, stopProcess} from '../supervisor/stop-process.ts'
import type {StackPrograms} from '../toolchain/stack-programs.ts'
import {portInUse, runsAlready} from './bring-up.ts'
import {type HostServiceResult, inOrder, resultsOf, untilReached} from './host-services.ts'

export type {HostOptions}

/** The host target of this command line. */
export interface HostTarget {
  readonly machine: HostMachine
  readonly entry: ProcessEntry
  readonly serviceScript: string
  readonly credentialsDir: string
  /** Where Kafka, Dapr and Java are; rejects with what to do when they are not. */
  programs(): Promise<StackPrograms>
}

export interface BringUpHostRequest {
  readonly target: HostTarget
  readonly options: HostOptions
  readonly logLevel: HostConfiguration['log_level']
  readonly version: string
  readonly typedAs: string
  readonly attached: boolean
  readonly signal: AbortSignal
  readonly onStep: (step: HostStep) => void
  /** Starts these alone, where host runs; what is stopped by hand besides them stays so. */
  readonly only?: readonly ServiceName[]
  /** Also those of `only` that run. */
  readonly restart?: boolean
}

export interface HostBroughtUp extends Started<HostState> {
  readonly seconds: number
  /** Who has the default port, when another one had to be taken. */
  readonly portTakenBy: string | null
  /** Those of `only`; without it, those that were stopped by hand. */
  readonly services: readonly HostServiceResult[]
}

/** Of somebody else's start: Kafka recovers, or everything is started on a busy machine. */
const WAIT_LIMIT_MS = 600_000
const HEALTH_PATIENCE_MS = 30_000
/** Of single services: each waits for its sidecar, on a machine that may be busy. */
const SERVICES_LIMIT_MS = 300_000

/** `todo5 up host`: starts Kafka, Dapr, PostgreSQL and the services as processes, or finds them running. */
export async function bringUpHost(request: BringUpHostRequest): Promise<HostBroughtUp> {
  const {target, options, attached, typedAs, signal, onStep, version} = request
  const {machine} = target
  if (process.platform === 'win32') throw notOnWindows()
  const began = performance.now()
  const before = await lookFor(machine)
  if (attached && before.kind !== 'none') throw runsAlready(before.state, 'host')
  const own = before.kind === 'none' ? null : before.state.api_url
  if (options.port !== null && (own === null || new URL(own).port !== String(options.port))) {
    if (!(await machine.isPortFree(options.port))) {
      throw portInUse(options.port, ownerText(await portOwner(options.port)), `${typedAs} up host`)
    }
  }
  // Before anything is stopped or started.
  const programs = await target.programs()
  const {wanted, services} = await wantServices(request)
  const started = await startTarget<HostState>({
    machine,
    attached,
    signal,
    onStep,
    command: 'todo5 up host',
    waitLimitMs: WAIT_LIMIT_MS,
    stopLimitMs: HOST_STOP_LIMIT_MS,
    reasonToRestart: async (state) => {
      const reason = restartReason(state, {version, build: await machine.buildStamp(), options})
      if (reason !== undefined) return reason
      const concerned = services.map(({service}) => service)
      await untilReached(machine, wanted, concerned, {signal, limitMs: SERVICES_LIMIT_MS})
      return request.only || (await isWell(machine, state, signal)) ? undefined : 'unhealthy'
    },
    startProcess: (replaced, onMessage) =>
      startProcess(target.entry, configurationOf(request, programs, replaced), (message) =>
        onMessage(hostMessage.parse(message)),
      ),
  })
  const elsewhere = started.state.options.port === null && new URL(started.state.api_url!).port !== String(DEFAULT_PORT)
  return {
    ...started,
    services,
    seconds: (performance.now() - began) / 1000,
    portTakenBy: elsewhere ? ownerText(await portOwner(DEFAULT_PORT)) : null,
  }
}

/** It does not tell where a process works, by which what a killed supervisor left is found again. */
const notOnWindows = (): CliError =>
  new CliError('up host needs Linux or macOS.', {
    code: 'not_on_windows',
    exit: EXIT.refused,
    hints: ['todo5 up        everything in one process', 'or run it in WSL'],
  })

/** When Ctrl-C came just as it became ready: ends what was started. The one that ran before stays. */
export async function takeBackHost(up: HostBroughtUp, {target, signal}: BringUpHostRequest): Promise<void> {
  if (!signal.aborted || up.already || up.process) return
  await stopProcess(target.machine, up.state, undefined, HOST_STOP_LIMIT_MS)
  throw interrupted('Interrupted; nothing was left running.')
}

/** Whoever says `up host` wants all of it, but for those that --only leaves alone. */
async function wantServices({target: {machine}, only, restart = false}: BringUpHostRequest) {
  const before = await machine.readWanted()
  const services = only ? inOrder(only) : before.stopped
  if (services.length === 0) return {wanted: before, services: []}
  const wanted = await machine.changeWanted((now) => {
    const started = withoutStopped(now, services)
    return restart ? withRestarts(started, services) : started
  })
  return {wanted, services: resultsOf(before, wanted, services)}
}

async function isWell(machine: HostMachine, state: HostState, signal: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + HEALTH_PATIENCE_MS
  // Something may just be coming back: the supervisor restarts what has ended.
  for (;;) {
    const healthy = await Promise.all(
      ((await machine.readState()) ?? state).processes.map(
        async ({state: is, health_url: url}) =>
          is === 'stopped_by_hand' || (is === 'running' && (url === null || (await answersOk(url)))),
      ),
    )
    if (healthy.every(Boolean)) return true
    if (performance.now() > deadline) return false
    await delay(250, undefined, {signal})
  }
}

/** What is not asked for anew stays as it was. */
function configurationOf(
  {target, options, logLevel, attached}: BringUpHostRequest,
  programs: StackPrograms,
  replaced: HostState | undefined,
): HostConfiguration {
  const {entry} = target
  return {
    port: options.port ?? replaced?.options.port ?? null,
    smtp_url: options.smtp_url ?? replaced?.options.smtp_url ?? null,
    mail_to: options.mail_to ?? replaced?.options.mail_to ?? null,
    model: options.model ?? replaced?.options.model ?? null,
    sentry_dsn: options.sentry_dsn ?? replaced?.options.sentry_dsn ?? null,
    trace_sampling: options.trace_sampling ?? replaced?.options.trace_sampling ?? null,
    host_dir: entry.dataDir,
    credentials_dir: target.credentialsDir,
    programs: {...programs},
    service_script: target.serviceScript,
    time_zone: entry.timeZone,
    log_level: logLevel,
    attached,
  }
}
