import type {Database} from '../../database/database.ts'
import type {Subscription} from '../../ports/event-subscriptions.ts'
import {createConsumer} from '../../runtime/consumer.ts'
import type {Logger} from '../../runtime/logger.ts'
import type {Metrics} from '../../runtime/metrics.ts'

/**
 * reminder.scheduled only wakes: which reminder gets a job is read from the rows, so nothing is lost with an event, and an
 * old one does no harm. Jobs are made after the commit, outside of the consumer's transaction.
 */
export function subscribeToReminders(deps: {
  database: Database
  logger: Logger
  metrics: Metrics
  onScheduled: () => void
}): Subscription {
  const {database, logger, metrics} = deps
  let scheduled = false
  const consumer = createConsumer({
    consumer: 'notification-service',
    topics: ['reminders'],
    eventTypes: ['reminder.scheduled'],
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
