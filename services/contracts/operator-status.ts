import {z} from 'zod'
import {instantOutput} from './instant.ts'
import {SERVICE_NAMES} from './service-names.ts'
import {healthResponse} from './status.ts'

const outbox = z.object({
  /** Events that are not handed to the bus yet. */
  waiting: z.int(),
  oldest_seconds: z.number(),
})

const reminders = z.object({
  /** How far back is counted; less when the service started later. */
  over_seconds: z.int(),
  sent: z.int(),
  /** Given up. */
  failed: z.int(),
  /** Of those that were sent: more than a minute after their time. */
  late: z.int(),
})

/** Open occurrences of series, of all users, in 24 hours from now. */
const occurrences = z.object({
  overdue: z.int(),
  next_24_hours: z.int(),
  next_7_days: z.int(),
  later: z.int(),
})

/** GET /v1/operator/state of a service behind the edge. Null: nothing of this service. */
export const serviceState = z.object({
  health: healthResponse,
  uptime_seconds: z.int(),
  outbox: outbox.nullable(),
  reminders: reminders.nullable(),
  occurrences: occurrences.nullable(),
  /** Events that it put into the dead letters since it started. */
  dead_letters: z.int().nullable(),
})
export type ServiceState = z.infer<typeof serviceState>

/** How todo5 is, for its operators: no title, no address, no id. Null: whoever knows it does not answer. */
export const operatorStatusResponse = z.object({
  at: instantOutput,
  services: z.array(
    z.object({
      service: z.enum(SERVICE_NAMES),
      /** `away`: it does not answer. */
      state: z.enum(['ok', 'unavailable', 'draining', 'away']),
      version: z.string().nullable(),
      uptime_seconds: z.int().nullable(),
      /** Names of the checks that fail, such as `database`. */
      failing: z.array(z.string()),
    }),
  ),
  outbox: outbox.nullable(),
  reminders: reminders.nullable(),
  occurrences: occurrences.nullable(),
  /** Since the services started; of those that answer. */
  dead_letters: z.int().nullable(),
})
export type OperatorStatusResponse = z.infer<typeof operatorStatusResponse>
