import type {ProfileResponse} from '../../services/contracts/account.ts'
import type {AuditListResponse} from '../../services/contracts/audit.ts'
import type {MailboxListResponse, MailResponse} from '../../services/contracts/mailbox.ts'
import type {RecurrenceCheckResponse} from '../../services/contracts/recurrence-check.ts'
import type {Scope} from '../../services/contracts/scope.ts'
import type {
  CompleteTaskResponse,
  CreateTaskRequest,
  TASK_VIEWS,
  TaskListResponse,
  TaskResponse,
  UpdateTaskRequest,
} from '../../services/contracts/tasks.ts'
import type {HttpClient} from './http-client.ts'

export type TaskView = (typeof TASK_VIEWS)[number]
export type DeleteScope = Scope

/** A request as it travels: instants are texts. */
type Wire<T> = {[K in keyof T]: T[K] extends Date | null | undefined ? string | Extract<T[K], null | undefined> : T[K]}
export type NewTask = Wire<CreateTaskRequest>
export type TaskChanges = Wire<UpdateTaskRequest>

export interface ListQuery {
  readonly view?: TaskView
  readonly tag?: string
  readonly priority?: number
  readonly search?: string
  readonly due_from?: string
  readonly due_until?: string
  readonly limit?: number
  readonly cursor?: string
}

/** The routes of todo5's HTTP API that the command line uses. */
export class TaskApi {
  readonly #http: HttpClient

  constructor(http: HttpClient) {
    this.#http = http
  }

  async create(task: NewTask): Promise<TaskResponse> {
    return await this.#http.call({method: 'POST', path: '/tasks', body: task})
  }

  async list(query: ListQuery): Promise<TaskListResponse> {
    return await this.#http.call({method: 'GET', path: '/tasks', query: {...query}})
  }

  async get(id: number): Promise<TaskResponse> {
    return await this.#http.call({method: 'GET', path: `/tasks/${id}`})
  }

  /** Changes a task that still has this version. */
  async update(id: number, version: number, changes: TaskChanges): Promise<TaskResponse> {
    return await this.#http.call({
      method: 'PATCH',
      path: `/tasks/${id}`,
      body: changes,
      headers: {'if-match': `"${version}"`},
    })
  }

  /** Completes a task and waits up to `waitSeconds` for the next occurrence. */
  async complete(id: number, waitSeconds: number): Promise<CompleteTaskResponse> {
    return await this.#http.call({
      method: 'POST',
      path: `/tasks/${id}/complete`,
      headers: {prefer: `wait=${waitSeconds}`},
    })
  }

  async reopen(id: number): Promise<TaskResponse> {
    return await this.#http.call({method: 'POST', path: `/tasks/${id}/reopen`})
  }

  async delete(id: number, scope?: DeleteScope): Promise<TaskResponse> {
    return await this.#http.call({method: 'DELETE', path: `/tasks/${id}`, query: {scope}})
  }

  async audit(query: {
    task_id?: number
    event_type?: string
    limit?: number
    cursor?: string
  }): Promise<AuditListResponse> {
    return await this.#http.call({method: 'GET', path: '/audit', query})
  }

  async checkRecurrence(page: {after: number; limit: number}, repair: boolean): Promise<RecurrenceCheckResponse> {
    return await this.#http.call(
      repair
        ? {method: 'POST', path: '/operator/recurrence/repair', query: page}
        : {method: 'GET', path: '/operator/recurrence', query: page},
    )
  }

  async profile(): Promise<ProfileResponse> {
    return await this.#http.call({method: 'GET', path: '/profile'})
  }

  async mails(): Promise<MailboxListResponse> {
    return await this.#http.call({method: 'GET', path: '/mailbox'})
  }

  async mail(id: number): Promise<MailResponse> {
    return await this.#http.call({method: 'GET', path: `/mailbox/${id}`})
  }

  async clearMails(): Promise<void> {
    await this.#http.call({method: 'DELETE', path: '/mailbox'})
  }
}
