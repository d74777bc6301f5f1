import {setTimeout as delay} from 'node:timers/promises'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {interrupted} from '../interruption.ts'
import {exitOfFailure} from './failure-exit.ts'
import {lookFor, type TargetMachine, type TargetState} from './machine.ts'
import type {RestartReason} from './restart-reason.ts'
import type {StartedProcess} from './start-process.ts'
import {stopProcess} from './stop-process.ts'
import {busy, LOCK_PATIENCE_MS} from './target-lock.ts'

/** What the background process says while it starts. */
export type TargetMessage<State extends TargetState> =
  | {readonly type: 'step'; readonly step: State['step']}
  | {readonly type: 'ready'; readonly state: State}
  | {readonly type: 'failed'; readonly code: string; readonly message: string; readonly hints: readonly string[]}

export interface TargetStart<State extends TargetState> {
  readonly machine: TargetMachine<State>
  /** Why what runs and is ready has to be started anew; undefined when it may stay. */
  readonly reasonToRestart: (state: State) => Promise<RestartReason | undefined>
  /** Starts the background process; `before` is what it replaces. */
  readonly startProcess: (
    before: State | undefined,
    onMessage: (message: TargetMessage<State>) => void,
  ) => StartedProcess
  readonly attached: boolean
  /** Ends what this call started, and rejects with the signal's reason. */
  readonly signal: AbortSignal
  readonly onStep: (step: State['step']) => void
  /** How to call it in hints: `todo5 up host`. */
  readonly command: string
  /** For the start of somebody else. */
  readonly waitLimitMs: number
  /** For what runs to stop in order; then it is killed. */
  readonly stopLimitMs: number
}

export interface Started<State extends TargetState> {
  readonly state: State
  /** It ran already, and nothing was done. */
  readonly already: boolean
  /** It ran, but had to be started anew. */
  readonly restarted: RestartReason | null
  /** With `attached`: the process, which is still ours. */
  readonly process?: StartedProcess
}

/**
 * Brings a target up, whatever is there: one that runs is left alone (or restarted when there is a reason), one that
 * starts is waited for, leftovers are recovered from.
 */
export async function startTarget<State extends TargetState>(request: TargetStart<State>): Promise<Started<State>> {
  const {machine, signal, onStep} = request
  const deadline = performance.now() + request.waitLimitMs
  let lockDeadline = 0
  let restarted: RestartReason | null = null
  let before: State | undefined
  await machine.makeFolders()
  for (;;) {
    signal.throwIfAborted()
    const found = await lookFor(machine)
    if (found.kind === 'ready') {
      const reason = await request.reasonToRestart(found.state)
      if (reason === undefined) return {state: found.state, already: restarted === null, restarted}
      restarted = reason
      before = found.state
      // Not to be interrupted: half of a stop would leave it running behind the back of whoever pressed Ctrl-C.
      await stopProcess(machine, found.state, undefined, request.stopLimitMs)
    } else if (found.kind === 'none') {
      const launched = await launch(request, before)
      if (launched !== 'locked') return {...launched, already: false, restarted}
      lockDeadline ||= performance.now() + LOCK_PATIENCE_MS
      if (performance.now() > lockDeadline) throw busy(request.command)
      await delay(100, undefined, {signal})
    } else {
      if (found.kind === 'starting') onStep(found.state.step)
      if (performance.now() > deadline) throw hangs(found.state)
      await delay(50, undefined, {signal})
    }
  }
}

interface Launched<State> {
  readonly state: State
  readonly process?: StartedProcess
}

async function launch<State extends TargetState>(
  request: TargetStart<State>,
  before: State | undefined,
): Promise<Launched<State> | 'locked'> {
  const {attached, signal, onStep, machine} = request
  let ready: State | undefined
  let failure: CliError | undefined
  let settle: () => void = () => undefined
  const settled = new Promise<void>((resolve) => (settle = resolve))
  const started = request.startProcess(before, (message) => {
    if (message.type === 'step') onStep(message.step)
    else if (message.type === 'ready') ready = message.state
    else failure ??= toError(message)
    if (message.type === 'ready') settle()
  })
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
      await endStarted(started, machine, request.stopLimitMs)
      throw interrupted('Interrupted; nothing was left running.')
    }
    if (ready) {
      if (attached) return {state: ready, process: started}
      started.release()
      return {state: ready}
    }
    const exit = await started.exited
    if (failure?.code === 'already_running') return 'locked'
    throw failure ?? endedSilently(exit, started.lastWords(), request.command)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** It ends its programs in order, which takes at most 20 s each; whatever is still there then is ended for it. */
async function endStarted<State extends TargetState>(
  started: StartedProcess,
  machine: TargetMachine<State>,
  stopLimitMs: number,
): Promise<void> {
  const timer = setTimeout(() => started.stop('SIGKILL'), stopLimitMs)
  const {signal} = await started.exited
  clearTimeout(timer)
  // Killed, or ended by our first signal before it could listen: neither leaves anything but programs.
  if (signal === null) return
  const lock = await machine.takeLock({waitMs: 5000})
  if (!lock) return
  try {
    await machine.endRemains()
    await machine.removeState()
  } finally {
    lock.release()
  }
}

const toError = ({code, message, hints}: {code: string; message: string; hints: readonly string[]}): CliError =>
  new CliError(message, {code, exit: exitOfFailure(code), hints})

function endedSilently(
  exit: {code: number | null; signal: NodeJS.Signals | null},
  words: string,
  command: string,
): CliError {
  const how = exit.signal === null ? `exit ${exit.code}` : exit.signal
  if (words === '' && exit.code === 0) {
    return new CliError('todo5 was stopped while it started.', {
      code: 'stopped',
      exit: EXIT.refused,
      hints: [command],
    })
  }
  return new CliError(`todo5 ended while it started (${how})${words === '' ? '.' : `: ${words}`}`, {
    code: 'process_ended',
    exit: exit.signal === null ? EXIT.bug : EXIT.refused,
    hints: ['todo5 logs', command],
  })
}

const hangs = (state: TargetState): CliError =>
  new CliError(`todo5 (pid ${state.pid}) has been ${state.phase} for a long time.`, {
    code: 'hangs',
    exit: EXIT.notFinished,
    hints: ['todo5 logs', 'todo5 down'],
  })
