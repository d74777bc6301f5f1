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
      const {name, retriable} = error as {name?: string; retriable?: boolean}
      if (name !== 'KafkaJSProtocolError' || retriable !== true || performance.now() > deadline) throw error
    }
    await delay(50)
  }
}
