/** An event as the bus delivers it: whatever was published, not yet validated. */
export interface DeliveredEvent {
  readonly topic: string
  readonly key: string
  readonly event: unknown
  readonly traceparent: string | null
  /** Where it lies among those of its topic and key, the same for each delivery of it; absent where the bus does not say. */
  readonly position?: number | string
  /** Why it cannot be handled, where the bus sees that by itself: it goes to the dead letters unread. */
  readonly fault?: {readonly code: string; readonly reason: string}
}

/** `done`: never deliver it again. `retry`: deliver it again, and nothing of its partition before it. */
export type Acknowledgement = 'done' | 'retry'

/** Answers for each event of the batch in order; a throw or a missing answer counts as `retry`. */
export type BatchHandler = (events: readonly DeliveredEvent[]) => Promise<readonly Acknowledgement[]>

export interface Subscription {
  /** The consumer group: each event reaches each group. */
  readonly consumer: string
  readonly topics: readonly string[]
  readonly handle: BatchHandler
}

/**
 * Delivers at least once. Events of one key and topic come in the order in which they were published, one batch at a time;
 * a batch has at most 100 events. A new consumer begins with the oldest event that is kept.
 */
export interface EventSubscriptions {
  subscribe(subscription: Subscription): void
}
