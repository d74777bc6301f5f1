let users = 0
let original: PropertyDescriptor | undefined

/**
 * Until `end`: without the warnings of Node 24 about timers with negative times, which kafkajs 2.2.4 sets with each
 * request that is not throttled (https://github.com/tulios/kafkajs/issues/1751). Others stay.
 */
export function withoutTimerWarnings(): {end(): void} {
  if (users++ === 0) {
    original = Object.getOwnPropertyDescriptor(process, 'emitWarning')!
    const emit = process.emitWarning.bind(process) as (...all: unknown[]) => void
    process.emitWarning = (...all: unknown[]): void => {
      if (all[1] !== 'TimeoutNegativeWarning') emit(...all)
    }
  }
  let ended = false
  return {
    end: () => {
      if (ended) return
      ended = true
      if (--users === 0) Object.defineProperty(process, 'emitWarning', original!)
    },
  }
}
