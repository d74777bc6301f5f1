import {z} from 'zod'
import {idSchema, instantSchema} from './envelope.ts'

/** Rises with each change of the task; who reads several events of a task orders them by it. */
const taskVersion = z.int().positive()
const channel = z.string().min(1).max(20)

const occurrence = {
  series_id: idSchema.nullable(),
  occurrence_at: instantSchema.nullable(),
}

const payloads = {
  'task.created': z.object({
    task_version: taskVersion,
    ...occurrence,
    predecessor_id: idSchema.nullable(),
    due_at: instantSchema.nullable(),
    recurring_pattern: z.string().nullable(),
  }),
  'task.completed': z.object({task_version: taskVersion, ...occurrence, completed_at: instantSchema}),
  'task.reopened': z.object({task_version: taskVersion, ...occurrence, retracted_task_id: idSchema.nullable()}),
  'task.skipped': z.object({task_version: taskVersion, ...occurrence, skipped_at: instantSchema}),
  'task.deleted': z.object({task_version: taskVersion, ...occurrence, deleted_at: instantSchema}),
  /** `changed` names the fields; texts are not repeated in events, other values are given before and after. */
  'task.updated': z.object({
    task_version: taskVersion,
    changed: z.array(z.string()).min(1),
    before: z.record(z.string(), z.unknown()),
    after: z.record(z.string(), z.unknown()),
  }),
  'reminder.scheduled': z.object({
    task_version: taskVersion,
    reminder_id: idSchema,
    revision: z.int().positive(),
    reminder_at: instantSchema,
  }),
  'reminder.cancelled': z.object({task_version: taskVersion, reminder_id: idSchema, revision: z.int().positive()}),
  'reminder.sent': z.object({
    task_version: taskVersion,
    reminder_id: idSchema,
    revision: z.int().positive(),
    channel,
    sent_at: instantSchema,
    late_seconds: z.number().nonnegative(),
  }),
  'reminder.failed': z.object({
    task_version: taskVersion,
    reminder_id: idSchema,
    revision: z.int().positive(),
    channel,
    reason: z.string().min(1),
    attempts: z.int().nonnegative(),
  }),
} as const

export type EventType = keyof typeof payloads
export type EventPayload<T extends EventType> = z.infer<(typeof payloads)[T]>

export const EVENT_TYPES = Object.keys(payloads) as EventType[]

/** The schema of the payload of a type, or undefined for a type that this version does not know. */
export const payloadSchema = (type: string): z.ZodType | undefined =>
  Object.hasOwn(payloads, type) ? payloads[type as EventType] : undefined

export const TOPICS = ['task-events', 'reminders', 'task-updates'] as const
export type Topic = (typeof TOPICS)[number]
export type DeadLetterTopic = `${Topic}-dlq`

/** Each topic has this many partitions; the key is the user_id. */
export const PARTITIONS = 12

export function topicOf(type: EventType): Topic {
  if (type === 'task.updated') return 'task-updates'
  return type.startsWith('reminder.') ? 'reminders' : 'task-events'
}
