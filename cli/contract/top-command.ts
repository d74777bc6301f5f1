import {z} from 'zod'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {one, type Printed, watched} from './printed.ts'

const perSecond = z.number().nullable()
/** Null: there was nothing in the last minute. */
const seconds = z.number().nullable()

const top = z.object({
  target: z.enum(['local', 'host']),
  version: z.string(),
  /** Over which rates are. */
  over_seconds: z.number(),
  services: z.array(
    z.object({
      service: z.enum(SERVICE_NAMES),
      /** `away`: it does not answer. */
      state: z.enum(['ok', 'unavailable', 'draining', 'away']),
      requests_per_second: perSecond,
      request_p95_seconds: seconds,
      /** Null: it is no consumer. */
      events_per_second: perSecond,
      event_p95_seconds: seconds,
      failures_per_second: perSecond,
      /** Null on local, and when Kafka does not say. */
      lag: z.int().nullable(),
      /** Null on local, where all are one process. */
      memory_bytes: z.int().nullable(),
    }),
  ),
  /** Null when the Task Service does not answer. */
  outbox: z.object({pending: z.int(), oldest_seconds: z.number(), published_per_second: perSecond}).nullable(),
  reminders: z.object({
    sent_per_second: perSecond,
    failed_per_second: perSecond,
    lateness_p95_seconds: seconds,
  }),
  occurrences_per_second: perSecond,
  dead_letters_per_second: perSecond,
  memory_bytes: z.int().nullable(),
})

export const topCommand: Printed = watched(one(top), top)
