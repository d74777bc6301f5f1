import {type IncomingMessage, type ServerResponse, createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {text} from 'node:stream/consumers'

/** A span as services and sidecars send it to Zipkin (API v2). */
export interface CollectedSpan {
  readonly traceId: string
  readonly id: string
  readonly parentId?: string
  readonly name: string
  readonly kind?: string
  /** When it began, µs since 1970. */
  readonly timestamp?: number
  readonly localEndpoint?: {readonly serviceName?: string}
  readonly tags?: Readonly<Record<string, string>>
}

export interface SpanCollector {
  /** For ZIPKIN_ENDPOINT, and for the Configuration of a sidecar. */
  readonly endpoint: string
  readonly spans: readonly CollectedSpan[]
  /** Every span of the trace by its name, oldest arrival first. */
  named(traceId: string, name: string): CollectedSpan[]
  /** From the span to the root, by names, as far as the parents have arrived. */
  ancestry(span: CollectedSpan): string[]
  stop(): Promise<void>
}

/** Takes spans as Zipkin does. */
export async function startSpanCollector(): Promise<SpanCollector> {
  const spans: CollectedSpan[] = []
  const take: (...exchange: [IncomingMessage, ServerResponse]) => Promise<void> = async (request, response) => {
    spans.push(...(JSON.parse(await text(request)) as CollectedSpan[]))
    response.writeHead(202).end()
  }
  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2/spans`,
    spans,
    named: (traceId, name) => spans.filter((span) => span.traceId === traceId && span.name === name),
    ancestry(span) {
      const names: string[] = []
      for (let at: CollectedSpan | undefined = span; at;) {
        names.push(at.name)
        const {traceId, parentId}: CollectedSpan = at
        at = spans.find((other) => other.traceId === traceId && other.id === parentId)
      }
      return names
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
