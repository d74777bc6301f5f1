import {EVENT_VERSION, type Envelope} from './envelope.ts'
import {type DeadLetterTopic, type EventPayload, type EventType, type Topic, topicOf} from './event-types.ts'

/** An event on its way to the outbox: the topic and the envelope. */
export interface NewEvent {
  readonly topic: Topic | DeadLetterTopic
  readonly event: Envelope
}

/** Builds an event. The caller gives id (uuid v7) and time, so that this stays a pure function. */
export function newEvent<T extends EventType>(
  type: T,
  facts: {eventId: string; at: Date; userId: string; taskId: number; payload: EventPayload<T>},
): NewEvent {
  return {
    topic: topicOf(type),
    event: {
      event_id: facts.eventId,
      event_type: type,
      event_version: EVENT_VERSION,
      timestamp: facts.at.toISOString(),
      user_id: facts.userId,
      task_id: facts.taskId,
      payload: facts.payload,
    },
  }
}
