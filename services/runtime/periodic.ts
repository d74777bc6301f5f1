import type {Logger} from './logger.ts'

export interface Periodic {
  start(): void
  /** Runs again at once, or right after the run that is under way. */
  wake(): void
  /** Waits for the run that is under way. */
  stop(): Promise<void>
}

/**
 * Runs `work` again and again: at once while it answers `busy`, else after `idleMs`, and never sooner than `gatherMs` after the
 * last run began: what comes meanwhile is done together. A failing run is logged and followed
 * by the next one after `failureMs`, whoever wakes it earlier: what is away is not asked faster because it is missed. Runs
 * never overlap.
 */
export function periodic(options: {
  name: string
  logger: Logger
  idleMs: number
  gatherMs?: number
  failureMs?: number
  work: () => Promise<'busy' | 'idle'>
}): Periodic {
  const {name, logger, idleMs, gatherMs = 0, failureMs = 1000, work} = options
  let running = false
  let loop: Promise<void> | undefined
  let interrupt: ((byWake: boolean) => void) | undefined
  let woken = false
  let failing = false

  const pause = async (ms: number, wakeable: boolean): Promise<void> => {
    if (!running || ms <= 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      interrupt = (byWake) => {
        if (byWake && !wakeable) return
        clearTimeout(timer)
        resolve()
      }
    })
    interrupt = undefined
  }

  const run = async (): Promise<void> => {
    while (running) {
      woken = false
      const begun = performance.now()
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
      if (failing || !woken) await pause(wait, !failing)
      await pause(begun + gatherMs - performance.now(), false)
    }
  }

  return {
    start() {
      running = true
      loop ??= run()
    },
    wake() {
      woken = true
      interrupt?.(true)
    },
    async stop() {
      running = false
      interrupt?.(false)
      await loop
      loop = undefined
    },
  }
}
