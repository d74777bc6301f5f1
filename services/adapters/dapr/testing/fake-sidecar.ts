import {randomUUID} from 'node:crypto'
import {type IncomingMessage, type Server, type ServerResponse, createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {text} from 'node:stream/consumers'
import {setTimeout as delay} from 'node:timers/promises'
import {PARTITIONS} from '../../../domain/events/event-types.ts'
import {type FakeBroker, type FakeJobs, type LogEntry} from './fake-broker.ts'

export interface FakeSidecarOptions {
  readonly appId: string
  readonly broker: FakeBroker
  readonly jobs: FakeJobs
  readonly state?: Map<string, {value: unknown; etag: string}>
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly components?: readonly string[]
  /** The apps that can be invoked, by app id: where their sidecar would call them. */
  readonly apps?: Readonly<Record<string, {readonly port: number; readonly token: string}>>
  /** Where the app of this sidecar listens. */
  readonly appPort?: number
  readonly apiToken?: string
  readonly appToken?: string
}

/** What a sidecar does wrong, from now on. */
export interface Fault {
  /** Answers this without doing anything. */
  readonly status?: number
  readonly body?: string
  /** Answers only after this, ms. */
  readonly slowMs?: number
  /** Does what it was asked for, and closes the connection without an answer. */
  readonly cut?: boolean
}

interface Declared {
  readonly pubsubname: string
  readonly topic: string
  readonly route: string
  readonly bulkSubscribe: {readonly maxMessagesCount: number}
}

const LIVE = 'pubsub-live'
const RETRY_MS = 20
const MAX_ENTRIES_IN_ANSWER = 100

/**
 * Behaves as daprd 1.18.3 does where todo5 talks to it, with its traps: a 404 on an event or a job loses it, an entry
 * that is to be retried comes again without those that were done, an answer that cannot be read means to retry all.
 */
export class FakeSidecar {
  readonly apiToken: string
  readonly appToken: string
  fault: Fault | undefined
  /** Every request to the sidecar: `POST /v1.0/…`. */
  readonly requests: string[] = []
  readonly #options: FakeSidecarOptions
  readonly #server: Server
  readonly #state: Map<string, {value: unknown; etag: string}>
  readonly #loops: Promise<void>[] = []
  #stopped = false
  /** Of the component that gives each sidecar a group of its own, which begins with what comes next. */
  readonly #liveGroup = randomUUID()

  private constructor(options: FakeSidecarOptions) {
    this.#options = options
    this.apiToken = options.apiToken ?? randomUUID()
    this.appToken = options.appToken ?? randomUUID()
    this.#state = options.state ?? new Map()
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  static async start(options: FakeSidecarOptions): Promise<FakeSidecar> {
    const sidecar = new FakeSidecar(options)
    await sidecar.listen(0)
    if (options.appPort !== undefined) sidecar.#loops.push(sidecar.#deliverAll(), sidecar.#fireJobs())
    return sidecar
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
  }

  /** As when daprd is killed: nobody listens, kept connections are closed. */
  async die(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#loops)
    if (this.#server.listening) await this.die()
  }

  /** A request of the sidecar to its app, with the app's token unless another one is given. */
  async toApp(method: string, path: string, body?: unknown, token = this.appToken): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#options.appPort}${path}`, {
      method,
      headers: {'dapr-api-token': token, 'content-type': 'application/json'},
      ...(body !== undefined && {body: typeof body === 'string' ? body : JSON.stringify(body)}),
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0]!
    this.requests.push(`${request.method} ${path}`)
    const body = await text(request)
    const {fault} = this
    if (fault?.slowMs !== undefined) await delay(fault.slowMs)
    if (fault?.status !== undefined) return answer(response, fault.status, fault.body ?? '')
    if (request.headers['dapr-api-token'] !== this.apiToken) return answer(response, 401, 'invalid api token')
    const result = await this.#do(request, path.split('/').slice(2).map(decodeURIComponent), body)
    if (fault?.cut) response.destroy()
    else answer(response, result.status, result.body ?? '', result.headers)
  }

  async #do(request: IncomingMessage, parts: string[], body: string): Promise<Result> {
    const [what, ...rest] = parts
    if (what === 'healthz') return {status: 204}
    if (what === 'metadata') {
      const components = (this.#options.components ?? []).map((name) => ({name, type: 'x', version: 'v1'}))
      return json(200, {id: this.#options.appId, components})
    }
    if (what === 'publish') return this.#publish(rest[2]!, JSON.parse(body) as Published[])
    if (what === 'jobs') return this.#schedule(rest[0]!, JSON.parse(body) as ScheduledJob)
    if (what === 'state') return this.#states(rest[1], JSON.parse(body))
    if (what === 'secrets') {
      const secret = this.#options.secrets?.[rest[1]!]
      return secret ? json(200, secret) : json(500, {errorCode: 'ERR_SECRET_GET', message: `no secret ${rest[1]}`})
    }
    if (what === 'invoke') return this.#invoke(request, rest, body)
    return {status: 404}
  }

  #publish(topic: string, entries: Published[]): Result {
    const {broker} = this.#options
    const broken = {errorCode: 'ERR_PUBSUB_PUBLISH_MESSAGE'}
    if (broker.failing.has(topic)) return json(500, {...broken, message: 'kafka: no leader'})
    const failedEntries: {entryId: string; error: string}[] = []
    entries.forEach(({entryId, event, contentType, metadata}, place) => {
      if (broker.failPlaces.delete(place)) failedEntries.push({entryId, error: 'kafka: not enough replicas'})
      else broker.append(topic, {key: metadata.partitionKey, contentType, event})
    })
    return failedEntries.length === 0 ? {status: 204} : json(500, {...broken, failedEntries})
  }

  #schedule(name: string, {dueTime, data, failurePolicy}: ScheduledJob): Result {
    const jobs = this.#options.jobs.of(this.#options.appId)
    if (jobs.has(name)) return json(409, {errorCode: 'DAPR_SCHEDULER_SCHEDULE_JOB', message: 'already exists'})
    jobs.set(name, {dueAt: Date.parse(dueTime), data, policy: failurePolicy})
    return {status: 204}
  }

  #states(what: string | undefined, body: unknown): Result {
    if (what === 'bulk') {
      const [key] = (body as {keys: string[]}).keys
      const found = this.#state.get(key!)
      return json(200, [found ? {key, data: found.value, etag: found.etag} : {key}])
    }
    if (what === 'transaction') {
      for (const {request} of (body as {operations: {request: {key: string}}[]}).operations) {
        this.#state.delete(request.key)
      }
      return {status: 204}
    }
    const [item] = body as {key: string; value: unknown; etag?: string}[]
    const stored = this.#state.get(item!.key)
    const refused = {errorCode: 'ERR_STATE_SAVE', message: 'no item was updated'}
    if (stored?.etag !== item!.etag) return json(item!.etag === undefined ? 500 : 409, refused)
    this.#state.set(item!.key, {value: item!.value, etag: randomUUID()})
    return {status: 204}
  }

  async #invoke(request: IncomingMessage, [app, , ...path]: string[], body: string): Promise<Result> {
    const target = this.#options.apps?.[app!]
    const failed = json(500, {errorCode: 'ERR_DIRECT_INVOKE', message: `failed to invoke ${app}`})
    if (!target) return failed
    const query = (request.url ?? '').split('?')[1]
    const headers = new Headers(request.headers as Record<string, string>)
    for (const name of ['host', 'connection', 'content-length']) headers.delete(name)
    headers.set('dapr-api-token', target.token)
    headers.set('dapr-caller-app-id', this.#options.appId)
    const answered = await fetch(`http://127.0.0.1:${target.port}/${path.join('/')}${query ? `?${query}` : ''}`, {
      method: request.method!,
      headers,
      ...(body !== '' && {body}),
    }).catch(() => undefined)
    if (!answered) return failed
    return {status: answered.status, body: await answered.text(), headers: Object.fromEntries(answered.headers)}
  }

  async #isHealthy(): Promise<boolean> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.#options.appPort}/healthz`)
      await response.arrayBuffer()
      return response.ok
    } catch {
      return false
    }
  }

  async #deliverAll(): Promise<void> {
    let declared: Declared[] | undefined
    while (!this.#stopped) {
      if (await this.#isHealthy()) {
        declared ??= await this.#subscribe()
        await Promise.all(
          declared.flatMap((one) => Array.from({length: PARTITIONS}, async (_, n) => this.#deliver(one, n))),
        )
      }
      await delay(RETRY_MS)
    }
  }

  async #subscribe(): Promise<Declared[]> {
    const declared = (await (await this.toApp('GET', '/dapr/subscribe')).json()) as Declared[]
    for (const {pubsubname, topic} of declared)
      if (pubsubname === LIVE) this.#options.broker.skipToEnd(this.#liveGroup, topic)
    return declared
  }

  async #deliver({topic, route, pubsubname, bulkSubscribe}: Declared, partition: number): Promise<void> {
    const {appId, broker} = this.#options
    const group = pubsubname === LIVE ? this.#liveGroup : appId
    const batch = broker.read(group, topic, partition, bulkSubscribe.maxMessagesCount)
    let left = batch
    while (left.length > 0 && !this.#stopped && (await this.#isHealthy())) {
      left = await this.#post(route, {id: randomUUID(), topic, pubsubname}, partition, left)
      if (left.length > 0) await delay(RETRY_MS)
    }
    if (left.length === 0 && batch.length > 0) broker.commit(group, topic, partition, batch.at(-1)!.offset + 1)
  }

  /** Answers with what has to come again. */
  async #post(route: string, envelope: object, partition: number, batch: LogEntry[]): Promise<LogEntry[]> {
    const entries = batch.map(({key, contentType, event}, place) => ({
      entryId: String(place),
      contentType,
      event,
      metadata: {__key: key, __partition: String(partition)},
    }))
    try {
      const response = await this.toApp('POST', route, {...envelope, entries})
      if (response.status === 404) return []
      if (!response.ok) return batch
      const {statuses} = (await response.json()) as {statuses: {entryId: string; status: string}[]}
      const done = new Set(statuses.filter(({status}) => status !== 'RETRY').map(({entryId}) => entryId))
      return batch.filter((_, place) => !done.has(String(place)))
    } catch {
      return batch
    }
  }

  async #fireJobs(): Promise<void> {
    const jobs = this.#options.jobs.of(this.#options.appId)
    while (!this.#stopped) {
      const due = [...jobs].filter(([, job]) => job.dueAt <= Date.now()).slice(0, MAX_ENTRIES_IN_ANSWER)
      if (due.length > 0 && (await this.#isHealthy())) {
        await Promise.all(
          due.map(async ([name, {data}]) => {
            const response = await this.toApp('POST', `/job/${encodeURIComponent(name)}`, data).catch(() => undefined)
            if (response && (response.ok || response.status === 404)) jobs.delete(name)
          }),
        )
      }
      await delay(5)
    }
  }
}

interface Published {
  readonly entryId: string
  readonly event: unknown
  readonly contentType: string
  readonly metadata: {readonly partitionKey: string}
}

interface ScheduledJob {
  readonly dueTime: string
  readonly data: unknown
  readonly failurePolicy: unknown
}

interface Result {
  readonly status: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

const json = (status: number, body: unknown): Result => ({
  status,
  body: JSON.stringify(body),
  headers: {'content-type': 'application/json'},
})

function answer(response: ServerResponse, status: number, body: string, headers: Result['headers'] = {}): void {
  const {'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...kept} = headers
  response.writeHead(status, kept)
  response.end(status === 204 ? undefined : body)
}
