import type {ICustomPartitioner} from 'kafkajs'
import {toCloudEvent} from '../../services/domain/events/cloud-event.ts'
import {partitionOf} from '../../services/domain/events/partition.ts'
import type {EventPublisher, OutgoingEvent, PublishResult} from '../../services/ports/event-publisher.ts'
import {CliError} from '../errors.ts'
import {type KafkaConnection, kafkaClient} from './kafka-connection.ts'

/** Of one request; a broker takes 1 MiB for a partition (max.message.bytes), and all may be for the same one. */
const MAX_REQUEST_BYTES = 512 * 1024

export interface KafkaPublisher extends EventPublisher {
  close(): Promise<void>
}

interface Entry {
  readonly place: number
  readonly key: string
  readonly value: string
}

type Send = (topic: string, entries: readonly Entry[]) => Promise<void>

/**
 * Publishes past Dapr: the same CloudEvents with the same keys, in the partitions that Dapr gives the keys. Makes no
 * topics. `source` names the installation. Connects; throws a CliError when nobody answers.
 */
export async function openKafkaPublisher(connection: KafkaConnection, source: string): Promise<KafkaPublisher> {
  const {kafka, run, end} = await kafkaClient(connection)
  // Not idempotent: after a send that failed kafkajs 2.2.4 counts back (producer/sendMessages.js). Had Kafka stored that
  // batch after all, it would take the next one for a repetition, and drop it. An event twice is suppressed by consumers.
  const producer = kafka.producer({allowAutoTopicCreation: false, createPartitioner: asDapr})
  const close = async (): Promise<void> => {
    await producer.disconnect()
    end()
  }
  try {
    await run(async () => await producer.connect())
  } catch (error) {
    await close()
    throw error
  }
  const send: Send = async (topic, entries) => {
    const messages = entries.map(({key, value}) => ({key, value}))
    await run(async () => await producer.send({topic, acks: -1, messages}))
  }
  return {publish: async (events) => await publish(events, source, send), close}
}

/** kafkajs by itself would choose by another hash, and part the events of a user. */
const asDapr: ICustomPartitioner =
  () =>
  ({message, partitionMetadata}) =>
    partitionOf(String(message.key), partitionMetadata.length)

async function publish(events: readonly OutgoingEvent[], source: string, send: Send): Promise<PublishResult[]> {
  const results: PublishResult[] = events.map(() => ({ok: false, reason: 'not sent'}))
  let away: CliError | undefined
  let answers = 0
  const deliver = async (topic: string, entries: readonly Entry[]): Promise<void> => {
    try {
      await send(topic, entries)
      answers++
      for (const {place} of entries) results[place] = {ok: true}
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      if (error.code === 'kafka_unreachable') away = error
      else answers++
      // One that Kafka does not take must not hold up those that were sent with it.
      if (isTooLarge(error) && entries.length > 1) for (const entry of entries) await deliver(topic, [entry])
      else for (const {place} of entries) results[place] = {ok: false, reason: error.message}
    }
  }
  const byTopic = Map.groupBy(
    events.map((event, place) => ({event, place})),
    ({event}) => event.topic,
  )
  await Promise.all(
    [...byTopic].map(async ([topic, ofTopic]) => {
      for (const entries of requests(ofTopic, source)) await deliver(topic, entries)
    }),
  )
  if (away && answers === 0) throw away
  return results
}

function requests(events: readonly {event: OutgoingEvent; place: number}[], source: string): Entry[][] {
  const made: Entry[][] = []
  let bytes = Infinity
  for (const {event, place} of events) {
    const value = JSON.stringify(toCloudEvent(event, source, event.traceparent))
    const size = Buffer.byteLength(value) + event.key.length
    if (bytes + size > MAX_REQUEST_BYTES) {
      made.push([])
      bytes = 0
    }
    made.at(-1)!.push({place, key: event.key, value})
    bytes += size
  }
  return made
}

function isTooLarge(error: CliError): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (/^(MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE)$/u.test((cause as {type?: string}).type ?? '')) return true
  return false
}
