import {setTimeout as delay} from 'node:timers/promises'
import {
  type LocalConfiguration,
  localMessage,
  type LocalOptions,
  type LocalState,
  type LocalStep,
} from '../../services/contracts/local.ts'
import {isHealthy} from './health.ts'
import type {Machine, ProcessEntry} from './machine.ts'
import {type RestartReason, restartReason} from './restart-reason.ts'
import {startProcess} from './start-process.ts'
import {type Started, startTarget} from './start-target.ts'
import {STOP_LIMIT_MS} from './stop-process.ts'

export interface StartRequest {
  readonly machine: Machine
  readonly entry: ProcessEntry
  /** What was asked for on the command line; null keeps what a running one has. */
  readonly options: LocalOptions
  readonly logLevel: LocalConfiguration['log_level']
  readonly version: string
  readonly attached: boolean
  readonly signal: AbortSignal
  readonly onStep: (step: LocalStep) => void
}

/** Recovery of a large database is part of it. */
const WAIT_LIMIT_MS = 180_000
const HEALTH_PATIENCE_MS = 15_000

/** Brings the local target up; what runs is restarted when it is older, ill or was started otherwise. */
export async function startLocal(request: StartRequest): Promise<Started<LocalState>> {
  const {machine, entry, attached, signal, onStep, logLevel} = request
  return await startTarget({
    machine,
    attached,
    signal,
    onStep,
    command: 'todo5 up',
    waitLimitMs: WAIT_LIMIT_MS,
    stopLimitMs: STOP_LIMIT_MS,
    reasonToRestart: async (state) => await reasonToRestart(request, state),
    startProcess: (before, onMessage) => {
      const configuration: LocalConfiguration = {
        ...(before ? merged(before.options, request.options) : request.options),
        state_dir: entry.stateDir,
        data_dir: entry.dataDir,
        time_zone: entry.timeZone,
        log_level: logLevel,
        attached,
      }
      return startProcess(entry, configuration, (message) => onMessage(localMessage.parse(message)))
    },
  })
}

async function reasonToRestart(request: StartRequest, state: LocalState): Promise<RestartReason | undefined> {
  const {machine, version, options, signal} = request
  const reason = restartReason(state, {version, build: await machine.buildStamp(), options})
  if (reason !== undefined) return reason
  const deadline = performance.now() + HEALTH_PATIENCE_MS
  // PostgreSQL may just be coming back after a crash.
  while (!(await isHealthy(state.operations_url!))) {
    if (performance.now() > deadline) return 'unhealthy'
    await delay(250, undefined, {signal})
  }
  return undefined
}

/** What is not asked for anew stays as it was. */
const merged = (before: LocalOptions, now: LocalOptions): LocalOptions => ({
  port: now.port ?? before.port,
  database_url: now.database_url ?? before.database_url,
  smtp_url: now.smtp_url ?? before.smtp_url,
  mail_to: now.mail_to ?? before.mail_to,
  notify_command: now.notify_command ?? before.notify_command,
  model: now.model ?? before.model,
  sentry_dsn: now.sentry_dsn ?? before.sentry_dsn ?? null,
})
