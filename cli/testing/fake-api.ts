import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {BatchRequest, BatchResponse} from '../../services/contracts/batch.ts'
import type {MailResponse} from '../../services/contracts/mailbox.ts'
import type {ReminderDetails} from '../../services/contracts/reminders.ts'
import {DomainError} from '../../services/domain/errors.ts'
import {toProblem} from '../../services/runtime/problem.ts'
import {FakeChat} from './fake-chat.ts'
import {fakeExport} from './fake-export.ts'
import {fakeHistory, fakeSeries} from './fake-series.ts'
import {FakeTasks} from './fake-tasks.ts'
import {FakeUndo} from './fake-undo.ts'

/** What goes wrong with the next requests, one each. */
export type Trouble =
  | {readonly kind: 'reset' | 'reset-after' | 'hang' | 'hang-after'}
  | {readonly kind: 'answer'; readonly status: number; readonly body: string; readonly retryAfter?: string}

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

interface TaskRequest {
  readonly action: string | undefined
  readonly fields: Record<string, unknown>
  readonly searchParams: URLSearchParams
  readonly headers: IncomingMessage['headers']
}

/** todo5's HTTP API over a fake of its tasks: a real server, so that the client is tested down to its sockets. */
export class FakeApi {
  readonly store: FakeTasks
  readonly #undo: FakeUndo
  readonly mails: MailResponse[] = []
  readonly requests: SeenRequest[] = []
  readonly troubles: Trouble[] = []
  readonly chat = new FakeChat()
  readonly key = 'todo5_test_key'
  /** What programs work with, as the server lists it. */
  readonly keys: Record<'id' | 'name' | 'start' | 'createdAt' | 'lastRequest' | 'expiresAt', string | null>[] = []
  /** Of every reminder, where it is known. */
  reminderDetails: Pick<ReminderDetails, 'deliveries'> | undefined
  timeZone = 'Europe/Berlin'
  readonly #live = new Set<ServerResponse>()
  userId = '0'
  #port = 0
  readonly #answers = new Map<string, Answer>()
  readonly #server = createServer((request, response) => void this.#handle(request, response))

  private constructor(now: number) {
    this.store = new FakeTasks(now)
    this.#undo = new FakeUndo(this.store)
  }

  static async start(now: number): Promise<FakeApi> {
    const api = new FakeApi(now)
    await once(api.#server.listen(0, '127.0.0.1'), 'listening')
    return api
  }

  get url(): string {
    const address = this.#server.address() as AddressInfo | null
    return `http://127.0.0.1:${address?.port ?? this.#port}`
  }

  /** Is away; nothing listens at its address until `comeBack`. */
  async goAway(): Promise<void> {
    this.#port = (this.#server.address() as AddressInfo).port
    await this.stop()
  }

  async comeBack(): Promise<void> {
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening')
  }

  /** Tells everybody who listens that a task changed; how many did. */
  tellLive(id: number): number {
    for (const stream of this.#live)
      stream.write(`event: task\ndata: ${JSON.stringify({id, version: 2, type: 'task.updated'})}\n\n`)
    return this.#live.size
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const url = new URL(request.url!, this.url)
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const trouble = this.troubles.shift()
    this.requests.push({method: request.method!, path: url.pathname + url.search, headers: request.headers, body})
    if (trouble?.kind === 'hang') return
    if (url.pathname === '/api/v1/live' && !trouble) {
      response.writeHead(200, {'content-type': 'text/event-stream'}).write('event: ready\ndata: {}\n\n')
      this.#live.add(response)
      response.once('close', () => this.#live.delete(response))
      return
    }
    if (trouble?.kind === 'reset') {
      request.socket.destroy()
      return
    }
    if (trouble?.kind === 'answer') {
      if (trouble.retryAfter !== undefined) response.setHeader('retry-after', trouble.retryAfter)
      response.writeHead(trouble.status).end(trouble.body)
      return
    }
    const {status, body: answer} = this.#once(request, url, body, response)
    if (response.headersSent) return
    if (trouble?.kind === 'hang-after') return
    if (trouble?.kind === 'reset-after') request.socket.destroy()
    else
      response.writeHead(status, {'content-type': 'application/json'}).end(status === 204 ? '' : JSON.stringify(answer))
  }

  /** The same answer for the same idempotency key. */
  #once(request: IncomingMessage, url: URL, body: unknown, response: ServerResponse): Answer {
    const key = request.headers['idempotency-key']
    const known = typeof key === 'string' ? this.#answers.get(key) : undefined
    if (known) return replayed(known)
    const answer = this.#answer(request, url, body, response)
    // What is refused is not made, and so not remembered.
    if (typeof key === 'string' && answer.status < 400) this.#answers.set(key, answer)
    return answer
  }

  #answer(request: IncomingMessage, url: URL, body: unknown, response: ServerResponse): Answer {
    try {
      if (request.headers['x-api-key'] !== this.key) {
        throw new DomainError('unauthenticated', 'not_signed_in', 'The key is not valid.')
      }
      const method = request.method ?? ''
      if (url.pathname.startsWith('/api/chat'))
        return {status: 200, body: this.chat.respond(method, url.pathname.slice(9), body, response)}
      const found = this.#route(`${request.method} ${url.pathname.replace(/^\/api\/v1/u, '')}`, request, url, body)
      // What was answered is as it was then, whatever happens to the task later.
      return {
        status: found === null ? 204 : request.method === 'POST' && url.pathname.endsWith('/tasks') ? 201 : 200,
        body: structuredClone(found),
      }
    } catch (error) {
      const {status, body: problem} = toProblem(error, 'request-1')
      return {status, body: problem}
    }
  }

  #route(route: string, {headers}: IncomingMessage, {searchParams}: URL, body: unknown): unknown {
    const fields = body as Record<string, unknown>
    const [, verb, id, action] = /^(\w+) \/tasks(?:\/(\d+)(?:\/(\w+))?)?$/u.exec(route) ?? []
    if (verb !== undefined) return this.#task(verb, Number(id), {action, fields, searchParams, headers})
    if (route === 'POST /tasks/batch') return this.#undo.batch(fields as unknown as BatchRequest)
    if (route === 'GET /undo') return this.#undo.list()
    if (route === 'GET /export') return fakeExport(this.store)
    if (route === 'POST /undo') return this.#undo.undo(fields['id'] as number | undefined)
    if (route === 'GET /audit') return this.#audit(searchParams)
    if (route === 'GET /profile') {
      return {
        user_id: this.userId,
        email: 'ada@example.com',
        name: 'Ada',
        time_zone: this.timeZone,
        channels: ['email'],
        role: 'user',
      }
    }
    if (route === 'GET /api/auth/api-key/list') return {apiKeys: this.keys}
    if (/^GET \/reminders\/\d+$/u.test(route) && this.reminderDetails) return this.reminderDetails
    if (route === 'GET /mailbox') return {mails: this.mails}
    if (route === 'DELETE /mailbox') {
      this.mails.length = 0
      return null
    }
    const mail = this.mails.find((one) => route === `GET /mailbox/${one.id}`)
    if (mail) return mail
    if (route.startsWith('GET /mailbox/')) {
      throw new DomainError('not_found', 'mail_not_found', `There is no mail ${route.slice(13)} in the mailbox.`)
    }
    throw new DomainError('not_found', 'route_not_found', `There is nothing at ${route}.`)
  }

