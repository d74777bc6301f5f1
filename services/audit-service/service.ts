import type {Database} from '../database/database.ts'
import {query} from '../database/query.ts'
import {TOPICS} from '../domain/events/event-types.ts'
import {createConsumer} from '../runtime/consumer.ts'
import {Health} from '../runtime/health.ts'
import {createHttpApp} from '../runtime/http-app.ts'
import type {Logger} from '../runtime/logger.ts'
import {Metrics} from '../runtime/metrics.ts'
import type {Service} from '../runtime/service.ts'
import {serviceStateRoute} from '../runtime/service-state.ts'
import {recordEvents} from './record-events.ts'
import {auditRoutes} from './routes/audit.ts'

export interface AuditServiceOptions {
  /** With the login of the audit service: it may read and add entries, not change them. */
  readonly database: Database
  readonly logger: Logger
  /** Called when a dead letter was written to the outbox, so that the relay need not wait for its next look. */
  readonly committed: () => void
}

/** Records every event of every topic, and shows users their own. */
export function createAuditService({database, logger, committed}: AuditServiceOptions): Service {
  const metrics = new Metrics('audit-service')
  metrics.watchConnections(database)
  const health = new Health('audit-service', {
    database: async () => {
      await database.acrossUsers(async (tx) => query(tx, 'select 1'))
    },
  })
  const consumer = createConsumer({
    consumer: 'audit-service',
    topics: TOPICS,
    eventTypes: 'all',
    database,
    logger,
    metrics,
    committed,
    handle: recordEvents,
  })
  return {
    name: 'audit-service',
    metrics,
    app: createHttpApp({
      service: 'audit-service',
      logger,
      metrics,
      health,
      routes: [auditRoutes(database), serviceStateRoute({health, metrics})],
    }),
    subscriptions: [consumer],
    // Nothing of it runs by itself: events come by its subscription, requests by its routes.
    start: async () => undefined,
    stop: async () => health.drain(),
  }
}
