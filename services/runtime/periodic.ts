import type {Logger} from './logger.ts'

export interface Periodic {
  start(): void
  /** Runs again at once, or right after the run that is under way. */
  wake(): void
  /** Waits for the run that is under way. */
  stop(): Promise<void>
}

/**
 * Runs `work` again and again: at once while it answers `busy`, else after `idleMs`. A failing run is logged and followed
 * by the next one after `failureMs`, whoever wakes it earlier: what is away is not asked faster because it is missed. Runs
 * never overlap.
 */
export function periodic(options: {
  name: string
  logger: Logger
  idleMs: number
  failureMs?: number
  work: () => Promise<'busy' | 'idle'>
}): Periodic {
  const {name, logger, idleMs, failureMs = 1000, work} = options
  let running = false
  let loop: Promise<void> | undefined
  let interrupt: (() => void) | undefined
  let woken = false
  let failing = false

  const pause = async (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if ((woken && !failing) || !running) return resolve()
      const timer = setTimeout(resolve, ms)
      interrupt = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const run = async (): Promise<void> => {
    while (running) {
      woken = false
      let wait = idleMs
      try {
        wait = (await work()) === 'busy' ? 0 : idleMs
        if (failing) logger.info(`${name} works again`)
        failing = false
      } catch (error) {
        // Once per outage: a loop that polls every 100 ms would fill the log.
        if (!failing) logger.warn({error}, `${name} failed, will try again`)
        failing = true
        wait = failureMs
      }
      if (wait > 0) await pause(wait)
      interrupt = undefined
    }
  }

  return {
    start() {
      running = true
      loop ??= run()
    },
    wake() {
      woken = true
      if (!failing) interrupt?.()
    },
    async stop() {
      running = false
      interrupt?.()
      await loop
      loop = undefined
    },
  }
}
