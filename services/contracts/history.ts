import {z} from 'zod'
import {instantOutput} from './instant.ts'
import {reminderResponse} from './tasks.ts'
import {timeZone} from './time-zone.ts'

export const seriesQuery = z.strictObject({
  /** Past occurrences at most, newest first. */
  limit: z.coerce.number().pipe(z.int().min(1).max(1000)).default(20),
  /** Coming dates. */
  next: z.coerce.number().pipe(z.int().min(0).max(100)).default(5),
})
export type SeriesQuery = z.infer<typeof seriesQuery>

export const occurrenceResponse = z.object({
  task_id: z.int(),
  occurrence_at: instantOutput,
  due_at: instantOutput.nullable(),
  state: z.enum(['open', 'done', 'skipped']),
  closed_at: instantOutput.nullable(),
  /** How long after its due date it was done, or how long it has been overdue; 0 in time, null for skipped ones. */
  late_seconds: z.int().nullable(),
})

/** The whole life of a series, also of those that it continues. */
export const seriesResponse = z.object({
  series_id: z.int(),
  rule: z.string(),
  anchor: z.enum(['due', 'completion']),
  catch_up: z.enum(['once', 'each']),
  ends_at: instantOutput.nullable(),
  /** False when it was deleted, or nothing follows any more and nothing is open. */
  live: z.boolean(),
  /** Newest first. */
  occurrences: z.array(occurrenceResponse),
  coming: z.array(instantOutput),
  statistics: z.object({
    done: z.int(),
    skipped: z.int(),
    late: z.int(),
    /** Dates of the rule that passed with nothing done: one late completion covers several. */
    missed: z.int(),
    current_streak: z.int(),
    longest_streak: z.int(),
    /** done / (done + missed + overdue), 0 to 1; null when nothing was due yet. Skipped ones do not count. */
    completion_rate: z.number().nullable(),
  }),
})
export type SeriesResponse = z.infer<typeof seriesResponse>

export const deliveryResponse = z.object({
  channel: z.string(),
  revision: z.int(),
  state: z.enum(['scheduled', 'sending', 'sent', 'failed', 'cancelled']),
  next_attempt_at: instantOutput.nullable(),
  message_id: z.string().nullable(),
  /** Each try with what the other side said, oldest first. */
  attempts: z.array(
    z.object({
      at: instantOutput,
      outcome: z.enum(['sent', 'retry', 'failed', 'cancelled']),
      /** A label such as `refused` or `retries_exhausted`; null when it was sent or cancelled. */
      code: z.string().nullable(),
      answer: z.string(),
    }),
  ),
})

/** Every reminder that a task has or had, oldest first, with what became of it; of very many the newest 200. */
export const taskRemindersResponse = z.object({
  reminders: z.array(
    reminderResponse.extend({
      created_at: instantOutput,
      updated_at: instantOutput,
      removed_at: instantOutput.nullable(),
      /** When a snooze put it aside. */
      snoozed_at: instantOutput.nullable(),
      deliveries: z.array(deliveryResponse),
    }),
  ),
})
export type TaskRemindersResponse = z.infer<typeof taskRemindersResponse>

/** `time_zone`: an IANA name, for the times in the texts; without it the zone of the account. */
export const historyQuery = z.strictObject({time_zone: timeZone.optional()})

/** What happened to a task and its reminders, oldest first: from the audit log, the deliveries, and the mail server's answers. */
export const taskHistoryResponse = z.object({
  task_id: z.int(),
  /** One sentence per reminder that did not do what one expects, or that says that all did: "why was I not reminded?". */
  verdicts: z.array(z.string()),
  entries: z.array(
    z.object({
      at: instantOutput,
      /** An event type, or `delivery.sent`, `delivery.retry`, `delivery.failed`, `delivery.cancelled`. */
      kind: z.string(),
      text: z.string(),
      reminder_id: z.int().nullable(),
      details: z.record(z.string(), z.unknown()),
    }),
  ),
})
export type TaskHistoryResponse = z.infer<typeof taskHistoryResponse>
