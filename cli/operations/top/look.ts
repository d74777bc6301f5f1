import {SERVICE_NAMES} from '../../../services/contracts/service-names.ts'
import type {ConsumerLag} from '../consumer-lag.ts'
import {quantile, rate, type Samples} from './samples.ts'

export type ServiceName = (typeof SERVICE_NAMES)[number]

export interface ServiceLook {
  readonly service: ServiceName
  /** `away`: it does not answer. */
  readonly state: 'ok' | 'unavailable' | 'draining' | 'away'
  readonly requests_per_second: number | null
  /** 19 of 20 requests of the last minute took no longer; null: there was none. */
  readonly request_p95_seconds: number | null
  /** Of a consumer: events whose effect was committed. */
  readonly events_per_second: number | null
  /** From the event to its effect, 19 of 20 of the last minute. */
  readonly event_p95_seconds: number | null
  /** Deliveries and publications that failed and are tried again, and dead letters. */
  readonly failures_per_second: number | null
  /** Events in Kafka that it has not handled; null on local, and when Kafka does not say. */
  readonly lag: number | null
  /** Of its process; null on local, where all are one. */
  readonly memory_bytes: number | null
}

/** One look at a todo5, as --json prints it. */
export interface Top {
  readonly target: 'local' | 'host'
  readonly version: string
  /** Over which rates are. */
  readonly over_seconds: number
  readonly services: readonly ServiceLook[]
  readonly outbox: {
    readonly pending: number
    readonly oldest_seconds: number
    readonly published_per_second: number | null
  } | null
  readonly reminders: {
    readonly sent_per_second: number | null
    readonly failed_per_second: number | null
    readonly lateness_p95_seconds: number | null
  }
  readonly occurrences_per_second: number | null
  readonly dead_letters_per_second: number | null
  readonly memory_bytes: number | null
}

export interface Facts {
  readonly target: Top['target']
  readonly version: string
  readonly states: ReadonlyMap<string, ServiceLook['state']>
  readonly lag: readonly ConsumerLag[] | null
  readonly now: Samples
  /** Of the look before. */
  readonly before: Samples
  /** The oldest of the last minute. */
  readonly minuteAgo: Samples
}

export function lookAt(facts: Facts): Top {
  const {target, version, now, before, minuteAgo} = facts
  // What has never happened has no number yet.
  const per = (service: ServiceName, name: string): number | null =>
    (facts.states.get(service) ?? 'away') === 'away' ? null : (rate(before, now, name) ?? 0)
  const readers = CONSUMERS.filter((service) => per(service, '') !== null)
  const pending = now.sum('outbox_pending')
  return {
    target,
    version,
    over_seconds: (now.at - before.at) / 1000,
    services: SERVICE_NAMES.map((service) => serviceLook(service, facts)),
    outbox:
      pending === undefined
        ? null
        : {
            pending,
            oldest_seconds: now.sum('outbox_oldest_seconds') ?? 0,
            published_per_second: per('task-service', 'outbox_published_total'),
          },
    reminders: {
      sent_per_second: per('notification-service', 'reminders_sent_total'),
      failed_per_second: per('notification-service', 'reminders_failed_total'),
      lateness_p95_seconds: quantile(0.95, minuteAgo, now, 'reminder_lateness_seconds'),
    },
    occurrences_per_second: per('recurring-task-service', 'recurring_tasks_created_total'),
    dead_letters_per_second: readers.length === 0 ? null : per(readers[0]!, 'consumer_dead_letters_total'),
    memory_bytes: now.sum('process_resident_memory_bytes') ?? null,
  }
}

const FAILURES = ['consumer_failures_total', 'outbox_publish_failures_total', 'consumer_dead_letters_total']
/** Those that read topics. */
const CONSUMERS: readonly ServiceName[] = ['recurring-task-service', 'notification-service', 'audit-service']

function serviceLook(service: ServiceName, {target, states, lag, now, before, minuteAgo}: Facts): ServiceLook {
  const state = states.get(service) ?? 'away'
  const of = {service}
  const consumes = CONSUMERS.includes(service)
  const there = state !== 'away'
  const failures = FAILURES.map((name) => rate(before, now, name, of) ?? 0)
  return {
    service,
    state,
    requests_per_second: there ? (rate(before, now, 'http_request_duration_seconds_count', of) ?? 0) : null,
    request_p95_seconds: quantile(0.95, minuteAgo, now, 'http_request_duration_seconds', of),
    events_per_second: there && consumes ? (rate(before, now, 'consumer_events_handled_total', of) ?? 0) : null,
    event_p95_seconds: quantile(0.95, minuteAgo, now, 'event_end_to_end_seconds', of),
    failures_per_second: there ? failures.reduce((sum, one) => sum + one, 0) : null,
    lag:
      lag === null || !consumes
        ? null
        : lag.filter(({group}) => group === service).reduce((sum, one) => sum + one.lag, 0),
    memory_bytes: target === 'host' ? (now.sum('process_resident_memory_bytes', of) ?? null) : null,
  }
}
