import type {LiveEvents, LiveListener} from '../live-events.ts'

/** Live events that a test makes. */
export class MemoryLiveEvents implements LiveEvents {
  /** Set by a test: the bus cannot be reached. */
  failure: Error | undefined
  #listener: LiveListener | undefined

  listen(_topics: readonly string[], listener: LiveListener): void {
    this.#listener = listener
  }

  async ready(): Promise<void> {
    if (this.failure) throw this.failure
  }

  get wanted(): boolean {
    return this.#listener!.wanted()
  }

  /** An event as it comes from the bus. */
  publish(...events: readonly unknown[]): void {
    this.#listener!.take(events.map((event) => ({topic: 'task-events', key: 'user', event, traceparent: null})))
  }

  miss(): void {
    this.#listener!.missed()
  }
}
