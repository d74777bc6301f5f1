import {type InferEntity, defineEntity, p} from '@mikro-orm/core'

const instant = () => p.datetime(6)

/** One reminder of one task. `revision` rises with each change of its time, so that an old job or claim does nothing. */
export const ReminderEntity = defineEntity({
  name: 'Reminder',
  tableName: 'reminders',
  schema: 'todo',
  properties: {
    id: p.bigint('number').primary().generated('identity'),
    user_id: p.uuid(),
    task_id: p.bigint('number'),
    offset_seconds: p.integer().nullable(),
    reminder_at: instant(),
    channels: p.array().columnType('varchar(20)[]').nullable(),
    nag_every_seconds: p.integer().nullable(),
    nag_left: p.smallint().default(0),
    state: p
      .string()
      .length(10)
      .$type<'scheduled' | 'sending' | 'sent' | 'failed' | 'cancelled'>()
      .default('scheduled'),
    revision: p.integer().default(1),
    job_revision: p.integer().default(0),
    /** When its user took it away or replaced it: a task that is moved or reopened gets back only its other ones. */
    removed_at: instant().nullable(),
    /** When a snooze put it aside. */
    snoozed_at: instant().nullable(),
    created_at: instant().defaultRaw('clock_timestamp()'),
    updated_at: instant().defaultRaw('clock_timestamp()'),
    /** When this revision was made; set by the database. */
    revised_at: instant().defaultRaw('clock_timestamp()'),
  },
})
export type Reminder = InferEntity<typeof ReminderEntity>

export interface DeliveryAttempt {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly outcome: 'sent' | 'retry' | 'failed' | 'cancelled'
  /** A label such as `refused` or `retries_exhausted`; null when it was sent or cancelled. */
  readonly code: string | null
  /** What the mail server, or whoever delivers, said. */
  readonly answer: string
}

/** How one reminder goes out by one channel. */
export const ReminderDeliveryEntity = defineEntity({
  name: 'ReminderDelivery',
  tableName: 'reminder_deliveries',
  schema: 'todo',
  properties: {
    id: p.bigint('number').primary().generated('identity'),
    user_id: p.uuid(),
    reminder_id: p.bigint('number'),
    revision: p.integer(),
    channel: p.string().length(20),
    state: p
      .string()
      .length(10)
      .$type<'scheduled' | 'sending' | 'sent' | 'failed' | 'cancelled'>()
      .default('scheduled'),
    attempts: p.smallint().default(0),
    next_attempt_at: instant(),
    lease_token: p.uuid().nullable(),
    lease_until: instant().nullable(),
    error: p.string().length(1000).nullable(),
    /** One entry per try, oldest first. */
    attempt_log: p.json<DeliveryAttempt[]>().default([]),
    message_id: p.string().length(300).nullable(),
    sent_at: instant().nullable(),
    created_at: instant().defaultRaw('clock_timestamp()'),
  },
})
export type ReminderDelivery = InferEntity<typeof ReminderDeliveryEntity>
