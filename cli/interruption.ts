import {CliError} from './errors.ts'
import {EXIT} from './exit-codes.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export const interrupted = (message: string): CliError =>
  new CliError(message, {code: 'interrupted', exit: EXIT.interrupted})

/** npm passes a Ctrl-C on to what it runs, which has had it from the terminal already: two within this time, ms, are one. */
const SAME_PRESS_MS = 300

/** What a command may have changed of the terminal: its cursor is hidden, lines are cut. */
const RESTORE_TERMINAL = '\u001B[?7h\u001B[?25h'

/** Ends this process by the signal itself, as if nobody had listened; a shell sees 130. */
function leaveAtOnce(): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${RESTORE_TERMINAL}`)
  process.removeAllListeners('SIGINT')
  process.kill(process.pid, 'SIGINT')
}

/** Calls `first` at the first Ctrl-C, and leaves at once at the next. */
function leavingAtSecond(first: () => void): () => void {
  let pressedAt: number | undefined
  return () => {
    if (pressedAt === undefined) {
      pressedAt = performance.now()
      first()
    } else if (performance.now() - pressedAt > SAME_PRESS_MS) leaveAtOnce()
  }
}

type Listeners = Readonly<Record<(typeof SIGNALS)[number], () => void>>

const listenersOf = (first: () => void): Listeners => ({SIGINT: leavingAtSecond(first), SIGTERM: first, SIGHUP: first})

/** Who hears signals that come after all work. */
let late: Listeners | undefined

function hear(listeners: Listeners): void {
  for (const name of SIGNALS) process.on(name, listeners[name])
}

function ignore(listeners: Listeners | undefined): void {
  if (listeners) for (const name of SIGNALS) process.off(name, listeners[name])
}

/**
 * Runs `work` with a signal that Ctrl-C (or SIGTERM, SIGHUP) aborts, until it has taken back what it began. Whatever it
 * then rejects with counts as interrupted. Once it is done the process only ends: a signal that comes too late is
 * ignored, so that the exit code tells what happened. A second Ctrl-C does not wait for any of that.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const own = listenersOf(() => controller.abort(interrupted('Interrupted.')))
  hear(own)
  ignore(late)
  try {
    return await work(controller.signal)
  } catch (error) {
    const knows = error instanceof CliError && error.code === 'interrupted'
    throw controller.signal.aborted && !knows ? controller.signal.reason : error
  } finally {
    ignore(late)
    late = listenersOf(() => undefined)
    hear(late)
    ignore(own)
  }
}

/** Runs what has no end of its own until Ctrl-C, which is how it is meant to end. */
export async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  try {
    await interruptible(work)
  } catch (error) {
    if (!(error instanceof CliError && error.code === 'interrupted')) throw error
  }
}
