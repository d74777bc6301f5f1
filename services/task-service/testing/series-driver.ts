import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {call, quietLogger} from '../../../test/support/pipeline.ts'
import {createDatabase} from '../../../test/support/postgres.ts'
import {serviceUrl} from '../../../test/support/template.ts'
import {type Database, openDatabase} from '../../database/database.ts'
import type {Envelope} from '../../domain/events/envelope.ts'
import {createRecurringTaskService} from '../../recurring-task-service/service.ts'
import {createTaskService} from '../service.ts'

/** A machine that stands still for seconds lets the consumer give up now and then. */
const MAX_DELIVERIES = 20

export interface StoredTask {
  readonly id: number
  readonly title: string
  readonly due: number
  readonly occurrence: number | null
  readonly next: number | null
  readonly series: number
  readonly predecessor: number | null
  readonly state: 'open' | 'done' | 'skipped'
  readonly touched: boolean
  readonly closedAt: number | null
  readonly deleted: boolean
  readonly retracted: boolean
  readonly version: number
}

export interface StoredSeries {
  readonly id: number
  readonly continuedBy: number | null
  readonly deleted: boolean
  readonly once: boolean
  readonly endless: boolean
  /** How many are still to come, of a COUNT from the completion. */
  readonly left: number | null
  /** Dates behind its start that are left out, in order. */
  readonly excluded: readonly number[]
}

/** A change that can be undone, or was; those of one batch are one. */
export interface StoredChange {
  readonly id: number
  readonly undone: boolean
}

export interface Stored {
  readonly tasks: readonly StoredTask[]
  readonly series: ReadonlyMap<number, StoredSeries>
  readonly changes: readonly StoredChange[]
}

export interface Reply {
  readonly status: number
  readonly body: Record<string, unknown>
}

export interface Request {
  readonly method: string
  /** Below /v1. */
  readonly path: string
  readonly body?: unknown
  readonly ifMatch?: number
}

/** What an idempotency key keeps; the next occurrence is looked for anew each time. */
const kept = ({status, body}: Reply): string =>
  JSON.stringify([status, body], (name, value: unknown) =>
    name.startsWith('next') || name === 'replayed' ? undefined : value,
  )

/** Of a batch, whether each result is one that was kept. */
const replays = ({body}: Reply): unknown[] =>
  ((body['results'] ?? []) as {replayed: unknown}[]).map(({replayed}) => replayed)

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

  /** A request; `twice` sends it two times at once under one idempotency key, and wants one answer. */
  async send(user: string, request: Request, twice: boolean): Promise<Reply> {
    const {method, path, body, ifMatch} = request
    const options = {
      ...(body === undefined ? {} : {body}),
      headers: {
        ...(twice ? {'idempotency-key': randomUUID()} : {}),
        ...(ifMatch === undefined ? {} : {'if-match': `"${ifMatch}"`}),
      },
    }
    const once = async () => call<Record<string, unknown>>(this.#tasks, user, method, `/v1${path}`, options)
    if (!twice) return once()
    const [first, second] = await Promise.all([once(), once()])
    // A refusal is not kept: something else that happens now can change it for the second.
    if (first.status >= 400 || second.status >= 400) return first.status < second.status ? first : second
    if (kept(first) !== kept(second)) throw new Error(`one key, two answers: ${JSON.stringify([first, second])}`)
    if (replays(first).some((replayed, n) => replayed === replays(second)[n]))
      throw new Error(`of two under one key one is the first: ${JSON.stringify([first, second])}`)
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

  /** Delivers until the consumer has handled them all, as the bus does. */
  async deliver(events: readonly Envelope[]): Promise<void> {
    let waiting = events
    for (let tries = 0; waiting.length > 0; tries++) {
      if (tries === MAX_DELIVERIES) throw new Error(`${waiting.length} events are still refused: ${this.lastError()}`)
      const answers = await this.#recurring.subscriptions[0]!.handle(
        waiting.map((event) => ({topic: 'task-events', key: event.user_id, event, traceparent: null})),
      )
      waiting = waiting.filter((_, n) => answers[n] !== 'done')
    }
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

  /** Everything that the user has, in one look. */
  async stored(user: string): Promise<Stored> {
    const {rows} = await this.#admin.query<{tasks: StoredTask[]; series: StoredSeries[]; changes: StoredChange[]}>(
      `select
         (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'title', title, 'due', extract(epoch from due_at) * 1000,
           'occurrence', extract(epoch from occurrence_at) * 1000, 'next', extract(epoch from next_occurrence) * 1000,
           'series', series_id, 'predecessor', predecessor_id, 'version', version, 'touched', touched,
           'state', case when completed_at is not null then 'done' when skipped_at is not null then 'skipped' else 'open' end,
           'closedAt', extract(epoch from coalesce(completed_at, skipped_at)) * 1000,
           'deleted', deleted_at is not null, 'retracted', retracted_at is not null) order by id), '[]')
          from todo.tasks where user_id = $1) as tasks,
         (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'continuedBy', continued_by, 'deleted', deleted_at is not null,
           'once', catch_up = 'once', 'endless', end_at is null and count_left is null, 'left', count_left,
           'excluded', array(select extract(epoch from at) * 1000 from unnest(excluded_at) as at where at > start_at order by at))), '[]')
          from todo.series where user_id = $1) as series,
         (select coalesce(jsonb_agg(change), '[]') from (
            select jsonb_build_object('id', max(id), 'undone', bool_and(undone_at is not null)) as change
            from todo.undo_log where user_id = $1 group by coalesce(batch_id::text, id::text)) changes) as changes`,
      [user],
    )
    const [{tasks, series, changes}] = rows as [(typeof rows)[0]]
    return {
      tasks,
      series: new Map(series.map((row) => [row.id, row])),
      changes: changes.toSorted((a, b) => a.id - b.id),
    }
  }

  /** The versions in the events of each task, in the order in which they went to the outbox. */
  async eventVersions(user: string): Promise<Map<number, number[]>> {
    const {rows} = await this.#admin.query<{id: string; versions: number[]}>(
      `select task_id as id, array_agg((event -> 'payload' ->> 'task_version')::int order by id) as versions from todo.outbox
       where user_id = $1 and event ->> 'event_type' like 'task.%' group by task_id`,
      [user],
    )
    return new Map(rows.map(({id, versions}) => [Number(id), versions]))
  }
}
