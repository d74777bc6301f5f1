import type {IncomingMessage, RequestOptions} from 'node:http'
import {setTimeout as delay} from 'node:timers/promises'
import {type ClientTrace, newTrace, traceparentIn} from '../../services/contracts/trace-context.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {HttpCall, KeyedCall} from './http-call.ts'
import {problemError} from './problem-error.ts'
import {Unreachable} from './unreachable.ts'

export interface HttpClientOptions {
  /** Without a slash at the end. */
  readonly apiUrl: string
  /** Empty: none is sent. */
  readonly apiKey: string
  readonly userAgent: string
  /** What the requests belong to; a new one when absent. */
  readonly trace?: ClientTrace | undefined
  /** Hints when nobody answers. */
  readonly whenAway: readonly string[]
  /** Hints when the key is not known there. */
  readonly whenRefused?: readonly string[] | undefined
  /** For one answer, ms. */
  readonly timeoutMs?: number
  /** How long 503 and 429 are waited out before they become an error, ms. */
  readonly patienceMs?: number
}

/**
 * An import of node:http makes a facade of all its exports, one of which (WebSocket) loads undici: 45 ms of CPU on
 * Node 24. The module itself loads it only when asked.
 */
const {Agent, request: httpRequest} = process.getBuiltinModule('node:http')

/** Not imported: reading needs no keys, and node:crypto costs 6 ms. */
const newKey = (): string => process.getBuiltinModule('node:crypto').randomUUID()

interface Answer {
  readonly status: number
  readonly retryAfterSeconds: number
  readonly body: unknown
}

export interface LastAnswer {
  readonly status: number
  /** When it was made, by the clock there, in whole seconds: `Sun, 06 Nov 1994 08:49:37 GMT`. */
  readonly date: string | undefined
}

/** Requests that a report of a mistake tells of. */
const MOST_NOTED = 10

const MOST_IDLE_MS = 120_000

/** A command that goes on for hours (chat, --watch) would otherwise be a single trace, too big to be shown. */
const TRACE_LASTS_MS = 60_000

const BROKEN: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'])

/**
 * JSON over node:http (fetch costs 34 ms of CPU more in a short process). Every write carries an Idempotency-Key, so
 * that any call may be sent again when the connection breaks: the server answers the second as it did the first.
 */
export class HttpClient {
  readonly #options: HttpClientOptions
  readonly #agent = new Agent({keepAlive: true, maxSockets: 8})
  #answered = false
  #last: LastAnswer | undefined
  readonly #requests: string[] = []
  #trace: ClientTrace
  #traceSince = performance.now()

  constructor(options: HttpClientOptions) {
    this.#options = options
    this.#trace = options.trace ?? newTrace()
  }

  /** The last ones, oldest first: `GET /tasks/1 200`, without queries and bodies. */
  get requests(): readonly string[] {
    return this.#requests
  }

  /** Whether anything came back yet. */
  get answered(): boolean {
    return this.#answered
  }

  /** Undefined until something came back. */
  get last(): LastAnswer | undefined {
    return this.#last
  }

