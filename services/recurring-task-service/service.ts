import type {Database} from '../database/database.ts'
import {query} from '../database/query.ts'
import {createConsumer} from '../runtime/consumer.ts'
import {Health} from '../runtime/health.ts'
import {createHttpApp} from '../runtime/http-app.ts'
import type {Logger} from '../runtime/logger.ts'
import {Metrics} from '../runtime/metrics.ts'
import type {Service} from '../runtime/service.ts'
import {serviceStateRoute} from '../runtime/service-state.ts'
import {createOccurrencesAhead} from './occurrences-ahead.ts'
import {createSuccessorMaker} from './successor-maker.ts'
import {createSuccessorSweep} from './successor-sweep.ts'

export interface RecurringTaskServiceOptions {
  readonly database: Database
  readonly logger: Logger
  /** Called after each commit that wrote events, so that the relay need not wait for its next look. */
  readonly committed: () => void
  readonly sweep?: {readonly everyMs: number; readonly olderThanSeconds: number}
}

/** Makes the next occurrence of what was completed or skipped: by event, and by a sweep behind the events. */
export function createRecurringTaskService({
  database,
  logger,
  committed,
  sweep: timing,
}: RecurringTaskServiceOptions): Service {
  const metrics = new Metrics('recurring-task-service')
  metrics.watchConnections(database)
  const makeSuccessors = createSuccessorMaker(logger, metrics)
  const consumer = createConsumer({
    consumer: 'recurring-task-service',
    topics: ['task-events'],
    eventTypes: ['task.completed', 'task.skipped'],
    database,
    logger,
    metrics,
    committed,
    handle: async (tx, events) => {
      await makeSuccessors(
        tx,
        events.map((event) => ({id: event.task_id, userId: event.user_id})),
        'event',
      )
    },
  })
  const sweep = createSuccessorSweep({
    database,
    logger,
    metrics,
    makeSuccessors,
    committed,
    everyMs: timing?.everyMs ?? 60_000,
    olderThanSeconds: timing?.olderThanSeconds ?? 60,
  })
  const ahead = createOccurrencesAhead({database, logger, metrics, everyMs: timing?.everyMs ?? 60_000})
  const health = new Health('recurring-task-service', {
    database: async () => {
      await database.acrossUsers(async (tx) => query(tx, 'select 1'))
    },
  })
  return {
    name: 'recurring-task-service',
    metrics,
    app: createHttpApp({
      service: 'recurring-task-service',
      logger,
      metrics,
      health,
      routes: [serviceStateRoute({health, metrics})],
    }),
    subscriptions: [consumer],
    async start() {
      sweep.start()
      ahead.start()
    },
    async stop() {
      health.drain()
      await Promise.all([sweep.stop(), ahead.stop()])
    },
  }
}
