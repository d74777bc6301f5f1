import {setTimeout as delay} from 'node:timers/promises'
import {PARTITIONS} from '../../domain/events/event-types.ts'
import {partitionOf} from '../../domain/events/partition.ts'
import type {EventStream, StreamEntry, StreamRecord} from '../event-stream.ts'

/** A bus in memory, held to the contract of the real ones. */
export interface MemoryEventStream extends EventStream {
  /** As a record of somebody who is not todo5: with any key, time and text. */
  put(record: Partial<StreamRecord> & Pick<StreamRecord, 'topic'>): StreamRecord
  /** Everything before this offset expires. */
  expire(topic: string, partition: number, before: number): void
  records(topic: string): readonly StreamRecord[]
}

export function createMemoryEventStream(
  options: {readonly topics?: readonly string[]; readonly now?: () => number} = {},
): MemoryEventStream {
  const {now = Date.now} = options
  const partitions = new Map<string, {records: StreamRecord[]; next: number}>()
  const of = (topic: string, partition: number) => {
    const place = `${topic}/${partition}`
    let found = partitions.get(place)
    if (!found) partitions.set(place, (found = {records: [], next: 0}))
    return found
  }
  const topics = new Set(options.topics)
  const put: MemoryEventStream['put'] = (given) => {
    const {topic, key = null} = given
    topics.add(topic)
    const partition = given.partition ?? (key === null ? 0 : partitionOf(key))
    const target = of(topic, partition)
    const record: StreamRecord = {
      key,
      at: now(),
      event: undefined,
      source: null,
      traceparent: null,
      text: given.event === undefined ? '' : JSON.stringify(given.event),
      ...given,
      topic,
      partition,
      offset: target.next++,
    }
    target.records.push(record)
    return record
  }
  const all = (topic: string): StreamRecord[] =>
    Array.from({length: PARTITIONS}, (_, partition) => of(topic, partition).records).flat()
  return {
    put,
    expire: (topic, partition, before) => {
      const target = of(topic, partition)
      target.records = target.records.filter(({offset}) => offset >= before)
    },
    records: all,
    ends: async (asked) =>
      asked
        .filter((topic) => topics.has(topic))
        .toSorted()
        .flatMap((topic) =>
          Array.from({length: PARTITIONS}, (_, partition) => {
            const {records, next} = of(topic, partition)
            return {topic, partition, first: records[0]?.offset ?? next, next}
          }),
        ),
    offsetsAt: async (topic, at) =>
      new Map(
        Array.from({length: PARTITIONS}, (_, partition) => {
          const {records, next} = of(topic, partition)
          return [partition, records.find((record) => record.at >= at)?.offset ?? next] as const
        }),
      ),
    async *read(ranges, signal) {
      const open = ranges.map((range) => ({...range}))
      while (!signal?.aborted) {
        for (const range of open) {
          const batch = of(range.topic, range.partition).records.filter(
            ({offset}) => offset >= range.from && offset < range.to,
          )
          if (batch.length === 0) continue
          range.from = batch.at(-1)!.offset + 1
          yield batch
        }
        if (open.every(({to}) => Number.isFinite(to))) return
        await delay(10)
      }
    },
    publish: async (entries: readonly StreamEntry[]) => {
      for (const {eventId: _id, eventType: _type, ...entry} of entries) put(entry)
    },
    close: async () => {},
  }
}
