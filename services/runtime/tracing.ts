import {AsyncLocalStorage} from 'node:async_hooks'
import {randomUUID} from 'node:crypto'
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'

/** W3C trace context: 00-<32 hex trace id>-<16 hex span id>-<2 hex flags>. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/u

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

const active = new AsyncLocalStorage<string>()
let tracer: Tracer | undefined

/** From now on spans are recorded; undefined: no more. Without a tracer traces are passed on, and cost next to nothing. */
export function recordSpans(given: Tracer | undefined): void {
  tracer = given
}

/** The trace that the running request or event belongs to; it is stored with each outbox row. */
export const currentTraceparent = (): string | null => active.getStore() ?? null

/** Runs `work` outside of every trace: nothing of it is recorded. */
export function withoutTrace<T>(work: () => T): T {
  return active.exit(work)
}

/** Runs `work` where `span` is the parent of whatever begins. */
export function withSpan<T>(span: OpenSpan, work: () => T): T {
  return active.run(span.traceparent, work)
}

export interface SpanOptions {
  readonly kind: keyof typeof KINDS
  /** A traceparent; null begins a new trace. */
  readonly parent: string | null
  /** No personal data. */
  readonly attributes?: Attributes
}

export interface OpenSpan {
  /** What its children have for a parent. */
  readonly traceparent: string
  rename(name: string): void
  note(attributes: Attributes): void
  /** `error`: why it failed. */
  end(error?: unknown): void
}

export function openSpan(name: string, {kind, parent, attributes = {}}: SpanOptions): OpenSpan {
  if (!tracer) {
    const nothing = (): void => undefined
    return {traceparent: childOf(parent), rename: nothing, note: nothing, end: nothing}
  }
  const span = tracer.startSpan(name, {kind: KINDS[kind], attributes}, contextOf(parent))
  return {
    traceparent: traceparentOf(span),
    rename: (name) => void span.updateName(name),
    note: (attributes) => void span.setAttributes(attributes),
    end(error) {
      if (error !== undefined) {
        const message = error instanceof Error ? error.message : typeof error === 'string' ? error : 'failed'
        span.setStatus({code: SpanStatusCode.ERROR, message})
      }
      span.end()
    },
  }
}

/** Runs `work` in a span of its own. */
export async function inSpan<T>(name: string, options: SpanOptions, work: (span: OpenSpan) => Promise<T>): Promise<T> {
  const span = openSpan(name, options)
  return withSpan(span, async () => {
    try {
      const result = await work(span)
      span.end()
      return result
    } catch (error) {
      span.end(error ?? new Error('nothing was thrown'))
      throw error
    }
  })
}

/** A step of the running request or event, in a span when spans are recorded. Outside of a trace it is not worth one. */
export async function inStep<T>(
  name: string,
  {kind, attributes = {}}: Omit<SpanOptions, 'parent'>,
  work: () => Promise<T>,
): Promise<T> {
  const parent = currentTraceparent()
  return tracer && parent !== null ? inSpan(name, {kind, parent, attributes}, work) : work()
}

function childOf(traceparent: string | null | undefined): string {
  const span = randomHex(16)
  if (traceparent && TRACEPARENT.test(traceparent)) {
    const [version, traceId, , flags] = traceparent.split('-')
    return `${version}-${traceId}-${span}-${flags}`
  }
  return `00-${randomHex(32)}-${span}-01`
}

/** At most 32 digits. UUIDs come from entropy that is fetched for many at once: 0.2 µs in place of 3. */
const randomHex = (digits: number): string => randomUUID().replaceAll('-', '').slice(-digits)

function contextOf(traceparent: string | null): Context {
  if (traceparent === null || !TRACEPARENT.test(traceparent)) return ROOT_CONTEXT
  const [, traceId, spanId, flags] = traceparent.split('-')
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: traceId!,
    spanId: spanId!,
    traceFlags: Number.parseInt(flags!, 16),
    isRemote: true,
  })
}

function traceparentOf(span: Span): string {
  const {traceId, spanId, traceFlags} = span.spanContext()
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}
