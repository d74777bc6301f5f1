import {randomUUID} from 'node:crypto'
import {type Admin, Kafka, logLevel, type Producer} from 'kafkajs'
import {eventually} from '../eventually.ts'

const client = (brokers: string): Kafka => new Kafka({brokers: [brokers], logLevel: logLevel.NOTHING})

export async function withAdmin<T>(brokers: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client(brokers).admin()
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

export async function withProducer<T>(brokers: string, work: (producer: Producer) => Promise<T>): Promise<T> {
  const producer = client(brokers).producer()
  await producer.connect()
  try {
    return await work(producer)
  } finally {
    await producer.disconnect()
  }
}

/** All that a topic has, of each partition in its order. */
export const readTopic = async <T>(brokers: string, topic: string): Promise<T[]> =>
  (await readTexts(brokers, topic)).map((text) => JSON.parse(text) as T)

/** The same as it stands there. */
export async function readTexts(brokers: string, topic: string): Promise<string[]> {
  const ends = await withAdmin(brokers, async (admin) => await admin.fetchTopicOffsets(topic))
  const left = new Map(ends.filter(({low, high}) => low !== high).map(({partition, high}) => [partition, Number(high)]))
  const found: string[] = []
  if (left.size === 0) return found
  const consumer = client(brokers).consumer({groupId: `test-${randomUUID()}`, maxWaitTimeInMs: 100})
  await consumer.connect()
  try {
    await consumer.subscribe({topic, fromBeginning: true})
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({partition, message}) => {
        found.push(message.value!.toString('utf8'))
        if (Number(message.offset) + 1 >= (left.get(partition) ?? 0)) left.delete(partition)
      },
    })
    await eventually(`all of ${topic} is read`, () => left.size === 0)
  } finally {
    await consumer.disconnect()
  }
  return found
}

/** How many processes read in a consumer group; undefined while it is being shared out. */
export async function membersOf(brokers: string, group: string): Promise<number | undefined> {
  return await withAdmin(brokers, async (admin) => {
    const {groups} = await admin.describeGroups([group])
    return groups[0]?.state === 'Stable' ? groups[0].members.length : undefined
  })
}
