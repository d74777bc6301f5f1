import {z} from 'zod'
import {TOPICS, type Topic} from './event-types.ts'

/** Why an event could not be handled; `code` is what `dlq list` groups by. */
export const deadLetterSchema = z.object({
  dead_letter: z.object({
    topic: z.string(),
    consumer: z.string(),
    code: z.string(),
    reason: z.string(),
    at: z.string(),
    replay_count: z.int().nonnegative(),
  }),
  /** The event as it arrived, whatever it was. */
  original: z.unknown(),
})
export type DeadLetter = z.infer<typeof deadLetterSchema>

export const DEAD_LETTER_MARK = 'dead_letter_mark'

/**
 * What became of a dead letter: a later record of its own partition, so that it is kept as long as the letter, wherever
 * that is. Of several marks of a letter the last one counts.
 */
export const deadLetterMarkSchema = z.object({
  dead_letter_mark: z.object({
    /** Of the letter, in this partition. */
    offset: z.int().nonnegative(),
    /** Of the event in it; null when it has none. */
    event_id: z.string().nullable(),
    /** Who could not handle it; null when it was Dapr. */
    consumer: z.string().nullable(),
    action: z.enum(['replayed', 'dropped']),
    at: z.string(),
    by: z.string(),
  }),
})
export type DeadLetterMark = z.infer<typeof deadLetterMarkSchema>

export const deadLetterTopic = (topic: Topic): `${Topic}-dlq` => `${topic}-dlq`

/** The topic whose dead letters lie in this one. */
export const topicOfDeadLetters = (topic: string): Topic | undefined =>
  TOPICS.find((known) => deadLetterTopic(known) === topic)
