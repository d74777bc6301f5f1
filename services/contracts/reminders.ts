import {z} from 'zod'
import {deliveryResponse} from './history.ts'
import {instantOutput} from './instant.ts'
import {reminderResponse} from './tasks.ts'

export const REMINDER_STATES = ['scheduled', 'sending', 'sent', 'failed', 'cancelled'] as const

export const listRemindersQuery = z.strictObject({
  /** Without it all but the cancelled ones. */
  state: z.enum(REMINDER_STATES).optional(),
  task_id: z.coerce.number().pipe(z.int().positive().max(Number.MAX_SAFE_INTEGER)).optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(200)).default(50),
  cursor: z.string().max(500).optional(),
})
export type ListRemindersQuery = z.infer<typeof listRemindersQuery>

/** A reminder with its task and what became of it, also at its earlier times. */
export const reminderDetails = reminderResponse.extend({
  task_id: z.int(),
  title: z.string(),
  due_at: instantOutput.nullable(),
  due_has_time: z.boolean(),
  created_at: instantOutput,
  deliveries: z.array(deliveryResponse),
})
export type ReminderDetails = z.infer<typeof reminderDetails>

/** Those that wait: the soonest first; all others: the latest first. */
export const reminderListResponse = z.object({
  reminders: z.array(reminderDetails),
  next_cursor: z.string().nullable(),
})
export type ReminderListResponse = z.infer<typeof reminderListResponse>

export const retriedReminder = z.object({
  reminder: reminderDetails,
  /** The channels by which it goes out again now; none when it is on its way already. */
  retried: z.array(z.string()),
})
export type RetriedReminder = z.infer<typeof retriedReminder>

export const testChannelRequest = z.strictObject({channel: z.enum(['email', 'push', 'webhook'])})

export const channelTest = z.object({
  channel: z.enum(['email', 'push', 'webhook']),
  taken: z.boolean(),
  /** Why it was not taken, such as `refused`, `no_answer`, `no_device`; null when it was. */
  code: z.string().nullable(),
  /** What the other side said, at most 500 characters. */
  answer: z.string(),
})
export type ChannelTest = z.infer<typeof channelTest>
