import {randomUUID} from 'node:crypto'
import type {Admin, Producer} from 'kafkajs'
import {toCloudEvent} from '../../services/domain/events/cloud-event.ts'
import {partitionOf} from '../../services/domain/events/partition.ts'
import type {EventStream, PartitionEnds, StreamEntry} from '../../services/ports/event-stream.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {type KafkaConnection, kafkaClient} from './kafka-connection.ts'
import {openRanges} from './kafka-ranges.ts'
import {readRanges} from './kafka-reader.ts'
import {whileItMoves} from './while-it-moves.ts'

/** Of one request; a broker takes 1 MiB for a partition (max.message.bytes), and all may be for the same one. */
const MAX_REQUEST_BYTES = 512 * 1024
/** Some 20 s in all: a partition whose broker has just come back has no leader for a while. */
const PUBLISHING_RETRY = {initialRetryTime: 200, maxRetryTime: 3000, retries: 10}
/** Of what is published without a source: consumers take it for something foreign. */
const NO_INSTALLATION = 'urn:todo5:operator'

/** Connects; throws a CliError when nobody answers, as all that the stream does. */
export async function openKafkaStream(connection: KafkaConnection): Promise<EventStream> {
  const {kafka, run, explain, end} = await kafkaClient(connection)
  const admin = kafka.admin()
  // One request at a time: so kafkajs keeps the order in a partition when it sends again.
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    retry: PUBLISHING_RETRY,
  })
  let producing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    if (producing) await producer.disconnect()
    await admin.disconnect()
    end()
  }
  try {
    await run(async () => await admin.connect())
  } catch (error) {
    await close()
    throw error
  }
  const ends = async (topics: readonly string[]): Promise<PartitionEnds[]> =>
    await run(async () => await whileItMoves(async () => await endsOf(admin, topics)))
  return {
    ends,
    offsetsAt: async (topic, at) => {
      const offsets = await run(
        async () => await whileItMoves(async () => await admin.fetchTopicOffsetsByTimestamp(topic, Math.max(0, at))),
      )
      return new Map(offsets.toSorted(byPartition).map(({partition, offset}) => [partition, Number(offset)]))
    },
    read: async function* read(ranges, signal) {
      const open = openRanges(ranges, await ends([...new Set(ranges.map(({topic}) => topic))]))
      if (open.done || signal?.aborted) return
      const groups: string[] = []
      const newGroup = (): string => groups[groups.push(`todo5-cli-${randomUUID()}`) - 1]!
      try {
        yield* readRanges({kafka, newGroup, open, ends, signal})
      } catch (error) {
        throw explain(error)
      } finally {
        for (const group of groups) await forgetGroup(admin, group)
      }
    },
    publish: async (entries) =>
      await run(async () => {
        if (entries.length === 0) return
        await (producing ??= producer.connect())
        await publish(admin, producer, entries)
      }),
    close,
  }
}

const byPartition = (a: {partition: number}, b: {partition: number}): number => a.partition - b.partition

async function endsOf(admin: Admin, topics: readonly string[]): Promise<PartitionEnds[]> {
  const there = new Set(await admin.listTopics())
  const asked = [...new Set(topics)].filter((topic) => there.has(topic)).toSorted()
  const found = await Promise.all(
    asked.map(async (topic) =>
      (await admin.fetchTopicOffsets(topic))
        .map(({partition, low, high}) => ({topic, partition, first: Number(low), next: Number(high)}))
        .toSorted(byPartition),
    ),
  )
  return found.flat()
}

/** Of a reader that has left. Who may not delete groups need not: Kafka forgets one that has neither members nor offsets. */
async function forgetGroup(admin: Admin, groupId: string): Promise<void> {
  try {
    await admin.deleteGroups([groupId])
  } catch (error) {
    if (!(error instanceof Error) || !error.name.startsWith('KafkaJS')) throw error
  }
}

async function publish(admin: Admin, producer: Producer, entries: readonly StreamEntry[]): Promise<void> {
  const partitions = await partitionCounts(admin, [...new Set(entries.map(({topic}) => topic))])
  for (const request of requests(entries, partitions)) {
    const topicMessages = [...Map.groupBy(request, ({topic}) => topic)].map(([topic, messages]) => ({topic, messages}))
    await producer.sendBatch({acks: -1, topicMessages})
  }
}

async function partitionCounts(admin: Admin, topics: string[]): Promise<ReadonlyMap<string, number>> {
  const there = new Set(await admin.listTopics())
  const missing = topics.filter((topic) => !there.has(topic))
  if (missing.length > 0) {
    throw new CliError(`Kafka has no topic ${missing.join(', ')}.`, {
      code: 'topic_not_found',
      exit: EXIT.notFound,
      hints: ['todo5 topic apply        makes those of todo5'],
    })
  }
  const {topics: found} = await whileItMoves(async () => await admin.fetchTopicMetadata({topics}))
  return new Map(found.map(({name, partitions}) => [name, partitions.length]))
}

interface Message {
  readonly topic: string
  readonly partition: number
  readonly key: string
  readonly value: string
}

/** Small enough each, in the order given. */
function requests(entries: readonly StreamEntry[], partitions: ReadonlyMap<string, number>): Message[][] {
  const made: Message[][] = []
  let bytes = Infinity
  for (const entry of entries) {
    const {topic, key, partition = partitionOf(key, partitions.get(topic)), source, traceparent} = entry
    const value = JSON.stringify(toCloudEvent(entry, source ?? NO_INSTALLATION, traceparent))
    const size = Buffer.byteLength(value) + key.length
    if (bytes + size > MAX_REQUEST_BYTES) {
      made.push([])
      bytes = 0
    }
    made.at(-1)!.push({topic, partition, key, value})
    bytes += size
  }
  return made
}
