import type {DeliveredEvent} from '../../ports/event-subscriptions.ts'
import type {LiveEvents, LiveListener} from '../../ports/live-events.ts'
import type {DaprEventSubscriptions} from './event-subscriptions.ts'

/** A group is joined within seconds; over a minute was seen on a machine that stood still most of the time. */
const JOINED_WITHIN_MS = [20_000, 90_000] as const

export interface DaprLiveEventsOptions {
  /** The pub/sub component with a group for each process, which begins with what comes next. */
  readonly pubsub: string
  readonly subscriptions: DaprEventSubscriptions
  /** ms; for tests. */
  readonly joinedWithin?: readonly number[]
}

/**
 * Live events through the sidecar. It says by nothing when it has joined its group, and one that starts anew joins a new
 * one: so with the first event of a topic after it asked what to subscribe, and some time after that question, the
 * listener is told that it may have missed something.
 */
export class DaprLiveEvents implements LiveEvents {
  readonly #options: DaprLiveEventsOptions
  #timers: NodeJS.Timeout[] = []
  /** Topics that brought nothing since the sidecar asked. */
  #silent = new Set<string>()

  constructor(options: DaprLiveEventsOptions) {
    this.#options = options
  }

  listen(topics: readonly string[], listener: LiveListener): void {
    const {pubsub, subscriptions} = this.#options
    const handle = async (events: readonly DeliveredEvent[]): Promise<'done'[]> => {
      const ours = events.filter((event) => event.fault === undefined)
      if (ours.length > 0 && listener.wanted()) listener.take(ours)
      const first = events[0]
      if (first && this.#silent.delete(first.topic)) listener.missed()
      return events.map(() => 'done')
    }
    const asked = (): void => {
      this.close()
      this.#silent = new Set(topics)
      this.#timers = (this.#options.joinedWithin ?? JOINED_WITHIN_MS).map((ms) =>
        setTimeout(() => listener.missed(), ms).unref(),
      )
    }
    subscriptions.subscribe({consumer: 'live', topics, handle}, {pubsub, asked})
  }

  async ready(): Promise<void> {
    // Nobody can tell; `missed` follows.
  }

  close(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer)
  }
}
