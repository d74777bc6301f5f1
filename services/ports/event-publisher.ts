/** One event on its way out. `key` decides the partition: events with one key keep their order. */
export interface OutgoingEvent {
  readonly topic: string
  readonly key: string
  readonly eventId: string
  readonly eventType: string
  /** JSON, sent as it is. */
  readonly event: unknown
  readonly traceparent: string | null
}

export type PublishResult = {readonly ok: true} | {readonly ok: false; readonly reason: string}

/**
 * Publishes a batch and answers for each entry, in the order given. An entry that is ok is stored by the bus; one that is
 * not may or may not be, and is published again later. Throws only when the bus as a whole cannot be reached.
 */
export interface EventPublisher {
  publish(events: readonly OutgoingEvent[]): Promise<readonly PublishResult[]>
}
