import {PassThrough} from 'node:stream'
import {setTimeout as delay} from 'node:timers/promises'
import type {Consumer, EachBatchPayload, Kafka, KafkaMessage} from 'kafkajs'
import {readCloudEvent} from '../../services/domain/events/cloud-event.ts'
import type {PartitionEnds, StreamRecord} from '../../services/ports/event-stream.ts'
import type {OpenRanges} from './kafka-ranges.ts'

/** How long a broker holds a request to which it has nothing to say; leaving waits for it. */
const LONGEST_WAIT_MS = 250
/** A tenth of the time after which a silent member counts as gone. */
const HEARTBEAT_MS = 3000
/** How often it is looked whether what is still wanted has expired meanwhile. */
const LOOK_AGAIN_MS = 5000
/** A broker on a busy machine, or one that has to recover, starts in less. */
const PATIENCE_MS = 300_000
const TRY_AGAIN_MS = 500

export interface Reading {
  readonly kafka: Kafka
  /**
   * Of a group of nobody else's, to which all partitions are given; another one with each call, as the member that was
   * cut off is missed for a while. No offset is committed.
   */
  readonly newGroup: () => string
  /** At least one. */
  readonly open: OpenRanges
  readonly ends: (topics: readonly string[]) => Promise<PartitionEnds[]>
  readonly signal: AbortSignal | undefined
}

/**
 * The records of the ranges, by a consumer that leaves in the end. When the brokers go away while something without an end
 * is read, it goes on as soon as they are back. Throws what kafkajs throws.
 */
export async function* readRanges(reading: Reading): AsyncGenerator<readonly StreamRecord[]> {
  const {open, signal} = reading
  let failingSince: number | undefined
  const joined = (): void => void (failingSince = undefined)
  while (!open.done && !signal?.aborted) {
    try {
      yield* readUntilFailure(reading, joined)
    } catch (error) {
      failingSince ??= performance.now()
      const passes = open.endless ? mayPass(error) : isMoving(error)
      if (!passes || performance.now() - failingSince > PATIENCE_MS) throw error
      await delay(TRY_AGAIN_MS)
    }
  }
}

/** What kafkajs does not try again by itself: the broker in charge of groups is just starting, or has changed. */
const isMoving = (error: unknown): boolean =>
  error instanceof Error && error.name === 'KafkaJSProtocolError' && 'retriable' in error && error.retriable === true

/** Whether kafkajs, or what it gave up trying, says that it may go well the next time. */
const mayPass = (error: unknown): boolean =>
  error instanceof Error && (('retriable' in error && error.retriable === true) || mayPass(error.cause))

async function* readUntilFailure(reading: Reading, joined: () => void): AsyncGenerator<readonly StreamRecord[]> {
  const {kafka, newGroup, open, signal} = reading
  const consumer = kafka.consumer({
    groupId: newGroup(),
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: LONGEST_WAIT_MS,
    // Else an open transaction of somebody would hold up what has an end.
    readUncommitted: true,
    retry: {initialRetryTime: 200, retries: 4, restartOnFailure: async () => false},
  })
  // Holds one batch: whoever reads slowly slows down the fetching.
  const found = new PassThrough({objectMode: true, highWaterMark: 1})
  const finish = (): void => void found.end()
  let failure: {readonly error: unknown} | undefined
  // After what is read already.
  const fail = (error: unknown): void => {
    failure ??= {error}
    finish()
  }
  signal?.addEventListener('abort', finish, {once: true})
  const advance: Advance = (topic, partition, from) => {
    // What comes after a failure is not handed on: it is to be read again.
    if (found.writableEnded || !open.advance(topic, partition, from)) return
    consumer.pause([{topic, partitions: [partition]}])
    if (open.done) finish()
  }
  listen(consumer, {open, advance, joined, fail})
  const running = start(consumer, open.topics, async (payload) => {
    const {batch} = payload
    const {topic, partition} = batch
    const records = batch.messages
      .filter(({offset}) => open.has(topic, partition, Number(offset)))
      .map((message) => toRecord(topic, partition, message))
    const taken = records.length === 0 || hand(found, records)
    // Before it is taken: should this reader have to join again while it waits, the records would come twice.
    advance(topic, partition, Number(batch.lastOffset()) + 1)
    await stayMember(taken, async () => await payload.heartbeat())
  }).catch(fail)
  const watch = setInterval(
    () => void running.then(async () => await passOverExpired(reading, advance)).catch(fail),
    LOOK_AGAIN_MS,
  )
  try {
    for await (const records of found) yield records as StreamRecord[]
    if (failure) throw failure.error
  } finally {
    clearInterval(watch)
    signal?.removeEventListener('abort', finish)
    await running
    await consumer.disconnect()
  }
}

async function start(
  consumer: Consumer,
  topics: string[],
  eachBatch: (payload: EachBatchPayload) => Promise<void>,
): Promise<void> {
  await consumer.connect()
  await consumer.subscribe({topics, fromBeginning: true})
  await consumer.run({autoCommit: false, eachBatch})
}

function listen(
  consumer: Consumer,
  {
    open,
    advance,
    joined,
    fail,
  }: {open: OpenRanges; advance: Advance; joined: () => void; fail: (error: unknown) => void},
): void {
  consumer.on(consumer.events.CRASH, ({payload}) => fail(payload.error))
  // With each joining, also when the group has moved to another broker: it would begin with the oldest records.
  consumer.on(consumer.events.GROUP_JOIN, ({payload: {memberAssignment}}) => {
    joined()
    for (const [topic, partitions] of Object.entries(memberAssignment)) {
      for (const partition of partitions) {
        const position = open.position(topic, partition)
        if (position === undefined) consumer.pause([{topic, partitions: [partition]}])
        else consumer.seek({topic, partition, offset: String(position)})
      }
    }
  })
  // Also for what only marks the end of a transaction, of which no batch tells.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({payload: {topic, partition, lastOffset}}) => {
    advance(topic, partition, Number(lastOffset) + 1)
  })
}

type Advance = (topic: string, partition: number, from: number) => void

/** True: there is room for more; else resolves when there is, or when nobody reads any longer. */
function hand(found: PassThrough, records: readonly StreamRecord[]): true | Promise<void> {
  if (found.writableEnded || found.destroyed || found.write(records)) return true
  return new Promise((resolve) => {
    const goOn = (): void => {
      found.off('drain', goOn).off('close', goOn)
      resolve()
    }
    found.on('drain', goOn).on('close', goOn)
  })
}

async function stayMember(taken: true | Promise<void>, heartbeat: () => Promise<void>): Promise<void> {
  if (taken === true) return
  let waiting = true
  const end = taken.then(() => (waiting = false))
  while (waiting) {
    await Promise.race([end, delay(HEARTBEAT_MS, undefined, {ref: false})])
    await heartbeat()
  }
}

/** What expires before it is read never comes. */
async function passOverExpired({open, ends}: Reading, advance: Advance): Promise<void> {
  if (!open.ending) return
  for (const {topic, partition, first} of await ends(open.topics)) {
    advance(topic, partition, first)
  }
}

function toRecord(topic: string, partition: number, {key, value, offset, timestamp}: KafkaMessage): StreamRecord {
  const text = value?.toString() ?? ''
  const cloudEvent = readCloudEvent(parse(text))
  return {
    topic,
    partition,
    offset: Number(offset),
    key: key?.toString() ?? null,
    at: Number(timestamp),
    event: cloudEvent?.event,
    source: cloudEvent?.source ?? null,
    traceparent: cloudEvent?.traceparent ?? null,
    text,
  }
}

/** Undefined when it is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
