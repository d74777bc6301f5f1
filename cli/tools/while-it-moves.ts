import {setTimeout as delay} from 'node:timers/promises'

const PATIENCE_MS = 30_000

/**
 * Reads again while a partition has just been given to a broker (NOT_LEADER_OR_FOLLOWER and others that Kafka calls
 * retriable): the metadata name a leader some milliseconds before it takes requests.
 */
export async function whileItMoves<T>(read: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await read()
    } catch (error) {
      if (!isMidway(error) || performance.now() > deadline) throw error
    }
    await delay(50)
  }
}

function isMidway(error: unknown): boolean {
  const {name, retriable, message} = error as {name?: string; retriable?: boolean; message?: string}
  if (name === 'KafkaJSProtocolError') return retriable === true
  // A topic that is deleted between the two questions of fetchTopicOffsets (kafkajs 2.2.4, src/admin/index.js).
  return error instanceof TypeError && /property 'partitions' of '(low|high)\.pop/u.test(message ?? '')
}
