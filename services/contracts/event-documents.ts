import {z} from 'zod'
import {EVENT_VERSION, envelopeSchema} from '../domain/events/envelope.ts'
import {deadLetterMarkSchema, deadLetterSchema, deadLetterTopic} from '../domain/events/dead-letter.ts'
import {EVENT_TYPES, type EventType, PARTITIONS, TOPICS, payloadSchema, topicOf} from '../domain/events/event-types.ts'
import {type JsonSchema, responseSchema} from './json-schema.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/** The JSON Schema of one type of event: the envelope, with its type and its payload. */
export function eventSchema(type: EventType): JsonSchema {
  const schema = envelopeSchema.extend({event_type: z.literal(type), payload: payloadSchema(type)!})
  return {
    $schema: DIALECT,
    $id: `urn:todo5:event:${type}:${EVENT_VERSION}`,
    title: type,
    description: 'Within 1.x fields are only added, and always optional: ignore those that you do not know.',
    ...responseSchema(schema),
  }
}

/** What lies in the topics of dead letters. */
const OF_DEAD_LETTERS = {
  'dead-letter': {
    title: 'dead letter',
    description: 'What could not be handled, as it arrived, and why.',
    of: deadLetterSchema,
  },
  'dead-letter-mark': {
    title: 'mark of a dead letter',
    description: 'What became of an earlier dead letter of the same partition; of several the last one counts.',
    of: deadLetterMarkSchema,
  },
}

/** The JSON Schemas of all events, of a dead letter and of its mark, by file name. */
export function eventSchemas(): Record<string, JsonSchema> {
  const ofDeadLetters = Object.entries(OF_DEAD_LETTERS).map(([name, {title, description, of}]) => {
    const $id = `urn:todo5:event:${name}:${EVENT_VERSION}`
    return [`${name}.json`, {$schema: DIALECT, $id, title, description, ...responseSchema(of)}]
  })
  return Object.fromEntries([
    ...EVENT_TYPES.map((type) => [`${type}.json`, eventSchema(type)]),
    ...ofDeadLetters,
  ]) as Record<string, JsonSchema>
}

/** Who writes a type of event besides the task-service; its relay hands all of them to the bus. */
const OTHER_WRITERS: Partial<Record<EventType, readonly string[]>> = {
  'task.created': ['recurring-task-service'],
  'reminder.scheduled': ['recurring-task-service', 'notification-service'],
  'reminder.cancelled': ['notification-service'],
}
const ONLY_NOTIFICATION: ReadonlySet<EventType> = new Set(['reminder.sent', 'reminder.failed'])

const writersOf = (type: EventType): readonly string[] =>
  ONLY_NOTIFICATION.has(type) ? ['notification-service'] : ['task-service', ...(OTHER_WRITERS[type] ?? [])]

/** The AsyncAPI 3 document: topics, the types in each, envelope and partitioning. */
export function buildAsyncApi(version: string): JsonSchema {
  const channels: Record<string, JsonSchema> = {}
  const operations: Record<string, JsonSchema> = {}
  for (const topic of TOPICS) {
    const types = EVENT_TYPES.filter((type) => topicOf(type) === topic)
    channels[topic] = channel(topic, 'Events of one user keep their order per task.', types)
    const letters = deadLetterTopic(topic)
    channels[letters] = channel(letters, `What could not be handled of ${topic}.`, Object.keys(OF_DEAD_LETTERS))
    operations[`publish-${topic}`] = {
      action: 'send',
      channel: {$ref: `#/channels/${topic}`},
      summary: 'From the outbox, in the order of the changes; at least once, so consumers look at event_id.',
    }
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'todo5 events',
      version,
      description: `Every event is an envelope (event_id, event_type, event_version ${EVENT_VERSION}, timestamp, user_id, task_id, payload) inside a CloudEvent of the same id, type and subject. An unknown event_type is ignored; an event_version that does not begin with 1. is refused.`,
      license: {name: 'MIT'},
    },
    defaultContentType: 'application/json',
    channels,
    operations,
    components: {
      messages: Object.fromEntries([
        ...EVENT_TYPES.map((type) => [type, {...message(type), 'x-written-by': writersOf(type)}]),
        ...Object.keys(OF_DEAD_LETTERS).map((name) => [name, message(name)]),
      ]) as JsonSchema,
    },
  }
}

const channel = (address: string, description: string, messages: readonly string[]): JsonSchema => ({
  address,
  description,
  messages: Object.fromEntries(messages.map((name) => [name, {$ref: `#/components/messages/${name}`}])),
  bindings: {kafka: {topic: address, partitions: PARTITIONS}},
})

const message = (name: string): JsonSchema => ({
  name,
  payload: {$ref: `./events/${name}.json`},
  bindings: {kafka: {key: {type: 'string', format: 'uuid', description: 'The user_id.'}}},
})
