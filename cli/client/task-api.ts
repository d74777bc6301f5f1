import type {ProfileResponse} from '../../services/contracts/account.ts'
import type {AuditListResponse} from '../../services/contracts/audit.ts'
import type {TaskHistoryResponse, SeriesResponse} from '../../services/contracts/history.ts'
import type {MailboxListResponse, MailResponse} from '../../services/contracts/mailbox.ts'
import type {RecurrenceCheckResponse} from '../../services/contracts/recurrence-check.ts'
import type {TASK_VIEWS, TaskListResponse, TaskResponse} from '../../services/contracts/tasks.ts'
import type {UndoListResponse} from '../../services/contracts/undo.ts'
import type {CliError} from '../errors.ts'
import type {HttpCall} from './http-call.ts'
import type {HttpClient} from './http-client.ts'

export type TaskView = (typeof TASK_VIEWS)[number]

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
  readonly #noteProfile: ((profile: ProfileResponse) => Promise<void>) | undefined

  /** `noteProfile` hears whose account it is whenever that was asked. */
  constructor(http: HttpClient, noteProfile?: (profile: ProfileResponse) => Promise<void>) {
    this.#http = http
    this.#noteProfile = noteProfile
  }

  /** A request made elsewhere, such as by task-writes.ts: what is shown beforehand and what is sent are one thing. */
  async send<T>(call: HttpCall): Promise<T> {
    return await this.#http.call(call)
  }

  /** The last ones: `GET /tasks/1 200`, without what they asked for. */
  get requests(): readonly string[] {
    return this.#http.requests
  }

  /** Whether it was reached. */
  get answered(): boolean {
    return this.#http.answered
  }

  /** What went wrong with one of several changes, as if it had been sent alone. */
  refusal(status: number, problem: unknown): CliError {
    return this.#http.refusal(status, problem)
  }

  async list(query: ListQuery): Promise<TaskListResponse> {
    return await this.#http.call({method: 'GET', path: '/tasks', query: {...query}})
  }

  async get(id: number): Promise<TaskResponse> {
    return await this.#http.call({method: 'GET', path: `/tasks/${id}`})
  }

  async series(id: number, query: {limit: number; next: number}): Promise<SeriesResponse> {
    return await this.#http.call({method: 'GET', path: `/tasks/${id}/series`, query})
  }

  /** With its texts in that zone. */
  async history(id: number, time_zone: string): Promise<TaskHistoryResponse> {
    return await this.#http.call({method: 'GET', path: `/tasks/${id}/history`, query: {time_zone}})
  }

  /** What can be undone, newest first. */
  async undoable(): Promise<UndoListResponse> {
    return await this.#http.call({method: 'GET', path: '/undo'})
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
    const profile = await this.#http.call<ProfileResponse>({method: 'GET', path: '/profile'})
    await this.#noteProfile?.(profile)
    return profile
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
