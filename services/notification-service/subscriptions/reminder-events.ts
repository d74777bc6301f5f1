import type {Database} from '../../database/database.ts'
import type {Subscription} from '../../ports/event-subscriptions.ts'
import {createConsumer} from '../../runtime/consumer.ts'
import type {Logger} from '../../runtime/logger.ts'
import type {Metrics} from '../../runtime/metrics.ts'

/** What the clocks of the services may differ by, and more, s. */
const MARGIN_SECONDS = 60

/**
 * reminder.scheduled only wakes: which reminder gets a job is read from the rows, so nothing is lost with an event, and an
 * old one does no harm; one for a reminder that gets its job only later wakes nobody. Jobs are made after the commit, outside of the consumer's transaction.
 */
export function subscribeToReminders(deps: {
  database: Database
  logger: Logger
  metrics: Metrics
  /** A job is made when its time is nearer than this, s. */
  jobWindowSeconds: number
  onScheduled: () => void
}): Subscription {
  const {database, logger, metrics, jobWindowSeconds} = deps
  let scheduled = false
  const consumer = createConsumer({
    consumer: 'notification-service',
    topics: ['reminders'],
    eventTypes: ['reminder.scheduled'],
    concerns: ({payload}) =>
      Date.parse(String(payload['reminder_at'])) < Date.now() + (jobWindowSeconds + MARGIN_SECONDS) * 1000,
    database,
    logger,
    metrics,
    handle: async () => {
      scheduled = true
    },
  })
  return {
    ...consumer,
    handle: async (events) => {
      const answers = await consumer.handle(events)
      if (scheduled) deps.onScheduled()
      scheduled = false
      return answers
    },
  }
}
