import {z} from 'zod'
import {instantInput} from './instant.ts'
import {taskResponse} from './tasks.ts'

/** Without `until` the open occurrence alone; with it every occurrence up to that instant, as for a holiday. */
export const skipTaskRequest = z.strictObject({until: instantInput.optional()})

/** At most so many occurrences are skipped by one request, of all series together: each is a row with its events. */
export const MAX_SKIPPED = 366

export const skipTaskResponse = z.object({
  /** Oldest first. */
  skipped: z.array(taskResponse),
  /** What is open now; null when the series ended, or when it was not there within the time waited. */
  next: taskResponse.nullable(),
  /** True when the next occurrence is still being made: it will appear, look again. */
  next_pending: z.boolean(),
})
export type SkipTaskResponse = z.infer<typeof skipTaskResponse>
