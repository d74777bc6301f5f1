import {setTimeout as delay} from 'node:timers/promises'
import type {Database, Transaction} from '../../database/database.ts'
import {PARTITIONS, TOPICS} from '../../domain/events/event-types.ts'
import {partitionOf} from '../../domain/events/partition.ts'
import type {EventStream, PartitionEnds, StreamRange, StreamRecord} from '../../ports/event-stream.ts'
import {
  type PartitionBounds,
  type StoredEntry,
  appendToLog,
  logOffsetsAt,
  partitionBounds,
  readStored,
} from './event-log.ts'

const BATCH = 500
/** As often as the bus itself looks. */
const POLL_MS = 100

const KNOWN_TOPICS = TOPICS.flatMap((topic) => [topic, `${topic}-dlq`])

export interface EmbeddedEventStreamOptions {
  /** Of the bus's role or the owner; closed with the stream. */
  readonly database: Database
  /** What is thrown in place of an error of the database. */
  readonly explain?: (error: unknown) => unknown
}

/** The embedded event log for an operator. */
export function createEmbeddedEventStream({
  database,
  explain = (error) => error,
}: EmbeddedEventStreamOptions): EventStream {
  const run: Run = async (work) => {
    try {
      return await database.acrossUsers(work)
    } catch (error) {
      throw explain(error)
    }
  }
  const bounds = async (topics: readonly string[]): Promise<PartitionEnds[]> => {
    const found = await run(async (tx) => await partitionBounds(tx, topics))
    return topics
      .filter((topic) => KNOWN_TOPICS.includes(topic) || found.some((row) => row.topic === topic))
      .toSorted()
      .flatMap((topic) => allPartitions().map((partition) => endsOf(found, topic, partition)))
  }
  return {
    ends: bounds,
    offsetsAt: async (topic, at) => {
      const [ends, found] = await run(
        async (tx) => [await partitionBounds(tx, [topic]), await logOffsetsAt(tx, topic, at)] as const,
      )
      return new Map(
        allPartitions().map((partition) => [partition, found.get(partition) ?? endsOf(ends, topic, partition).next]),
      )
    },
    async *read(ranges, signal) {
      let open = ranges.map((range) => ({...range}))
      while (open.length > 0 && !signal?.aborted) {
        const ends = await bounds([...new Set(open.map(({topic}) => topic))])
        let found = 0
        for (const range of open) {
          const {next} = endsOf(ends, range.topic, range.partition)
          const to = Math.min(range.to, next)
          while (range.from < to && !signal?.aborted) {
            const batch = await readBatch(run, range, to)
            range.from = (batch.at(-1)?.offset ?? to - 1) + 1
            found += batch.length
            if (batch.length > 0) yield batch
          }
        }
        open = open.filter(({to}) => to === Infinity)
        if (found === 0 && open.length > 0) await pause(signal)
      }
    },
    publish: async (entries) =>
      await run(
        async (tx) =>
          await appendToLog(
            tx,
            entries.map(({topic, key, partition, event, traceparent}) => ({
              topic,
              key,
              partition: partition ?? partitionOf(key),
              event,
              traceparent,
            })),
          ),
      ),
    close: async () => await database.close(),
  }
}

type Run = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>

const allPartitions = (): number[] => Array.from({length: PARTITIONS}, (_, partition) => partition)

const endsOf = (found: readonly PartitionBounds[], topic: string, partition: number): PartitionEnds =>
  found.find((row) => row.topic === topic && row.partition === partition) ?? {topic, partition, first: 0, next: 0}

async function readBatch(run: Run, range: StreamRange, to: number): Promise<StreamRecord[]> {
  const {topic, partition, from: position} = range
  const stored = await run(async (tx) => await readStored(tx, {topic, partition, position, limit: BATCH}))
  return stored.filter((entry) => entry.position < to).map(toRecord)
}

const toRecord = ({position, publishedAt, ...entry}: StoredEntry): StreamRecord => ({
  ...entry,
  offset: position,
  at: publishedAt,
  source: null,
  text: JSON.stringify(entry.event),
})

async function pause(signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(POLL_MS, undefined, {signal})
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}
