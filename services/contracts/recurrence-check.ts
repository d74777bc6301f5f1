import {z} from 'zod'
import {instantOutput} from './instant.ts'

export const recurrenceCheckQuery = z.strictObject({
  /** Where the last page ended. */
  after: z.coerce.number().pipe(z.int().min(0).max(Number.MAX_SAFE_INTEGER)).default(0),
  limit: z.coerce.number().pipe(z.int().min(1).max(5000)).default(1000),
})
export type RecurrenceCheckQuery = z.infer<typeof recurrenceCheckQuery>

/** One open occurrence whose stored next_occurrence is not what the engine says, or a closed one that nothing follows. */
export const recurrenceDifference = z.object({
  kind: z.enum(['next_occurrence', 'missing_successor', 'failed']),
  task_id: z.int(),
  series_id: z.int(),
  user_id: z.string(),
  rule: z.string(),
  stored: instantOutput.nullable(),
  computed: instantOutput.nullable(),
  /** Why it could not be computed; null otherwise. */
  reason: z.string().nullable(),
  repaired: z.boolean(),
})
export type RecurrenceDifference = z.infer<typeof recurrenceDifference>

export const recurrenceCheckResponse = z.object({
  checked: z.int(),
  differences: z.array(recurrenceDifference),
  /** Pass it as `after` for the next page; null at the end. */
  next_after: z.int().nullable(),
})
export type RecurrenceCheckResponse = z.infer<typeof recurrenceCheckResponse>
