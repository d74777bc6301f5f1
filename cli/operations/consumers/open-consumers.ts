import type {EventStream} from '../../../services/ports/event-stream.ts'
import type {KafkaAdmin} from '../../tools/kafka-admin.ts'
import type {KafkaAccess, KafkaFlags} from '../kafka-access.ts'
import {type ConsumerReader, createConsumerReader} from './read-consumers.ts'

/** Where Kafka is found. */
interface Places {
  now(): number
  kafka(flags: KafkaFlags): Promise<KafkaAccess & {readonly admin: KafkaAdmin}>
  stream(flags: KafkaFlags): Promise<{readonly stream: EventStream}>
}

export interface OpenConsumers {
  readonly target: KafkaAccess['target']
  readonly admin: KafkaAdmin
  readonly stream: EventStream
  readonly reader: ConsumerReader
  readonly close: () => Promise<void>
}

/** The consumers of one Kafka, and the topics that they read. */
export async function openConsumers(places: Places, flags: KafkaFlags): Promise<OpenConsumers> {
  const {target, admin} = await places.kafka(flags)
  try {
    // The same Kafka, also while the target that commands talk to is another one.
    const {stream} = await places.stream(target === null ? flags : {...flags, target})
    return {
      target,
      admin,
      stream,
      reader: createConsumerReader(admin, stream, () => places.now()),
      close: async () => {
        await stream.close()
        await admin.close()
      },
    }
  } catch (error) {
    await admin.close()
    throw error
  }
}
