import {z} from 'zod'
import {profileResponse} from './account.ts'
import {auditEntryResponse} from './audit.ts'
import {calendarLinkState} from './calendar.ts'
import {instantOutput} from './instant.ts'
import {pushDevice} from './push-devices.ts'
import {taskResponse} from './tasks.ts'
import {webhookState} from './webhook.ts'

/** What task-service hands out page by page, each sorted by id. */
export const EXPORT_KINDS = ['series', 'tasks', 'reminders'] as const
export type ExportKind = (typeof EXPORT_KINDS)[number]

export const exportPageQuery = z.strictObject({
  /** The last id of the page before. */
  after: z.coerce.number().pipe(z.int().min(0).max(Number.MAX_SAFE_INTEGER)).default(0),
})

export const exportedSeries = z.object({
  id: z.int(),
  rule: z.string(),
  start_at: instantOutput,
  end_at: instantOutput.nullable(),
  anchor: z.enum(['due', 'completion']),
  catch_up: z.enum(['once', 'each']),
  excluded_at: z.array(instantOutput),
  count_left: z.int().nullable(),
  /** The series that took its place when the rule was changed. */
  continued_by: z.int().nullable(),
  deleted_at: instantOutput.nullable(),
  created_at: instantOutput,
})
export const exportedTask = taskResponse.omit({reminders: true})
export const exportedReminder = z.object({
  id: z.int(),
  task_id: z.int(),
  offset_seconds: z.int().nullable(),
  reminder_at: instantOutput,
  channels: z.array(z.string()).nullable(),
  nag_every_seconds: z.int().nullable(),
  state: z.string(),
  removed_at: instantOutput.nullable(),
  created_at: instantOutput,
  deliveries: z.array(
    z.object({channel: z.string(), state: z.string(), attempts: z.int(), sent_at: instantOutput.nullable()}),
  ),
})
export type ExportedSeries = z.infer<typeof exportedSeries>
export type ExportedTask = z.infer<typeof exportedTask>
export type ExportedReminder = z.infer<typeof exportedReminder>

/** A page of task-service; `next` is the `after` of the next one. */
export interface ExportPage {
  readonly rows: readonly (ExportedSeries | ExportedTask | ExportedReminder)[]
  readonly next: number | null
}

export const exportResponse = z.object({
  /** Of this format; later ones only add. */
  version: z.literal(1),
  exported_at: instantOutput,
  profile: profileResponse,
  account: z.object({
    created_at: instantOutput,
    keys: z.array(z.object({name: z.string().nullable(), created_at: z.string(), expires_at: z.string().nullable()})),
    sessions: z.array(
      z.object({created_at: z.string(), address: z.string().nullable(), program: z.string().nullable()}),
    ),
  }),
  /** Where reminders go, without the secret that signs. */
  webhook: webhookState,
  /** That show notifications, without the addresses and keys by which they are reached. */
  devices: z.array(pushDevice),
  /** That there is a link, not where it leads: its token is kept nowhere. */
  calendar: calendarLinkState,
  series: z.array(exportedSeries),
  /** Done, skipped and deleted ones too. */
  tasks: z.array(exportedTask),
  reminders: z.array(exportedReminder),
  /** What happened, newest first. */
  history: z.array(auditEntryResponse),
  /** With all messages, last used first. */
  conversations: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      created_at: instantOutput,
      updated_at: instantOutput,
      messages: z.array(z.unknown()),
    }),
  ),
  /** The last field: a file without it was cut off. */
  complete: z.literal(true),
})
export type ExportResponse = z.infer<typeof exportResponse>
