import {setTimeout as delay} from 'node:timers/promises'
import type {LocalConfiguration, LocalOptions, LocalState, LocalStep} from '../../services/contracts/local.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {exitOfFailure} from './failure-exit.ts'
import {isHealthy} from './health.ts'
import {interrupted} from '../interruption.ts'
import {lookFor, type Machine, type ProcessEntry} from './machine.ts'
import {type RestartReason, restartReason} from './restart-reason.ts'
import {type StartedProcess, startProcess} from './start-process.ts'
import {stopProcess} from './stop-process.ts'

export interface StartRequest {
  readonly machine: Machine
  readonly entry: ProcessEntry
  /** What was asked for on the command line; null keeps what a running one has. */
  readonly options: LocalOptions
  readonly logLevel: LocalConfiguration['log_level']
  readonly version: string
  readonly attached: boolean
  /** Ends what this call started, and rejects with the signal's reason. */
  readonly signal: AbortSignal
  readonly onStep: (step: LocalStep) => void
}

export interface Started {
  readonly state: LocalState
  /** It ran already, and nothing was done. */
  readonly already: boolean
  /** It ran, but had to be started anew. */
  readonly restarted: RestartReason | null
  /** With `attached`: the process, which is still ours. */
  readonly process?: StartedProcess
}

/** Recovery of a large database is part of it. */
const WAIT_LIMIT_MS = 180_000
const HEALTH_PATIENCE_MS = 15_000
/** Somebody else holds the lock without showing a state: a `down` that clears up, or an `up` that has just begun. */
const LOCK_PATIENCE_MS = 30_000

/**
 * Brings the local target up, whatever is there: one that runs is left alone (or restarted when it is older, ill or was
 * started otherwise), one that starts is waited for, leftovers are recovered from.
 */
export async function startLocal(request: StartRequest): Promise<Started> {
  const {machine, signal, onStep} = request
  const deadline = performance.now() + WAIT_LIMIT_MS
  let lockDeadline = 0
  let restarted: RestartReason | null = null
  let {options} = request
  await machine.makeFolders()
  for (;;) {
    signal.throwIfAborted()
    const found = await lookFor(machine)
    if (found.kind === 'ready') {
      const reason = await reasonToRestart(request, found.state)
      if (reason === undefined) return {state: found.state, already: restarted === null, restarted}
      restarted = reason
      options = merged(found.state.options, options)
      // Not to be interrupted: half of a stop would leave it running behind the back of whoever pressed Ctrl-C.
      await stopProcess(machine, found.state)
    } else if (found.kind === 'none') {
      const launched = await launch({...request, options})
      if (launched !== 'locked') return {...launched, already: false, restarted}
      lockDeadline ||= performance.now() + LOCK_PATIENCE_MS
      if (performance.now() > lockDeadline) throw locked()
      await delay(100, undefined, {signal})
    } else {
      if (found.kind === 'starting') onStep(found.state.step)
      if (performance.now() > deadline) throw hangs(found.state)
      await delay(50, undefined, {signal})
    }
  }
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
})

type Launched = {readonly state: LocalState; readonly process?: StartedProcess}

async function launch(request: StartRequest): Promise<Launched | 'locked'> {
  const {entry, options, attached, signal, onStep, logLevel, machine} = request
  let ready: LocalState | undefined
  let failure: CliError | undefined
  let settle: () => void = () => undefined
  const settled = new Promise<void>((resolve) => (settle = resolve))
  const started = startProcess(
    entry,
    {
      ...options,
      state_dir: entry.stateDir,
      data_dir: entry.dataDir,
      time_zone: entry.timeZone,
      log_level: logLevel,
      attached,
    },
    (message) => {
      if (message.type === 'step') onStep(message.step)
      else if (message.type === 'ready') ready = message.state
      else failure ??= toError(message)
      if (message.type === 'ready') settle()
    },
  )
  const onAbort = (): void => {
    started.stop()
    settle()
  }
  signal.addEventListener('abort', onAbort, {once: true})
  try {
    // It may have come between the last look and the listener.
    if (signal.aborted) onAbort()
    await Promise.race([settled, started.exited])
    if (signal.aborted) {
      await endStarted(started, machine)
      throw interrupted('Interrupted; nothing was left running.')
    }
    if (ready) {
      if (attached) return {state: ready, process: started}
      started.release()
      return {state: ready}
    }
    const exit = await started.exited
    if (failure?.code === 'already_running') return 'locked'
    throw failure ?? endedSilently(exit, started.lastWords())
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** It ends PostgreSQL in order, which takes at most 20 s; whatever is still there then is ended for it. */
async function endStarted(started: StartedProcess, machine: Machine): Promise<void> {
  const timer = setTimeout(() => started.stop('SIGKILL'), 45_000)
  const {signal} = await started.exited
  clearTimeout(timer)
  // Killed, or ended by our first signal before it could listen: neither leaves anything but a PostgreSQL.
  if (signal === null) return
  const lock = await machine.takeLock({waitMs: 5000})
  if (!lock) return
  try {
    await machine.endServer()
    await machine.removeState()
  } finally {
    lock.release()
  }
}

const toError = ({code, message, hints}: {code: string; message: string; hints: readonly string[]}): CliError =>
  new CliError(message, {code, exit: exitOfFailure(code), hints})

function endedSilently(exit: {code: number | null; signal: NodeJS.Signals | null}, words: string): CliError {
  const how = exit.signal === null ? `exit ${exit.code}` : exit.signal
  if (words === '' && exit.code === 0) {
    return new CliError('todo5 was stopped while it started.', {
      code: 'stopped',
      exit: EXIT.refused,
      hints: ['todo5 up'],
    })
  }
  return new CliError(`todo5 ended while it started (${how})${words === '' ? '.' : `: ${words}`}`, {
    code: 'process_ended',
    exit: exit.signal === null ? EXIT.bug : EXIT.refused,
    hints: ['todo5 logs', 'todo5 up'],
  })
}

const locked = (): CliError =>
  new CliError('Another todo5 command is at work on this machine and does not finish.', {
    code: 'busy',
    exit: EXIT.refused,
    hints: ['todo5 status', 'todo5 down'],
  })

const hangs = (state: LocalState): CliError =>
  new CliError(`todo5 (pid ${state.pid}) has been ${state.phase} for a long time.`, {
    code: 'hangs',
    exit: EXIT.notFinished,
    hints: ['todo5 logs', 'todo5 down'],
  })