  async call<T>(call: HttpCall): Promise<T> {
    const {timeoutMs = 15_000} = this.#options
    const key = call.method === 'GET' ? undefined : (call.key ?? newKey())
    let broken = false
    const send = async (): Promise<Answer> => {
      for (;;) {
        try {
          return await this.#send(call, key, timeoutMs)
        } catch (error) {
          if (error instanceof CliError) throw error
          if (broken || !BROKEN.has((error as NodeJS.ErrnoException).code ?? ''))
            throw this.#unreachable(error, {unsent: key === undefined ? undefined : {...call, key}})
          broken = true
        }
      }
    }
    return (await this.#patiently(send)).body as T
  }

  /**
   * The body as it comes, for what is streamed. Sent once: when the connection breaks it may have been taken. Nothing for
   * two minutes counts as no answer.
   */
  async open(call: HttpCall, signal: AbortSignal): Promise<IncomingMessage> {
    const send = async (): Promise<Answer & {response: IncomingMessage}> => {
      try {
        const response = await this.#request(call, undefined, signal, MOST_IDLE_MS)
        const refused = (response.statusCode ?? 0) >= 300
        return {...(await answerOf(response, refused, this.#options.apiUrl)), response}
      } catch (error) {
        throw error instanceof CliError || signal.aborted
          ? error
          : this.#unreachable(error, {broken: 'the connection broke'})
      }
    }
    return (await this.#patiently(send, signal)).response
  }

  /** 503 and 429 are waited out for a while, as they ask for it. */
  async #patiently<A extends Answer>(send: () => Promise<A>, signal?: AbortSignal): Promise<A> {
    const {patienceMs = 10_000} = this.#options
    const giveUpAt = performance.now() + patienceMs
    for (;;) {
      const answer = await send()
      this.#answered = true
      if (answer.status < 300) return answer
      const wait = Math.max(0.1, answer.retryAfterSeconds) * 1000
      const mayPass = answer.status === 503 || answer.status === 429
      if (!mayPass || performance.now() + wait > giveUpAt) throw problemError(answer.status, answer.body, this.#options)
      await delay(wait, undefined, signal && {signal})
    }
  }

  /** A problem that came inside an answer, as if it had been the answer. */
  refusal(status: number, problem: unknown): CliError {
    return problemError(status, problem, this.#options)
  }

  /** Ends connections that are kept open; the process could not end before they time out. */
  close(): void {
    this.#agent.destroy()
  }

  async #send(call: HttpCall, key: string | undefined, timeoutMs: number): Promise<Answer> {
    const response = await this.#request(call, key, AbortSignal.timeout(timeoutMs))
    this.#last = {status: response.statusCode ?? 0, date: response.headers.date}
    this.#requests.push(`${call.method} ${call.path} ${response.statusCode}`)
    if (this.#requests.length > MOST_NOTED) this.#requests.shift()
    return await answerOf(response, true, this.#options.apiUrl)
  }

  async #request(
    call: HttpCall,
    key: string | undefined,
    signal: AbortSignal,
    idleMs?: number,
  ): Promise<IncomingMessage> {
    const {apiUrl, apiKey, userAgent} = this.#options
    const url = new URL(`${apiUrl}${call.path}`)
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    const body = call.body === undefined ? undefined : JSON.stringify(call.body)
    const headers = {
      accept: 'application/json',
      ...(apiKey === '' ? {} : {'x-api-key': apiKey}),
      'user-agent': userAgent,
      traceparent: this.#traceparent(),
      ...(body === undefined ? {} : {'content-type': 'application/json', 'content-length': Buffer.byteLength(body)}),
      ...(key === undefined ? {} : {'idempotency-key': key}),
      ...call.headers,
    }
    const timeout = idleMs === undefined ? {} : {timeout: idleMs}
    return await this.#exchange(url, {method: call.method, headers, signal, ...timeout}, body)
  }

  #traceparent(): string {
    const now = performance.now()
    if (this.#options.trace === undefined && now - this.#traceSince > TRACE_LASTS_MS) {
      this.#trace = newTrace()
      this.#traceSince = now
    }
    return traceparentIn(this.#trace)
  }

  async #exchange(url: URL, options: RequestOptions, body: string | undefined): Promise<IncomingMessage> {
    const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>()
    const secure = url.protocol === 'https:'
    const outgoing = secure
      ? process.getBuiltinModule('node:https').request(url, options)
      : httpRequest(url, {...options, agent: this.#agent})
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
    outgoing.once('timeout', () => outgoing.destroy(new DOMException('nothing came', 'TimeoutError')))
    outgoing.end(body)
    return await promise
  }

  #unreachable(
    error: unknown,
    {broken = 'the connection was broken twice', unsent}: {broken?: string; unsent?: KeyedCall | undefined} = {},
  ): Unreachable {
    const {apiUrl, whenAway} = this.#options
    const {code, name, message} = error as NodeJS.ErrnoException
    const causes: Readonly<Record<string, string>> = {
      ECONNREFUSED: 'nothing listens there',
      ENOTFOUND: 'no such host',
      EAI_AGAIN: 'the name could not be looked up',
      ECONNRESET: broken,
      ETIMEDOUT: 'no answer',
    }
    const why = name === 'TimeoutError' || name === 'AbortError' ? 'no answer in time' : (causes[code ?? ''] ?? message)
    return new Unreachable(apiUrl, why, {hints: whenAway, cause: error, unsent})
  }
}

async function answerOf(response: IncomingMessage, readBody: boolean, apiUrl: string): Promise<Answer> {
  const text = readBody ? await readText(response) : ''
  const retryAfterSeconds = Number(response.headers['retry-after'] ?? 1)
  return {
    status: response.statusCode ?? 0,
    retryAfterSeconds: Number.isFinite(retryAfterSeconds) ? retryAfterSeconds : 1,
    body: text === '' ? null : parse(text, response, apiUrl),
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function parse(text: string, response: IncomingMessage, apiUrl: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CliError(
      `${new URL(apiUrl).origin} answered ${response.statusCode} with something that is not JSON; is it todo5?`,
      {
        code: 'not_todo5',
        exit: EXIT.unreachable,
        hints: ['todo5 status'],
        cause: error,
      },
    )
  }
}

/** Makes one that names this todo5; to be closed. */
export type OpenHttp = (options: Omit<HttpClientOptions, 'userAgent'>) => Promise<HttpClient>
