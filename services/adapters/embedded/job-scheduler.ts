import type {Database} from '../../database/database.ts'
import {query, toDate} from '../../database/query.ts'
import type {Job, JobHandler, JobScheduler} from '../../ports/job-scheduler.ts'
import type {Logger} from '../../runtime/logger.ts'
import {type Periodic, periodic} from '../../runtime/periodic.ts'

const BATCH = 200
/** A job whose handler neither ended nor failed is given out again after this. */
const LEASE_SECONDS = 60
/** Jobs that another process made are noticed at the latest after this. */
const LOOK_AGAIN_MS = 1000
const MAX_RETRY_SECONDS = 60

export interface EmbeddedJobScheduler extends JobScheduler {
  start(): Promise<void>
  /** Waits for the handlers under way. */
  stop(): Promise<void>
}

interface DueJob {
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
  readonly attempts: number
}

/** Jobs by time in a table: claimed with SKIP LOCKED by the database's clock, so never early and safe with several processes. */
export function createEmbeddedJobScheduler(options: {
  app: string
  database: Database
  logger: Logger
}): EmbeddedJobScheduler {
  return new EmbeddedJobs(options.app, options.database, options.logger)
}

class EmbeddedJobs implements EmbeddedJobScheduler {
  readonly #app: string
  readonly #database: Database
  readonly #logger: Logger
  readonly #loop: Periodic
  #handler: JobHandler | undefined
  /** When the next job that is known of is due, ms. */
  #nextDue = 0
  #lookedAt = 0

  constructor(app: string, database: Database, logger: Logger) {
    this.#app = app
    this.#database = database
    this.#logger = logger
    this.#loop = periodic({name: `jobs of ${app}`, logger, idleMs: 50, work: async () => this.#round()})
  }

  handle(handler: JobHandler): void {
    this.#handler = handler
  }

  async schedule(jobs: readonly Job[]): Promise<void> {
    if (jobs.length === 0) return
    await this.#query(
      `insert into jobs.scheduled_jobs (app, name, due_at, data)
       select $1, name, due_at, data from unnest($2::text[], $3::timestamptz[], $4::jsonb[]) as j (name, due_at, data)
       on conflict do nothing`,
      [
        jobs.map((job) => job.name),
        jobs.map((job) => job.dueAt.toISOString()),
        jobs.map((job) => JSON.stringify(job.data)),
      ],
    )
    this.#nextDue = Math.min(this.#nextDue, ...jobs.map((job) => job.dueAt.getTime()))
  }

  async start(): Promise<void> {
    this.#loop.start()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
  }

  async #round(): Promise<'busy' | 'idle'> {
    const handler = this.#handler
    if (!handler) return 'idle'
    if (Date.now() < this.#nextDue && Date.now() - this.#lookedAt < LOOK_AGAIN_MS) return 'idle'
    const jobs = await this.#claim()
    const finished = (await Promise.all(jobs.map(async (job) => this.#run(job, handler)))).filter(
      (name) => name !== undefined,
    )
    if (finished.length > 0) {
      await this.#query('delete from jobs.scheduled_jobs where app = $1 and name = any ($2::text[])', [finished])
    }
    await this.#lookAhead()
    return jobs.length === BATCH ? 'busy' : 'idle'
  }

  async #claim(): Promise<DueJob[]> {
    return this.#query<DueJob>(
      `update jobs.scheduled_jobs j set attempts = j.attempts + 1, lease_until = clock_timestamp() + make_interval(secs => $2)
       from (
         select name from jobs.scheduled_jobs
         where app = $1 and due_at <= clock_timestamp() and (lease_until is null or lease_until < clock_timestamp())
         order by due_at limit $3 for update skip locked
       ) due
       where j.app = $1 and j.name = due.name
       returning j.name, j.data, j.attempts`,
      [LEASE_SECONDS, BATCH],
    )
  }

  /** Answers with the name when the job is done. */
  async #run(job: DueJob, handler: JobHandler): Promise<string | undefined> {
    try {
      await handler({name: job.name, data: job.data})
      return job.name
    } catch (error) {
      const seconds = Math.min(MAX_RETRY_SECONDS, 2 ** Math.min(job.attempts - 1, 6))
      this.#logger.warn({error, job: job.name, attempts: job.attempts}, `a job failed, next try in ${seconds} s`)
      await this.#query(
        'update jobs.scheduled_jobs set lease_until = clock_timestamp() + make_interval(secs => $3) where app = $1 and name = $2',
        [job.name, seconds],
      )
      return undefined
    }
  }

  async #lookAhead(): Promise<void> {
    // Jobs that are scheduled while the answer is on its way lower it again.
    this.#nextDue = Number.POSITIVE_INFINITY
    const rows = await this.#query<{next: string | null}>(
      'select min(greatest(due_at, coalesce(lease_until, due_at))) as next from jobs.scheduled_jobs where app = $1',
      [],
    )
    if (rows[0]?.next) this.#nextDue = Math.min(this.#nextDue, toDate(rows[0].next).getTime())
    this.#lookedAt = Date.now()
  }

  /** One statement in a transaction of its own; $1 is the app. */
  async #query<Row extends object>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.#database.acrossUsers(async (tx) => query<Row>(tx, sql, [this.#app, ...parameters]))
  }
}
