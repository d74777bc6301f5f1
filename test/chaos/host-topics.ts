import {randomUUID} from 'node:crypto'
import {Kafka, logLevel} from 'kafkajs'
import {TOPICS} from '../../services/domain/events/event-types.ts'
import {readTopic, withAdmin, withProducer} from '../support/faults/topics.ts'
import {eventually} from '../support/eventually.ts'
import type {EventFacts} from './evidence.ts'
import type {Random} from './random.ts'
import type {LogFacts} from './read-database.ts'

interface Published {
  readonly data: {
    readonly event_id: string
    readonly event_type: string
    readonly task_id: number
    readonly payload: {readonly task_version: number; readonly reminder_id?: number; readonly revision?: number}
  }
}

export async function readTopics(brokers: string): Promise<LogFacts> {
  const topics: EventFacts[] = []
  let deadLetters = 0
  for (const topic of TOPICS) {
    for (const {data} of await readTopic<Published>(brokers, topic)) {
      const {task_version: version, reminder_id: reminderId = null, revision = null} = data.payload
      const {event_id: eventId, event_type: type, task_id: taskId} = data
      topics.push({eventId, type, topic, taskId, version, reminderId, revision})
    }
    deadLetters += (await readTopic(brokers, `${topic}-dlq`)).length
  }
  return {topics, deadLetters}
}

interface Message {
  readonly topic: string
  readonly partition: number
  readonly key: Buffer | null
  readonly value: Buffer | null
}

const LATEST = 50

/** Publishes some of the latest events once more, in any order. */
export async function deliverAgain(brokers: string, random: Random): Promise<void> {
  const latest: Message[] = []
  for (const topic of TOPICS) latest.push(...(await readLatest(brokers, topic)))
  const wanted = random.between(20, 200)
  await withProducer(brokers, async (producer) => {
    for (let n = 0; n < wanted && latest.length > 0; n++) {
      const [{topic, ...message}] = latest.splice(random.between(0, latest.length - 1), 1) as [Message]
      await producer.send({topic, messages: [message]})
    }
  })
}

/** Of each partition the last few. */
async function readLatest(brokers: string, topic: string): Promise<Message[]> {
  const ends = await withAdmin(brokers, async (admin) => await admin.fetchTopicOffsets(topic))
  const left = new Map(ends.filter(({low, high}) => low !== high).map(({partition, high}) => [partition, Number(high)]))
  const found: Message[] = []
  if (left.size === 0) return found
  const kafka = new Kafka({brokers: [brokers], logLevel: logLevel.NOTHING})
  const consumer = kafka.consumer({groupId: `chaos-${randomUUID()}`, maxWaitTimeInMs: 100})
  await consumer.connect()
  try {
    await consumer.subscribe({topic, fromBeginning: false})
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({partition, message: {key, value, offset}}) => {
        found.push({topic, partition, key, value})
        if (Number(offset) + 1 >= (left.get(partition) ?? 0)) left.delete(partition)
      },
    })
    for (const [partition, high] of left) {
      consumer.seek({topic, partition, offset: String(Math.max(0, high - LATEST))})
    }
    await eventually(`the end of ${topic} is read`, () => left.size === 0)
  } finally {
    await consumer.disconnect()
  }
  return found
}
