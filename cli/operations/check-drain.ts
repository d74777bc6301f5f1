import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {KafkaAdmin} from '../tools/kafka-admin.ts'
import {READERS} from './consumer-lag.ts'
import type {OutboxStatus} from './outbox-status.ts'

type Admin = Pick<KafkaAdmin, 'describe' | 'partitions' | 'committed'>

/**
 * Refuses a Kafka that lacks one of the topics, or on which nobody of todo5 has ever read what lies there: what is
 * published to the wrong one is gone from the outbox.
 */
export async function checkDrain(
  admin: Admin,
  status: Pick<OutboxStatus, 'topics'>,
  brokers: readonly string[],
): Promise<void> {
  const topics = status.topics.map(({topic}) => topic)
  const where = brokers.join(', ')
  const there = new Set((await admin.describe(topics)).map(({name}) => name))
  const missing = topics.filter((topic) => !there.has(topic))
  if (missing.length > 0) {
    throw new CliError(`Kafka at ${where} lacks ${missing.join(', ')}.`, {
      code: 'topic_not_found',
      exit: EXIT.refused,
      hints: ['todo5 topic apply        makes it', 'check --brokers'],
    })
  }
  for (const topic of topics) {
    const readers = Object.keys(READERS).filter((group) => READERS[group]!.includes(topic))
    if (readers.length === 0 || !(await hasEvents(admin, topic)) || (await isRead(admin, topic, readers))) continue
    throw new CliError(`Nobody has read ${topic} on Kafka at ${where}, although events are in it.`, {
      code: 'no_readers',
      exit: EXIT.refused,
      hints: ['check --brokers: is this the Kafka of this todo5?', 'todo5 consumer list'],
    })
  }
}

const hasEvents = async (admin: Admin, topic: string): Promise<boolean> =>
  (await admin.partitions(topic)).some(({next}) => next > 0)

async function isRead(admin: Admin, topic: string, groups: readonly string[]): Promise<boolean> {
  for (const group of groups) if ((await admin.committed(group, topic)).size > 0) return true
  return false
}
