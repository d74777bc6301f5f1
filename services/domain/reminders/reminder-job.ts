import {z} from 'zod'
import {idSchema} from '../events/envelope.ts'

/** What a job carries: ids only. A job of another installation is not ours, though its ids may exist here too. */
const reminderJobSchema = z.object({
  installation: z.uuid(),
  reminder_id: idSchema,
  revision: z.int().positive(),
})
export type ReminderJob = z.infer<typeof reminderJobSchema>

/** Unique per revision, so that no job is ever deleted or overwritten: one of an old revision does nothing. */
export const reminderJobName = (job: {reminder_id: number; revision: number}): string =>
  `reminder-${job.reminder_id}-${job.revision}`

export function parseReminderJob(data: unknown): ReminderJob | undefined {
  const result = reminderJobSchema.safeParse(data)
  return result.success ? result.data : undefined
}
