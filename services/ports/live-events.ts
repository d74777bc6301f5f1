import type {DeliveredEvent} from './event-subscriptions.ts'

/** Who shows at once what happens. None of its methods may throw. */
export interface LiveListener {
  /** False: nobody looks, and what is published meanwhile may be left out. */
  wanted(): boolean
  /** Of a key and topic in the order in which they were published; each at least once. */
  take(events: readonly DeliveredEvent[]): void
  /** Events may have been left out although they were wanted: whoever looks has to look at everything again. */
  missed(): void
}

/**
 * What is published from now on, to every process that listens. No position is kept, nothing goes to the dead letters:
 * after a pause one looks at everything again.
 */
export interface LiveEvents {
  /** Once, before the process takes events. */
  listen(topics: readonly string[], listener: LiveListener): void
  /**
   * Resolves when what is published from now on will be delivered, as long as the listener says that it is wanted, or
   * else `missed` will be called. Throws when the bus cannot be reached.
   */
  ready(): Promise<void>
}
