import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {call, quietLogger} from '../../../test/support/pipeline.ts'
import {createDatabase} from '../../../test/support/postgres.ts'
import {serviceUrl} from '../../../test/support/template.ts'
import {type Database, openDatabase} from '../../database/database.ts'
import type {Envelope} from '../../domain/events/envelope.ts'
import {createRecurringTaskService} from '../../recurring-task-service/service.ts'
import {createTaskService} from '../service.ts'

export interface StoredTask {
  readonly id: number
  readonly title: string
  readonly due: number
  readonly occurrence: number | null
  readonly next: number | null
  readonly series: number | null
  readonly once: boolean
  /** How many are still to come, of a COUNT from the completion. */
  readonly left: number | null
  readonly predecessor: number | null
  readonly state: 'open' | 'done' | 'skipped'
  readonly closedAt: number | null
  readonly deleted: boolean
  readonly retracted: boolean
  readonly version: number
}

export interface Reply {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** The Task Service and the consumer that makes occurrences, on a database of their own, with nothing running by itself. */
export class SeriesDriver {
  readonly #admin: Client
  readonly #databases: readonly Database[]
  readonly #lines: Record<string, unknown>[]
  readonly #tasks
  readonly #recurring

  private constructor(admin: Client, databases: readonly [Database, Database]) {
    this.#admin = admin
    this.#databases = databases
    const {logger, lines} = quietLogger()
    this.#lines = lines
    const [task, recurring] = databases
    const publisher = {publish: async () => []}
    this.#tasks = createTaskService({database: task, relayDatabase: task, publisher, holder: 'test', logger})
    const sweep = {everyMs: 3_600_000, olderThanSeconds: 0}
    this.#recurring = createRecurringTaskService({database: recurring, logger, committed: () => undefined, sweep})
  }

  static async open(): Promise<SeriesDriver> {
    const {url} = await createDatabase()
    const admin = new Client({connectionString: url})
    await admin.connect()
    const open = async (login: 'task' | 'recurring') =>
      openDatabase({url: serviceUrl(url, login), poolSize: 6, applicationName: login})
    return new SeriesDriver(admin, [await open('task'), await open('recurring')])
  }

  /** What the services said last about an error, for the story of a failure. */
  lastError(): string {
    return JSON.stringify(this.#lines.findLast((line) => 'error' in line) ?? null)
  }

  async close(): Promise<void> {
    await Promise.all(this.#databases.map(async (database) => database.close()))
    await this.#admin.end()
  }

  /** `twice` sends the request two times at once under one idempotency key, and wants one answer. */
  async send(user: string, method: string, path: string, body: unknown, twice: boolean): Promise<Reply> {
    const options = {
      ...(body === undefined ? {} : {body}),
      ...(twice ? {headers: {'idempotency-key': randomUUID()}} : {}),
    }
    const once = async () => call<Record<string, unknown>>(this.#tasks, user, method, `/v1/tasks${path}`, options)
    if (!twice) return once()
    const [first, second] = await Promise.all([once(), once()])
    // A refusal is not kept: something else that happens now can change it for the second.
    if (first.status >= 400 || second.status >= 400) return first.status < second.status ? first : second
    if (JSON.stringify([first.status, first.body]) !== JSON.stringify([second.status, second.body]))
      throw new Error(`one key, two answers: ${JSON.stringify([first, second])}`)
    return first
  }

  /** Events that wake the maker of occurrences, as they went to the outbox. */
  async wakeUps(user: string): Promise<Envelope[]> {
    const {rows} = await this.#admin.query<{event: Envelope}>(
      `select event from todo.outbox where user_id = $1 and event ->> 'event_type' in ('task.completed', 'task.skipped') order by id`,
      [user],
    )
    return rows.map((row) => row.event)
  }

  async deliver(events: readonly Envelope[]): Promise<void> {
    const answers = await this.#recurring.subscriptions[0]!.handle(
      events.map((event) => ({topic: 'task-events', key: event.user_id, event, traceparent: null})),
    )
    if (answers.some((answer) => answer !== 'done')) throw new Error(`a delivery was answered ${answers.join(', ')}`)
  }

  /** As after an offset reset: the consumer has seen nothing. */
  async forgetDeliveries(): Promise<void> {
    await this.#admin.query('delete from todo.inbox')
  }

  /** One run of the sweep; it looks at everybody's tasks. */
  async sweep(): Promise<void> {
    await this.#recurring.start()
    await this.#recurring.stop()
  }

  async tasks(user: string): Promise<StoredTask[]> {
    const {rows} = await this.#admin.query<{found: StoredTask}>(
      `select jsonb_build_object('id', t.id, 'title', t.title, 'due', extract(epoch from t.due_at) * 1000,
         'occurrence', extract(epoch from t.occurrence_at) * 1000, 'next', extract(epoch from t.next_occurrence) * 1000,
         'series', t.series_id, 'once', s.catch_up = 'once', 'left', s.count_left, 'predecessor', t.predecessor_id, 'version', t.version,
         'state', case when t.completed_at is not null then 'done' when t.skipped_at is not null then 'skipped' else 'open' end,
         'closedAt', extract(epoch from coalesce(t.completed_at, t.skipped_at)) * 1000,
         'deleted', t.deleted_at is not null, 'retracted', t.retracted_at is not null) as found
       from todo.tasks t join todo.series s on s.id = t.series_id where t.user_id = $1 order by t.id`,
      [user],
    )
    return rows.map((row) => row.found)
  }

  /** Per task the versions of its events, in the order in which they went to the outbox. */
  async eventVersions(user: string): Promise<number[][]> {
    const {rows} = await this.#admin.query<{versions: number[]}>(
      `select array_agg((event -> 'payload' ->> 'task_version')::int order by id) as versions from todo.outbox
       where user_id = $1 and event ->> 'event_type' like 'task.%' group by task_id`,
      [user],
    )
    return rows.map((row) => row.versions)
  }
}
