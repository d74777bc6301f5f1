/** Where a partition of a topic begins and ends. */
export interface PartitionEnds {
  readonly topic: string
  readonly partition: number
  /** Offset of the oldest record that is kept, and of the next one to come; equal when nothing is there. */
  readonly first: number
  readonly next: number
}

/** A stretch of a partition: `from` is in it, `to` is not. `Infinity` goes on with whatever comes. */
export interface StreamRange {
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly to: number
}

/** What lies in a topic, whether or not it is an event. */
export interface StreamRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Null: whoever wrote it gave none. */
  readonly key: string | null
  /** When the bus took it, ms since the epoch, UTC. */
  readonly at: number
  /** The event, the dead letter or the mark; without its CloudEvent. Undefined: no CloudEvent with JSON in it. */
  readonly event: unknown
  /** Of its CloudEvent, which names the installation; null where the bus is of one installation alone. */
  readonly source: string | null
  readonly traceparent: string | null
  /** As it lies there, for a person to look at. */
  readonly text: string
}

/** What an operator puts into a topic. */
export interface StreamEntry {
  readonly topic: string
  readonly key: string
  /** Undefined: the one of the key, as Dapr chooses it. */
  readonly partition?: number
  readonly eventId: string
  readonly eventType: string
  readonly event: unknown
  readonly traceparent: string | null
  /** As in the record that it comes from. */
  readonly source: string | null
}

/**
 * The bus as an operator sees it: what lies in the topics, wherever consumers are. Reading moves no consumer's position.
 * Every method throws an error with a code and hints when the bus cannot be reached or refuses.
 */
export interface EventStream {
  /** Of those topics that exist, in the order of topic and partition. */
  ends(topics: readonly string[]): Promise<PartitionEnds[]>
  /** By partition the offset of the first record that is not older than `at` (ms, UTC); the next one to come when all are. */
  offsetsAt(topic: string, at: number): Promise<ReadonlyMap<number, number>>
  /**
   * Records of the ranges, in batches; those of a partition in their order, partitions in any. Ends when all ranges are
   * read, or when the signal is aborted. What has expired is left out.
   */
  read(ranges: readonly StreamRange[], signal?: AbortSignal): AsyncIterable<readonly StreamRecord[]>
  /** Resolves when all of them are stored; in a partition they have the order given. When it throws some may be stored. */
  publish(entries: readonly StreamEntry[]): Promise<void>
  close(): Promise<void>
}
