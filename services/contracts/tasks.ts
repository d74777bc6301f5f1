import {z} from 'zod'
import {channelList} from './channels.ts'
import {instantInput, instantOutput} from './instant.ts'
import {lineOfText, linesOfText} from './text.ts'

const SECONDS_IN_A_YEAR = 366 * 24 * 3600

export const reminderInput = z.strictObject({
  /** How long before the due date, in seconds; 0 is at the due date. */
  offset_seconds: z.int().min(0, 'must not be negative').max(SECONDS_IN_A_YEAR, 'must be at most 366 days (31622400)'),
  /** Absent: as the profile says. */
  channels: channelList.optional(),
  nag_every_seconds: z
    .int()
    .min(60, 'must be at least 60 seconds')
    .max(7 * 24 * 3600)
    .optional(),
})
export type ReminderInput = z.infer<typeof reminderInput>

/** Two that would go out by the same channel at the same time and are not the same: one was meant to be another time. */
function refuseTwoAtOnce(reminders: readonly ReminderInput[], context: z.RefinementCtx): void {
  for (const [place, reminder] of reminders.entries()) {
    const clash = reminders
      .slice(0, place)
      .find((other) => other.offset_seconds === reminder.offset_seconds && sharesChannel(other, reminder))
    if (!clash || JSON.stringify(clash) === JSON.stringify(reminder)) continue
    const hint = 'Give one of them another time, or make them one.'
    context.addIssue({
      code: 'custom',
      path: [place, 'offset_seconds'],
      message: 'is the same as that of another reminder, which says something else',
      params: {code: 'same_time_twice', hint},
    })
  }
}

/** Without channels it goes by those of the profile, whatever they are. */
const sharesChannel = (one: ReminderInput, other: ReminderInput): boolean =>
  !one.channels || !other.channels || one.channels.some((channel) => other.channels?.includes(channel))

const tag = z.string().regex(/^[\p{L}\p{N}_-]{1,50}$/u, 'must be 1 to 50 letters, digits, - or _')

const taskFields = {
  title: lineOfText(500),
  description: linesOfText(10_000),
  /** 0 none, 1 low, 2 medium, 3 high. */
  priority: z.int().min(0).max(3, 'must be 0 (none), 1 (low), 2 (medium) or 3 (high)'),
  tags: z
    .array(tag)
    .max(50, 'must be at most 50 tags')
    .transform((tags) => [...new Set(tags)]),
  due_at: instantInput.nullable(),
  /** False: the due date is a day; due_at is then the last second of that day where the user is. */
  due_has_time: z.boolean(),
  /** An RRULE (RFC 5545, UTC) or a pattern in words; validated by the recurrence engine. */
  recurring_pattern: z.string().max(500, 'must have at most 500 characters').nullable(),
  recurring_end_date: instantInput.nullable(),
  anchor: z.enum(['due', 'completion']),
  catch_up: z.enum(['once', 'each']),
  reminders: z.array(reminderInput).max(10, 'must be at most 10 reminders').superRefine(refuseTwoAtOnce),
}

export const createTaskRequest = z.strictObject({
  title: taskFields.title,
  description: taskFields.description.optional(),
  priority: taskFields.priority.optional(),
  tags: taskFields.tags.optional(),
  due_at: taskFields.due_at.optional(),
  due_has_time: taskFields.due_has_time.optional(),
  recurring_pattern: taskFields.recurring_pattern.optional(),
  recurring_end_date: taskFields.recurring_end_date.optional(),
  anchor: taskFields.anchor.optional(),
  catch_up: taskFields.catch_up.optional(),
  /** Absent: one hour before the due date. Empty: none. */
  reminders: taskFields.reminders.optional(),
})
export type CreateTaskRequest = z.infer<typeof createTaskRequest>

export const updateTaskRequest = createTaskRequest
  .partial()
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), 'must change at least one field')
export type UpdateTaskRequest = z.infer<typeof updateTaskRequest>

export const TASK_VIEWS = ['open', 'overdue', 'today', 'upcoming', 'recurring', 'done', 'all'] as const
export const listTasksQuery = z.strictObject({
  view: z.enum(TASK_VIEWS).default('open'),
  tag: tag.optional(),
  priority: z.coerce.number().pipe(taskFields.priority).optional(),
  search: lineOfText(200).optional(),
  /** For `today`: the bounds of the user's day; without them the day in UTC. */
  due_from: instantInput.optional(),
  due_until: instantInput.optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(1000)).default(50),
  cursor: z.string().max(500).optional(),
})
export type ListTasksQuery = z.infer<typeof listTasksQuery>

export const reminderResponse = z.object({
  id: z.int(),
  offset_seconds: z.int().nullable(),
  reminder_at: instantOutput,
  state: z.enum(['scheduled', 'sending', 'sent', 'failed', 'cancelled']),
  channels: z.array(z.string()).nullable(),
  nag_every_seconds: z.int().nullable(),
  revision: z.int(),
})

export const taskResponse = z.object({
  id: z.int(),
  title: z.string(),
  description: z.string(),
  priority: z.int(),
  tags: z.array(z.string()),
  due_at: instantOutput.nullable(),
  due_has_time: z.boolean(),
  completed_at: instantOutput.nullable(),
  skipped_at: instantOutput.nullable(),
  deleted_at: instantOutput.nullable(),
  recurring_pattern: z.string().nullable(),
  recurring_end_date: instantOutput.nullable(),
  /** What follows if this one is done on time; null when nothing does. */
  next_occurrence: instantOutput.nullable(),
  /** The earliest reminder that has not been sent; null when none is left. */
  reminder_at: instantOutput.nullable(),
  reminder_sent: z.boolean(),
  series_id: z.int().nullable(),
  predecessor_id: z.int().nullable(),
  occurrence_at: instantOutput.nullable(),
  version: z.int(),
  created_at: instantOutput,
  updated_at: instantOutput,
  reminders: z.array(reminderResponse),
})
export type TaskResponse = z.infer<typeof taskResponse>

export const taskListResponse = z.object({tasks: z.array(taskResponse), next_cursor: z.string().nullable()})
export type TaskListResponse = z.infer<typeof taskListResponse>

/** `end_series`: this was the last time, nothing follows. One undo takes both back. */
export const completeTaskRequest = z.strictObject({end_series: z.boolean().optional()})

/** `next` is the occurrence that appeared; null when the series ended, or when it was not there within the time waited. */
export const completeTaskResponse = z.object({
  completed: taskResponse,
  next: taskResponse.nullable(),
  /** True when the next occurrence is still being made: it will appear, look again. */
  next_pending: z.boolean(),
})
export type CompleteTaskResponse = z.infer<typeof completeTaskResponse>

/** `Prefer: wait=5` on completion: how long to wait for the next occurrence, seconds. */
export const MAX_WAIT_SECONDS = 10
