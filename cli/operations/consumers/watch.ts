import {setTimeout as delay} from 'node:timers/promises'
import {CliError} from '../../errors.ts'

interface Watch<T> {
  readonly read: () => Promise<T>
  readonly show: (value: T) => void
  /** A look that failed, after one that did not: the next may succeed again. */
  readonly failed: (error: CliError) => void
  readonly intervalMs: number
  readonly signal: AbortSignal
}

/** Looks again and again until the signal is aborted. What fails at the first look is thrown. */
export async function watch<T>({read, show, failed, intervalMs, signal}: Watch<T>): Promise<void> {
  for (let looks = 0; !signal.aborted; looks++) {
    try {
      show(await read())
    } catch (error) {
      if (looks === 0 || !(error instanceof CliError)) throw error
      failed(error)
    }
    try {
      await delay(intervalMs, undefined, {signal})
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}
