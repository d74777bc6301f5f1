import {z} from 'zod'
import {instantInput} from './instant.ts'

const A_YEAR = 366 * 24 * 3600

/** Remind again so many seconds from now, or at an instant; the due date and the rule stay as they are. */
export const snoozeTaskRequest = z
  .strictObject({
    for_seconds: z
      .int()
      .min(60, 'must be at least a minute (60)')
      .max(A_YEAR, 'must be at most 366 days (31622400)')
      .optional(),
    until: instantInput.optional(),
  })
  .refine(
    (request) => (request.for_seconds === undefined) !== (request.until === undefined),
    'must have either for_seconds or until',
  )
export type SnoozeTaskRequest = z.infer<typeof snoozeTaskRequest>
