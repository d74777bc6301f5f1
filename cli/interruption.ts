import {CliError} from './errors.ts'
import {EXIT} from './exit-codes.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export const interrupted = (message: string): CliError =>
  new CliError(message, {code: 'interrupted', exit: EXIT.interrupted})

/** Listens to nobody; its presence keeps a late signal from ending the process. */
const ignore = (): void => undefined

/**
 * Runs `work` with a signal that Ctrl-C (or SIGTERM, SIGHUP) aborts, until it has taken back what it began. Whatever it
 * then rejects with counts as interrupted. Once it is done the process only ends: a signal that comes too late is
 * ignored, so that the exit code tells what happened.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const onSignal = (): void => controller.abort(interrupted('Interrupted.'))
  for (const name of SIGNALS) process.on(name, onSignal)
  try {
    return await work(controller.signal)
  } catch (error) {
    const knows = error instanceof CliError && error.code === 'interrupted'
    throw controller.signal.aborted && !knows ? controller.signal.reason : error
  } finally {
    for (const name of SIGNALS) {
      process.off(name, ignore).on(name, ignore)
      process.off(name, onSignal)
    }
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
