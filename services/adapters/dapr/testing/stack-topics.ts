import {type Admin, Kafka, logLevel} from 'kafkajs'
import {readTexts} from '../../../../test/support/faults/topics.ts'
import {eventually} from '../../../../test/support/eventually.ts'
import {PARTITIONS, TOPICS} from '../../../domain/events/event-types.ts'
import {deadLetterTopic} from '../../../domain/events/dead-letter.ts'

export const ALL_TOPICS: readonly string[] = [...TOPICS, ...TOPICS.map(deadLetterTopic)]

/** Seconds as a rule; over a minute was seen with fifty processes on two cores. */
const LED_WITHIN_MS = 180_000

/** The topics of todo5 on a broker of a test. */
export class StackTopics {
  readonly #brokers: string
  readonly #kafka: Kafka
  readonly #admin: Admin

  private constructor(brokers: string) {
    this.#brokers = brokers
    this.#kafka = new Kafka({brokers: [brokers], logLevel: logLevel.NOTHING})
    this.#admin = this.#kafka.admin()
  }

  static async create(brokers: string): Promise<StackTopics> {
    const topics = new StackTopics(brokers)
    await topics.#admin.connect()
    await topics.#admin.createTopics({
      waitForLeaders: false,
      topics: ALL_TOPICS.map((topic) => ({topic, numPartitions: PARTITIONS, replicationFactor: 1})),
    })
    // The broker takes a moment to lead what was just made, and says so by an error.
    await eventually(
      'the topics can be read',
      async () => {
        for (const topic of ALL_TOPICS) await topics.count(topic)
        return true
      },
      LED_WITHIN_MS,
    )
    return topics
  }

  /** Empty again: the oldest event that is kept is the next one. */
  async empty(): Promise<void> {
    for (const topic of ALL_TOPICS) {
      const ends = await this.#admin.fetchTopicOffsets(topic)
      const partitions = ends
        .filter(({low, high}) => low !== high)
        .map(({partition, high}) => ({partition, offset: high}))
      if (partitions.length > 0) await this.#admin.deleteTopicRecords({topic, partitions})
    }
  }

  /** How many events a topic has. */
  async count(topic: string): Promise<number> {
    const ends = await this.#admin.fetchTopicOffsets(topic)
    return ends.reduce((sum, {low, high}) => sum + Number(high) - Number(low), 0)
  }

  /** How many of its events have this text in them. */
  async countWith(topic: string, text: string): Promise<number> {
    return (await readTexts(this.#brokers, topic)).filter((event) => event.includes(text)).length
  }

  /** Past every sidecar, the same text into each partition. */
  async putRaw(topic: string, value: string): Promise<void> {
    const producer = this.#kafka.producer()
    await producer.connect()
    const messages = Array.from({length: PARTITIONS}, (_, partition) => ({key: 'raw', value, partition}))
    await producer.send({topic, messages})
    await producer.disconnect()
  }

  async close(): Promise<void> {
    await this.#admin.disconnect()
  }
}
