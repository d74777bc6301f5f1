import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {type Answer, type Pipeline, call, startPipeline} from '../../../test/support/pipeline.ts'
import type {SkipTaskResponse} from '../../contracts/skip-task.ts'
import type {CompleteTaskResponse, TaskListResponse, TaskResponse} from '../../contracts/tasks.ts'
import type {UndoListResponse, UndoResponse} from '../../contracts/undo.ts'
import type {Envelope} from '../../domain/events/envelope.ts'

type Body = Readonly<Record<string, unknown>>

/** One user of the Task Service, with the database and the bus behind it. */
export class TaskClient {
  readonly pipeline: Pipeline
  readonly admin: Client
  readonly user = randomUUID()

  private constructor(pipeline: Pipeline, admin: Client) {
    this.pipeline = pipeline
    this.admin = admin
  }

  /** `consume: false`: events are published, and nobody makes occurrences of them. */
  static async start(options: Parameters<typeof startPipeline>[0] = {}): Promise<TaskClient> {
    const pipeline = await startPipeline(options)
    const admin = new Client({connectionString: pipeline.database.url})
    await admin.connect()
    return new TaskClient(pipeline, admin)
  }

  /** Another user on the same services. */
  another(): TaskClient {
    return new TaskClient(this.pipeline, this.admin)
  }

  async stop(): Promise<void> {
    await this.admin.end()
    await this.pipeline.stop()
  }

  async send<T = TaskResponse>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    return call<T>(this.pipeline.tasks, this.user, method, `/v1${path}`, {
      headers,
      ...(body === undefined ? {} : {body}),
    })
  }

  /** A task that is just this, with some title. */
  async create(body: Body = {}): Promise<TaskResponse> {
    const answer = await this.send('POST', '/tasks', {title: 'a', ...body})
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }

  /** A daily task, due on 1 December 2036 at 09:00, unless it is said otherwise. */
  async add(body: Body = {}): Promise<TaskResponse> {
    return this.create({due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily', ...body})
  }

  async get(id: number): Promise<TaskResponse> {
    return (await this.send('GET', `/tasks/${id}`)).body
  }

  /** Waits for what follows. */
  async done(id: number): Promise<CompleteTaskResponse> {
    return (await this.send<CompleteTaskResponse>('POST', `/tasks/${id}/complete`, undefined, {prefer: 'wait=5'})).body
  }

  /** Does not wait. */
  async complete(id: number): Promise<Answer<CompleteTaskResponse>> {
    return this.send<CompleteTaskResponse>('POST', `/tasks/${id}/complete`)
  }

  async reopen(id: number): Promise<Answer<TaskResponse>> {
    return this.send('POST', `/tasks/${id}/reopen`)
  }

  async skip(id: number, body: Body = {}): Promise<Answer<SkipTaskResponse>> {
    return this.send<SkipTaskResponse>('POST', `/tasks/${id}/skip`, body, {prefer: 'wait=5'})
  }

  async edit(id: number, body: Body, scope?: string): Promise<Answer<TaskResponse>> {
    return this.send('PATCH', `/tasks/${id}${scope === undefined ? '' : `?scope=${scope}`}`, body)
  }

  async delete(id: number, scope?: string): Promise<Answer<TaskResponse>> {
    return this.send('DELETE', `/tasks/${id}${scope === undefined ? '' : `?scope=${scope}`}`)
  }

  async undo(id?: number): Promise<Answer<UndoResponse>> {
    return this.send<UndoResponse>('POST', '/undo', id === undefined ? {} : {id})
  }

  async changes(taskId?: number): Promise<UndoListResponse['changes']> {
    const query = taskId === undefined ? '' : `?task_id=${taskId}`
    return (await this.send<UndoListResponse>('GET', `/undo${query}`)).body.changes
  }

  async list(view: string): Promise<TaskResponse[]> {
    return (await this.send<TaskListResponse>('GET', `/tasks?view=${view}&limit=1000`)).body.tasks
  }

  async open(): Promise<TaskResponse[]> {
    return this.list('open')
  }

  /** The events of a task so far, oldest first, as they were written. */
  async events(taskId: number): Promise<Envelope[]> {
    const {rows} = await this.admin.query<{event: Envelope}>(
      `select event from (
         select event from jobs.event_log where (event ->> 'task_id')::bigint = $1
         union select event from todo.outbox where task_id = $1) e
       order by event ->> 'event_id'`,
      [taskId],
    )
    return rows.map((row) => row.event)
  }

  /** The types of the events of a task that are no reminder's. */
  async told(taskId: number): Promise<string[]> {
    return (await this.events(taskId)).map((event) => event.event_type).filter((type) => type.startsWith('task.'))
  }

  /** Gives an event to the consumer that makes occurrences, as the bus would, once more. */
  async deliver(event: Envelope): Promise<void> {
    const answers = await this.pipeline.recurring.subscriptions[0]!.handle([
      {topic: 'task-events', key: event.user_id, event, traceparent: null},
    ])
    if (answers[0] !== 'done') throw new Error(`the delivery was answered ${answers[0]}`)
  }

  /** All its completions and skips, as after an offset reset. */
  async redeliver(...taskIds: number[]): Promise<void> {
    await this.admin.query('delete from todo.inbox')
    for (const id of taskIds) {
      for (const event of await this.events(id)) {
        if (['task.completed', 'task.skipped'].includes(event.event_type)) await this.deliver(event)
      }
    }
  }
}

/** When a task still reminds. */
export const reminderTimes = (task: TaskResponse): string[] =>
  task.reminders.filter(({state}) => state === 'scheduled').map((reminder) => reminder.reminder_at)