  #task(verb: string, id: number, {action, fields, searchParams, headers}: TaskRequest): unknown {
    const {store} = this
    const scope = searchParams.get('scope')
    const until = fields?.['until'] === undefined ? undefined : Date.parse(fields['until'] as string)
    switch (`${verb} ${action ?? (Number.isNaN(id) ? 'all' : 'one')}`) {
      case 'GET all':
        return store.list(searchParams)
      case 'POST all':
        return this.#undo.note('create', () => store.create(fields))
      case 'GET one':
        return store.find(id)
      case 'PATCH one':
        return this.#undo.note('update', () => store.update(id, fields, headers['if-match'], scope))
      case 'DELETE one':
        return this.#undo.note(scope === 'this' ? 'skip' : 'delete', () => store.delete(id, scope))
      case 'POST complete':
        return this.#undo.note('complete', () => store.complete(id, fields?.['end_series'] === true))
      case 'POST reopen':
        return this.#undo.note('reopen', () => store.reopen(id))
      case 'POST skip':
        return this.#undo.note('skip', () => store.skip(id, until))
      case 'POST snooze':
        return this.#undo.note('snooze', () => store.snooze(id, fields))
      case 'GET series':
        return fakeSeries(store, id, searchParams)
      case 'GET history':
        return fakeHistory(store, id)
      default:
        throw new DomainError('not_found', 'route_not_found', `There is nothing at ${verb} ${action}.`)
    }
  }

  #audit(query: URLSearchParams): unknown {
    const rows = this.store.audit.filter(
      (row) =>
        (!query.has('task_id') || row.task_id === Number(query.get('task_id'))) &&
        (!query.has('event_type') || row.event_type === query.get('event_type')),
    )
    const entries = rows.slice(0, Number(query.get('limit') ?? 50)).map(({at, ...row}, index) => ({
      id: rows.length - index,
      event_id: `event-${rows.length - index}`,
      ...row,
      occurred_at: new Date(at).toISOString(),
      recorded_at: new Date(at).toISOString(),
    }))
    return {entries, next_cursor: null}
  }
}

/** What a batch made before says so. */
function replayed({status, body}: Answer): Answer {
  const {results} = (body ?? {}) as Partial<BatchResponse>
  return results ? {status, body: {results: results.map((result) => ({...result, replayed: true}))}} : {status, body}
}
