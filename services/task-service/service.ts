import type {Database} from '../database/database.ts'
import {query} from '../database/query.ts'
import {DomainError} from '../domain/errors.ts'
import type {EventPublisher} from '../ports/event-publisher.ts'
import {Health} from '../runtime/health.ts'
import {createHttpApp} from '../runtime/http-app.ts'
import type {Logger} from '../runtime/logger.ts'
import {Metrics} from '../runtime/metrics.ts'
import {OutboxRelay} from '../runtime/outbox-relay.ts'
import {periodic} from '../runtime/periodic.ts'
import type {Service} from '../runtime/service.ts'
import {serviceStateRoute} from '../runtime/service-state.ts'
import {createRecorder} from './change.ts'
import {batchRoutes} from './routes/batch.ts'
import {exportRoutes} from './routes/export.ts'
import {operatorRoutes} from './routes/operator.ts'
import {taskLifeRoutes} from './routes/task-life.ts'
import {taskRoutes} from './routes/tasks.ts'
import {undoRoutes} from './routes/undo.ts'

const UPKEEP_EVERY_MS = 600_000
/** Events are kept 7 days by the bus; the inbox outlives them by one. */
const KEEP_INBOX_DAYS = 8
const MAX_WAITING_EVENTS = 1_000_000

export interface TaskServiceOptions {
  readonly database: Database
  /** The relay's own connection, so that a busy API never holds up the events. */
  readonly relayDatabase: Database
  readonly publisher: EventPublisher
  readonly holder: string
  /** With more events than this waiting, changes are refused until the bus is back. */
  readonly maxWaitingEvents?: number
  /** There is no other instance: who has the lease of the relay was killed. */
  readonly alone?: boolean
  readonly logger: Logger
}

export interface TaskService extends Service {
  /** Other services wrote to the outbox: publish now rather than at the next look. */
  wakeRelay(): void
}

/** Tasks, their series and reminders as users change them; also the home of the one outbox relay. */
export function createTaskService({
  database,
  relayDatabase,
  publisher,
  holder,
  logger,
  maxWaitingEvents = MAX_WAITING_EVENTS,
  alone = false,
}: TaskServiceOptions): TaskService {
  const metrics = new Metrics('task-service')
  metrics.watchConnections(database)
  const health = new Health('task-service', {
    database: async () => void (await database.acrossUsers(async (tx) => query(tx, 'select 1'))),
  })
  const relay = new OutboxRelay({database: relayDatabase, publisher, holder, alone, logger, metrics})
  const committed = (): void => relay.wake()
  const assertRoom = (): void => assertWaiting(relay.waiting, maxWaitingEvents)
  const failed = metrics.counter(
    'next_occurrence_failures_total',
    'Series whose next occurrence could not be computed.',
  )
  const record = createRecorder((error, {userId, taskId, seriesId, rule}) => {
    failed.inc()
    const where = {user_id: userId, task_id: taskId, series_id: seriesId, rule}
    logger.error({error, ...where}, 'the next occurrence could not be computed')
  })
  const writing = {database, committed, assertRoom, record}
  const upkeep = periodic({
    name: 'upkeep',
    logger,
    idleMs: UPKEEP_EVERY_MS,
    failureMs: 10_000,
    work: async () => {
      await relayDatabase.acrossUsers(async (tx) => {
        await query(tx, 'select todo.maintain_inbox($1)', [KEEP_INBOX_DAYS])
        await query(tx, 'select todo.expire_rows()')
      })
      return 'idle'
    },
  })
  return {
    name: 'task-service',
    metrics,
    app: createHttpApp({
      service: 'task-service',
      logger,
      metrics,
      health,
      routes: [
        batchRoutes(writing),
        taskRoutes(writing),
        taskLifeRoutes(database),
        undoRoutes(writing),
        exportRoutes(database),
        operatorRoutes({database, committed, record}),
        serviceStateRoute({health, metrics}),
      ],
    }),
    subscriptions: [],
    wakeRelay: () => relay.wake(),
    async start() {
      relay.start()
      upkeep.start()
    },
    async stop() {
      health.drain()
      await upkeep.stop()
      await relay.stop()
    },
  }
}

/** @throws DomainError `outbox_full` */
function assertWaiting(waiting: number, max: number): void {
  if (waiting <= max) return
  throw new DomainError(
    'unavailable',
    'outbox_full',
    `${waiting} events wait for the bus; no changes until it takes them.`,
    {
      hint: 'Reading works. Try again in a minute.',
      retryAfterSeconds: 60,
    },
  )
}
