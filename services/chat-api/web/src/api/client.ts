import type {Problem} from '../../../../contracts/problem.ts'
import {newTrace, traceparentIn} from '../../../../contracts/trace-context.ts'
import {ApiError} from './api-error.ts'

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface Call {
  readonly query?: Query
  /** Sent as JSON. */
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

export interface Write extends Call {
  /** Of this change: when it is sent again, the same one, so that it is made once. A new one when absent. */
  readonly key?: string
  /** The version that the change is meant for; another one is answered with 412 and the task as it is. */
  readonly ifMatch?: number | undefined
  /** How long to wait for the next occurrence, seconds. */
  readonly wait?: number
}

/** What a browser or a proxy gives up by itself; nothing of the API takes longer. */
const TIMEOUT_MS = 20_000
/** What a proxy answers while todo5 is not there. */
const AWAY = new Set([502, 504])

/** GET below /api/v1. Throws ApiError. */
export const read = async <T>(path: string, {query, signal}: Call = {}): Promise<T> =>
  send<T>('GET', `/api/v1${path}`, {query, signal})

/** A change below /api/v1, with an idempotency key. Throws ApiError. */
export async function write<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, options: Write = {}): Promise<T> {
  const {key = newKey(), ifMatch, wait, ...call} = options
  const headers = {
    'idempotency-key': key,
    ...(ifMatch === undefined ? {} : {'if-match': `"${ifMatch}"`}),
    ...(wait === undefined ? {} : {prefer: `wait=${wait}`}),
  }
  return send<T>(method, `/api/v1${path}`, call, headers)
}

/** /api/auth/*, which has neither keys nor versions. Throws ApiError. */
export const auth = async <T>(method: 'GET' | 'POST', path: string, call: Call = {}): Promise<T> =>
  send<T>(method, `/api/auth${path}`, call)

/** /api/chat/threads*: what was said. Throws ApiError. */
export const threads = async <T>(method: 'GET' | 'PATCH' | 'DELETE', path: string, call: Call = {}): Promise<T> =>
  send<T>(method, `/api/chat/threads${path}`, call)

/** POST /api/chat: the answer as it comes, for as long as it takes. Throws ApiError when there is none. */
export async function converse(body: unknown, signal: AbortSignal | null): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch('/api/chat', {
      method: 'POST',
      signal,
      credentials: 'same-origin',
      headers: {'content-type': 'application/json', traceparent: traceparentIn(newTrace())},
      body: JSON.stringify(body),
    })
    if (answer.ok) return answer
    if (AWAY.has(answer.status)) throw new Error(`HTTP ${answer.status}`)
  } catch (error) {
    if (signal?.aborted) throw error
    throw unreachable(error)
  }
  throw refusalOf(answer, isJson(answer) ? await answer.json() : undefined)
}

export const newKey = (): string => crypto.randomUUID()

async function send<T>(method: string, path: string, call: Call, headers: Record<string, string> = {}): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout
  let answer: Response
  let text: string
  try {
    answer = await fetch(path + searchOf(call.query), {
      method,
      signal,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        traceparent: traceparentIn(newTrace()),
        ...headers,
        ...(call.body === undefined ? {} : {'content-type': 'application/json'}),
      },
      ...(call.body === undefined ? {} : {body: JSON.stringify(call.body)}),
    })
    text = await answer.text()
  } catch (error) {
    if (call.signal?.aborted) throw error
    throw unreachable(error)
  }
  if (AWAY.has(answer.status)) throw unreachable(new Error(`HTTP ${answer.status}`))
  const value = isJson(answer) && text !== '' ? (JSON.parse(text) as unknown) : undefined
  if (!answer.ok) throw refusalOf(answer, value)
  return value as T
}

const unreachable = (cause: unknown): ApiError =>
  new ApiError({status: 0, code: 'offline', message: 'todo5 could not be reached.', cause})

const isJson = (answer: Response): boolean => /json/u.test(answer.headers.get('content-type') ?? '')

function refusalOf(answer: Response, value: unknown): ApiError {
  const problem = value as Problem | undefined
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
  return new ApiError({
    status: answer.status,
    code: problem?.code ?? 'unknown',
    message: problem?.detail ?? `todo5 answered ${answer.status}.`,
    hint: problem?.hint,
    problem,
    retryAfter: Number.isFinite(seconds) ? seconds : undefined,
  })
}

/** `?a=1&b=x` of what is there; an empty text when nothing is. */
export function searchOf(query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  return search.size === 0 ? '' : `?${search}`
}
