import {timingSafeEqual} from 'node:crypto'
import type {IncomingMessage, RequestListener, ServerResponse} from 'node:http'
import {ROLE_HEADER, USER_HEADER} from '../../ports/service-invoker.ts'
import type {Logger} from '../../runtime/logger.ts'
import {readBody} from '../../runtime/request-body.ts'
import type {DaprEventSubscriptions} from './event-subscriptions.ts'
import type {DaprJobScheduler} from './job-scheduler.ts'
import {hideRefusal} from './refusal.ts'
import {parseJson} from './sidecar.ts'

/** 100 events of at most 256 KiB, in JSON. */
const MAX_BATCH_BYTES = 64 * 1024 * 1024
/** Asked by probes and by Prometheus, which know no token; neither says anything about users. */
const OPEN = new Set(['/healthz', '/metrics', '/livez', '/readyz'])

export interface AppChannelOptions {
  /** What the sidecar sends as dapr-api-token (its APP_API_TOKEN). */
  readonly token: string
  /** The app whose requests may name a user; from any other these headers are removed. */
  readonly trustedCaller: string
  readonly logger: Logger
}

/** What is behind the channel once the service is assembled. */
export interface AppBehind {
  readonly subscriptions: DaprEventSubscriptions
  readonly jobs: DaprJobScheduler
  /** The service's own application: /healthz, /metrics and what others invoke. */
  readonly app: RequestListener
}

/**
 * The port that the sidecar talks to. A 404 on an event or a job makes Dapr drop it for good, so these paths answer
 * everything but that: what cannot be handled now is a 503, and comes again.
 */
export class DaprAppChannel {
  readonly #options: AppChannelOptions
  readonly #token: Buffer
  readonly #opened = Promise.withResolvers<void>()
  readonly #running = new Set<Promise<void>>()
  #behind: AppBehind | undefined
  #refusal: string | undefined

  constructor(options: AppChannelOptions) {
    this.#options = options
    this.#token = Buffer.from(options.token)
  }

  readonly handler: RequestListener = (request, response) => {
    void this.#answer(request, response).catch((error: unknown) => {
      this.#options.logger.error({error, path: request.url}, 'answering the sidecar failed')
      if (response.headersSent) response.destroy()
      else problem(response, 500, 'internal_error', 'An error that todo5 did not expect. It was logged.')
    })
  }

  /** From now on requests are handled; until then they are asked to come again. */
  open(behind: AppBehind): void {
    this.#behind = behind
    this.#opened.resolve()
  }

  /** From now on /healthz is 503 and no event or job is taken; the sidecar keeps them for whoever comes next. */
  refuse(reason: string): void {
    this.#refusal = reason
  }

  /** Takes back `refuse`. */
  accept(): void {
    this.#refusal = undefined
  }

  /** Resolves when the events and jobs that were taken are handled. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/'] = (request.url ?? '/').split('?')
    if (!OPEN.has(path) && !this.#isSidecar(request)) {
      return problem(response, 401, 'wrong_token', 'The request does not carry the token of the sidecar.')
    }
    const event = under('/events', path)
    const job = under('/job', path)
    if (path === '/livez') return json(response, 200, {})
    if (path === '/readyz') return this.#readiness(response)
    if (path === '/dapr/subscribe') return this.#subscribe(response)
    if (path === '/dapr/config') return json(response, 200, {})
    if (event !== undefined) return this.#take(response, async (behind) => deliver(behind, event, request))
    if (job !== undefined) return this.#take(response, async (behind) => run(behind, job, request))
    if (this.#refusal !== undefined && path === '/healthz') return problem(response, 503, 'not_ready', this.#refusal)
    const behind = this.#behind
    if (!behind) return problem(response, 503, 'starting', 'The service is starting.')
    this.#dropClaims(request)
    if (request.headers['dapr-caller-app-id'] !== undefined) hideRefusal(response)
    behind.app(request, response)
  }

  /**
   * For Kubernetes, which /healthz is not: that one is 503 while the database is away, so that the sidecar delivers nothing;
   * a pod that is taken out of its service or ended for it would help nobody.
   */
  #readiness(response: ServerResponse): void {
    if (this.#behind && this.#refusal === undefined) return json(response, 200, {})
    problem(response, 503, 'not_ready', this.#refusal ?? 'The service is starting.')
  }

  #isSidecar(request: IncomingMessage): boolean {
    const given = request.headers['dapr-api-token']
    if (typeof given !== 'string') return false
    const bytes = Buffer.from(given)
    return bytes.length === this.#token.length && timingSafeEqual(bytes, this.#token)
  }

  /** Any answer but 200 would be taken for "none", until the sidecar restarts: so it waits until they are known. */
  async #subscribe(response: ServerResponse): Promise<void> {
    await this.#opened.promise
    json(response, 200, this.#behind!.subscriptions.declaration())
  }

  async #take(response: ServerResponse, work: (behind: AppBehind) => Promise<object | undefined>): Promise<void> {
    const behind = this.#behind
    if (!behind || this.#refusal !== undefined) {
      return problem(response, 503, 'not_ready', this.#refusal ?? 'The service is starting.')
    }
    const run = work(behind).then(
      (answer) =>
        answer ? json(response, 200, answer) : problem(response, 503, 'not_here', 'Nobody here handles it.'),
      (error: unknown) => {
        this.#options.logger.warn({error}, 'an event or a job failed, it will come again')
        problem(response, 500, 'failed', 'It failed, and has to come again.')
      },
    )
    this.#running.add(run)
    await run.finally(() => this.#running.delete(run))
  }

  /** Who the user is comes from the edge alone, by Dapr invocation: its sidecar vouches for the caller. */
  #dropClaims({headers}: IncomingMessage): void {
    if (headers['dapr-caller-app-id'] === this.#options.trustedCaller) return
    delete headers[USER_HEADER]
    delete headers[ROLE_HEADER]
  }
}

/** The rest of the path; undefined when it is not under the root. Whatever begins with it counts, however it goes on. */
function under(root: string, path: string): string | undefined {
  if (path !== root && !path.startsWith(`${root}/`)) return undefined
  return path.slice(root.length + 1)
}

/** Undefined when nobody here subscribes to it, which is a mistake in the configuration and must not lose the events. */
async function deliver(
  {subscriptions}: AppBehind,
  topic: string,
  request: IncomingMessage,
): Promise<object | undefined> {
  const body = await readBody(request, MAX_BATCH_BYTES)
  return subscriptions.has(topic) ? subscriptions.deliver(topic, JSON.parse(body.toString())) : undefined
}

async function run({jobs}: AppBehind, name: string, request: IncomingMessage): Promise<object | undefined> {
  const body = await readBody(request)
  if (!jobs.handled) return undefined
  // What is no JSON is no job of ours, and would come again for ever: its handler finds nothing in it to do.
  await jobs.run(name, parseJson(body.toString()))
  return {}
}

function json(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, {'content-type': 'application/json', 'content-length': bytes.length})
  response.end(bytes)
}

function problem(response: ServerResponse, status: number, code: string, detail: string): void {
  const bytes = Buffer.from(
    JSON.stringify({type: `urn:todo5:problem:${code}`, title: 'Not now.', status, detail, code}),
  )
  const retry = status === 503 ? {'retry-after': '1'} : {}
  response.writeHead(status, {'content-type': 'application/problem+json', 'content-length': bytes.length, ...retry})
  response.end(bytes)
}
