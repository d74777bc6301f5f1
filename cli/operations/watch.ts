import {CliError} from '../errors.ts'

interface Watch<T> {
  readonly read: () => Promise<T>
  readonly show: (value: T) => void
  /** A look that failed, after one that did not: the next may succeed again. */
  readonly failed: (error: CliError) => void
  readonly intervalMs: number
  /** Wakes it before its time. */
  readonly nudge: Nudge
  readonly signal: AbortSignal
}

/** Looks again and again until the signal is aborted. What fails at the first look is thrown. */
export async function watch<T>({read, show, failed, intervalMs, nudge, signal}: Watch<T>): Promise<void> {
  for (let looks = 0; !signal.aborted; looks++) {
    try {
      const value = await Promise.race([read(), aborted(signal)])
      if (value === ABORTED) return
      show(value)
    } catch (error) {
      if (looks === 0 || !(error instanceof CliError)) throw error
      failed(error)
    }
    await nudge.wait(intervalMs, signal)
  }
}

const ABORTED = Symbol('aborted')

const aborted = async (signal: AbortSignal): Promise<typeof ABORTED> =>
  await new Promise((resolve) => signal.addEventListener('abort', () => resolve(ABORTED), {once: true}))

/** Ends a pause early; given while nobody waits, it ends the next one. */
export class Nudge {
  #given = false
  #wake: (() => void) | undefined

  give(): void {
    this.#given = true
    this.#wake?.()
  }

  /** Until so many ms are over, somebody gives a nudge, or the signal is aborted. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#given && !signal.aborted) {
      const {promise, resolve} = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, ms)
      const wake = (): void => resolve()
      this.#wake = wake
      signal.addEventListener('abort', wake, {once: true})
      await promise
      signal.removeEventListener('abort', wake)
      clearTimeout(timer)
    }
    this.#given = false
  }
}
