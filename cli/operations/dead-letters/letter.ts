import {
  DEAD_LETTER_MARK,
  type DeadLetter,
  type DeadLetterMark,
  deadLetterMarkSchema,
  deadLetterSchema,
  topicOfDeadLetters,
} from '../../../services/domain/events/dead-letter.ts'
import type {Topic} from '../../../services/domain/events/event-types.ts'
import type {StreamRecord} from '../../../services/ports/event-stream.ts'

/** A dead letter as it lies in its topic, with what became of it. */
export interface Letter {
  /** `task-events/3/17`: the topic whose dead letter it is, and its place among those. */
  readonly id: string
  readonly topic: Topic
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly source: string | null
  readonly traceparent: string | null
  /** When it came here, ms since the epoch, UTC. */
  readonly at: number
  /** Null when Dapr put it here, which does not say why. */
  readonly consumer: string | null
  readonly code: string
  readonly reason: string
  /** What could not be handled, as it arrived; undefined when it is no JSON. */
  readonly original: unknown
  /** As it lies there, when that is no JSON; else null. */
  readonly text: string | null
  readonly eventId: string | null
  readonly eventType: string | null
  readonly userId: string | null
  readonly taskId: number | null
  /** How often its event was given to this consumer again. */
  readonly replays: number
  /** Null while nobody has done anything about it. */
  readonly handled: {readonly action: 'replayed' | 'dropped'; readonly at: string; readonly by: string} | null
}

/** Of a place among dead letters; `topic` is the one of the events. */
export const letterId = ({topic, partition, offset}: {topic: string; partition: number; offset: number}): string =>
  `${topic}/${partition}/${offset}`

const BY_DAPR = {
  consumer: null,
  code: 'given_up_by_dapr',
  reason: 'Dapr could not read it, or gave up delivering it; it does not say more.',
}

/** The letter in a record of a topic of dead letters. */
export function toLetter(record: StreamRecord): Letter {
  const {partition, offset, key, source, traceparent} = record
  const topic = topicOfDeadLetters(record.topic)!
  const letter = deadLetterSchema.safeParse(record.event).data
  const original = letter ? letter.original : record.event
  const facts = (typeof original === 'object' && original !== null ? original : {}) as Record<string, unknown>
  const {event_id: eventId, event_type: eventType, user_id: userId, task_id: taskId} = facts
  return {
    id: letterId({topic, partition, offset}),
    topic,
    partition,
    offset,
    key,
    source,
    traceparent,
    ...(letter ? ours(letter) : {...BY_DAPR, replays: 0}),
    at: letter ? instant(letter.dead_letter.at, record.at) : record.at,
    original,
    text: original === undefined ? record.text : null,
    eventId: textOrNull(eventId),
    eventType: textOrNull(eventType),
    userId: textOrNull(userId),
    taskId: typeof taskId === 'number' ? taskId : null,
    handled: null,
  }
}

const ours = ({dead_letter: {consumer, code, reason, replay_count: replays}}: DeadLetter) => ({
  consumer,
  code,
  reason,
  replays,
})

/** The mark in a record, if it is one: it is about an earlier record of its partition. */
export function toMark(record: StreamRecord): DeadLetterMark['dead_letter_mark'] | undefined {
  // Most are none; the schema takes its time to say so.
  if (typeof record.event !== 'object' || record.event === null || !(DEAD_LETTER_MARK in record.event)) return undefined
  const mark = deadLetterMarkSchema.safeParse(record.event).data?.dead_letter_mark
  return mark && mark.offset < record.offset ? mark : undefined
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

function instant(text: string, otherwise: number): number {
  const at = Date.parse(text)
  return Number.isNaN(at) ? otherwise : at
}
