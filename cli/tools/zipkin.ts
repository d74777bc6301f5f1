import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

/** As Zipkin's API v2 answers; what nothing here looks at is left out. */
export interface ZipkinSpan {
  readonly traceId: string
  readonly id: string
  readonly parentId?: string
  /** In small letters. */
  readonly name?: string
  readonly kind?: string
  /** When it began, µs since 1970. */
  readonly timestamp?: number
  /** µs. */
  readonly duration?: number
  readonly localEndpoint?: {readonly serviceName?: string}
  readonly tags?: Readonly<Record<string, string>>
}

export interface Zipkin {
  /** The spans of a trace (32 hex digits); none when it is not known. */
  trace(id: string): Promise<readonly ZipkinSpan[]>
  /** The spans of the newest trace in which the event was published or handled; none when there is none. */
  ofEvent(eventId: string): Promise<readonly ZipkinSpan[]>
}

const LIMIT_MS = 15_000
/** As long as events are kept anywhere: 30 days. Zipkin looks through one day by itself. */
const LOOK_BACK_MS = 30 * 24 * 3600 * 1000

/** `url`: without /api/v2, such as http://127.0.0.1:9411 */
export function openZipkin(url: string): Zipkin {
  const base = url.replace(/\/+$/u, '')
  const ask = async <T>(path: string): Promise<T | undefined> => {
    let answer: Response
    try {
      answer = await fetch(`${base}/api/v2${path}`, {signal: AbortSignal.timeout(LIMIT_MS)})
      if (answer.status === 404) {
        await answer.body?.cancel()
        return undefined
      }
      if (answer.ok) return (await answer.json()) as T
    } catch (error) {
      throw unreachable(base, 'does not answer', error)
    }
    throw unreachable(base, `answered ${answer.status}`)
  }
  return {
    trace: async (id) => (await ask<ZipkinSpan[]>(`/trace/${id}`)) ?? [],
    async ofEvent(eventId) {
      const query = new URLSearchParams({
        annotationQuery: `messaging.message.id=${eventId}`,
        lookback: String(LOOK_BACK_MS),
        limit: '10',
      })
      const found = (await ask<ZipkinSpan[][]>(`/traces?${query}`)) ?? []
      return found.toSorted((a, b) => beginOf(b) - beginOf(a))[0] ?? []
    },
  }
}

const beginOf = (spans: readonly ZipkinSpan[]): number => Math.min(...spans.map(({timestamp}) => timestamp ?? Infinity))

const unreachable = (url: string, what: string, cause?: unknown): CliError =>
  new CliError(`Zipkin at ${url} ${what}.`, {
    code: 'zipkin_unreachable',
    exit: EXIT.unreachable,
    hints: ['todo5 status host', '--zipkin-url URL        names another one'],
    cause,
  })
