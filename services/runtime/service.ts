import type Koa from 'koa'
import type {ServiceName} from '../contracts/service-names.ts'
import type {Subscription} from '../ports/event-subscriptions.ts'
import type {JobHandler} from '../ports/job-scheduler.ts'
import type {HttpState} from './http-app.ts'
import type {Metrics} from './metrics.ts'

/**
 * One service, assembled: the composition root (main.ts for one process each, embedded.ts for all in one) listens with
 * its app, connects its subscriptions and jobs to the bus, and calls start and stop.
 */
export interface Service {
  readonly name: ServiceName
  readonly app: Koa<HttpState>
  readonly metrics: Metrics
  readonly subscriptions: readonly Subscription[]
  readonly jobHandler?: JobHandler
  /** Starts the work that nobody calls for: relay, sweeps. */
  start(): Promise<void>
  /** Answers new health checks with 503, finishes what is under way, gives leases back. */
  stop(): Promise<void>
}
