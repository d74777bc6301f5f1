import {z} from 'zod'
import type {Topic} from './event-types.ts'

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

export const deadLetterTopic = (topic: Topic): `${Topic}-dlq` => `${topic}-dlq`
