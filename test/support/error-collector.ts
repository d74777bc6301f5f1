import {type IncomingMessage, type ServerResponse, createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {text} from 'node:stream/consumers'

/** An event as Sentry gets it, as far as tests look at it. */
export interface CollectedError {
  readonly event_id: string
  readonly level: string
  readonly release?: string
  readonly environment?: string
  readonly fingerprint?: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
  readonly contexts?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly exception: {
    readonly values: readonly {
      readonly type: string
      readonly value: string
      readonly stacktrace?: {readonly frames: readonly {readonly filename?: string; readonly function?: string}[]}
    }[]
  }
}

export interface ErrorCollector {
  /** For SENTRY_DSN. */
  readonly dsn: string
  readonly errors: readonly CollectedError[]
  /** Everything that came, as it came, with the head of each request. */
  readonly received: readonly string[]
  /** What the next requests are answered with; `hang`: not at all. */
  answer: number | 'hang'
  stop(): Promise<void>
}

const KEY = '0123456789abcdef0123456789abcdef'

/** Takes reports as Sentry does: POST /api/PROJECT/envelope/, lines of JSON, the key of the project in a header or in the address. */
export async function startErrorCollector(): Promise<ErrorCollector> {
  const errors: CollectedError[] = []
  const received: string[] = []
  const take: (...exchange: [IncomingMessage, ServerResponse]) => Promise<void> = async (request, response) => {
    const body = await text(request)
    const {pathname, searchParams} = new URL(request.url!, 'http://127.0.0.1')
    const key =
      searchParams.get('sentry_key') ?? /sentry_key=(\w+)/u.exec(String(request.headers['x-sentry-auth']))?.[1]
    received.push(`${request.method} ${request.url}\n${JSON.stringify(request.headers)}\n${body}`)
    if (collector.answer === 'hang') return
    if (request.method !== 'POST' || pathname !== '/api/7/envelope/' || key !== KEY) {
      response.writeHead(403).end()
      return
    }
    if (collector.answer === 200) errors.push(...eventsOf(body))
    response.writeHead(collector.answer, {'content-type': 'application/json'}).end('{}')
  }
  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const collector: ErrorCollector = {
    dsn: `http://${KEY}@127.0.0.1:${(server.address() as AddressInfo).port}/7`,
    errors,
    received,
    answer: 200,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return collector
}

/** The head of the envelope, then for each item its head and what it holds. */
function eventsOf(body: string): CollectedError[] {
  const [head, ...items] = body.trimEnd().split('\n')
  const sent = JSON.parse(head!) as {event_id?: string; sent_at?: string}
  if (Number.isNaN(Date.parse(sent.sent_at ?? ''))) throw new Error(`an envelope without its time: ${head}`)
  const events: CollectedError[] = []
  for (let at = 0; at + 1 < items.length; at += 2) {
    const {type} = JSON.parse(items[at]!) as {type: string}
    if (type === 'event') events.push(JSON.parse(items[at + 1]!) as CollectedError)
  }
  return events
}
