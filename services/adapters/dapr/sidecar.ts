import {Agent, type IncomingMessage, request} from 'node:http'
import {DomainError} from '../../domain/errors.ts'

export interface SidecarOptions {
  /** Where the sidecar listens, such as http://127.0.0.1:3500 */
  readonly endpoint: string
  /** Sent as dapr-api-token; without one the sidecar must not demand any. */
  readonly token?: string | undefined
  /** How long a call may take when it does not say so itself, ms. */
  readonly timeoutMs?: number
}

export interface SidecarCall {
  readonly method: string
  /** From the root of the sidecar, encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string | undefined
  readonly timeoutMs?: number
  /** Whether it may be sent a second time when the kept connection turns out to be closed. */
  readonly repeatable: boolean
}

export interface SidecarAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The HTTP API of the Dapr sidecar next to this process. */
export interface Sidecar {
  readonly endpoint: string
  readonly token: string | undefined
  /** Any status is an answer. Throws SidecarAway when there is none in time. */
  call(call: SidecarCall): Promise<SidecarAnswer>
  close(): void
}

/** The sidecar did not answer: down, starting, cut off or too slow. What was asked for may have been done. */
export class SidecarAway extends DomainError {
  constructor(message: string, cause: unknown) {
    super('unavailable', 'sidecar_unavailable', message, {retryAfterSeconds: 2, cause})
  }
}

/** node:http with kept connections: a fetch costs twice the CPU, and each event passes here. */
export function openSidecar({endpoint, token, timeoutMs = 10_000}: SidecarOptions): Sidecar {
  const agent = new Agent({keepAlive: true, maxSockets: 256, maxFreeSockets: 32})
  const attempt = async (call: SidecarCall): Promise<SidecarAnswer> => {
    const limit = call.timeoutMs ?? timeoutMs
    const signal = AbortSignal.timeout(limit)
    return new Promise((resolve, reject) => {
      const body = call.body === undefined ? undefined : Buffer.from(call.body)
      const outgoing = request(new URL(call.path, endpoint), {
        agent,
        method: call.method,
        signal,
        headers: {
          ...call.headers,
          ...(token !== undefined && {'dapr-api-token': token}),
          ...(body !== undefined && {'content-length': body.length}),
        },
      })
      const failed = (error: Error): void => {
        const stale = outgoing.reusedSocket && (error as {code?: string}).code === 'ECONNRESET'
        reject(stale ? new StaleConnection(error) : away(signal.aborted ? `no answer within ${limit} ms` : error))
      }
      outgoing.on('error', failed)
      outgoing.on('response', (response) => void readAnswer(response).then(resolve, failed))
      outgoing.end(body)
    })
  }
  return {
    endpoint,
    token,
    async call(call) {
      try {
        return await attempt(call)
      } catch (error) {
        if (!(error instanceof StaleConnection)) throw error
        // The sidecar closed a connection that had been idle just as it was used: it read nothing of this call, or all.
        if (call.repeatable) return attempt({...call, headers: {...call.headers, connection: 'close'}})
        throw away(error.cause as Error)
      }
    },
    close: () => agent.destroy(),
  }
}

class StaleConnection extends Error {
  constructor(cause: unknown) {
    super('the kept connection was closed', {cause})
  }
}

const away = (reason: Error | string): SidecarAway =>
  new SidecarAway(`The Dapr sidecar did not answer: ${typeof reason === 'string' ? reason : reason.message}`, reason)

async function readAnswer(response: IncomingMessage): Promise<SidecarAnswer> {
  const chunks: Buffer[] = []
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return {status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks)}
}

/** What the sidecar says about a failure, in one line: its message where it is Dapr's JSON, else the beginning of the text. */
export function failureOf({status, body}: SidecarAnswer): string {
  const text = body.toString()
  const said = parseJson(text) as {errorCode?: unknown; message?: unknown} | undefined
  const parts = [said?.errorCode, said?.message].filter((part) => typeof part === 'string')
  return `HTTP ${status} ${(parts.length > 0 ? parts.join(': ') : text).slice(0, 500)}`.trimEnd()
}

/** Undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
