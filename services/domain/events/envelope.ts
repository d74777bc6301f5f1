import {z} from 'zod'

/** Instants travel as ISO 8601 with `Z`, to the millisecond. */
export const instantSchema = z.iso.datetime({offset: false, message: 'must be an instant such as 2026-12-01T09:00:00Z'})

export const EVENT_VERSION = '1.0'

/** Database ids are bigint, but a number in JSON: at most 2^53−1. */
export const idSchema = z.int().positive().max(Number.MAX_SAFE_INTEGER)

/** What every event of todo5 carries, whatever its type. */
export const envelopeSchema = z.object({
  event_id: z.uuid(),
  event_type: z.string().min(1).max(100),
  event_version: z.string().regex(/^\d+\.\d+$/),
  timestamp: instantSchema,
  user_id: z.uuid(),
  task_id: idSchema,
  payload: z.record(z.string(), z.unknown()),
  /** How often an operator has replayed it; absent when never. */
  replay_count: z.int().positive().optional(),
})
export type Envelope = z.infer<typeof envelopeSchema>

/** 1.x is read, whatever x is: within 1.x fields are only added, and always optional. */
export const isSupportedVersion = (version: string): boolean => version.startsWith('1.')
