import type {ZipkinSpan} from '../tools/zipkin.ts'

/** A step of a trace. */
export interface TraceSpan {
  readonly id: string
  /** Null when it is the first, and when its parent is not there: clients record nothing. */
  readonly parent_id: string | null
  readonly service: string
  readonly name: string
  readonly kind: 'server' | 'client' | 'producer' | 'consumer' | null
  readonly started_at: string
  /** Since the trace began, ms. */
  readonly offset_ms: number
  readonly duration_ms: number
  /** Why it failed; null when it did not. */
  readonly error: string | null
  /** How many are above it. */
  readonly depth: number
  readonly tags: Readonly<Record<string, string>>
}

export interface TraceTree {
  readonly trace_id: string
  readonly started_at: string
  /** Until the end of its last step. */
  readonly duration_ms: number
  /** In the order in which they came to it. */
  readonly services: readonly string[]
  /** Each before those below it, and those below one by the time at which they began. */
  readonly spans: readonly TraceSpan[]
}

const KINDS = {SERVER: 'server', CLIENT: 'client', PRODUCER: 'producer', CONSUMER: 'consumer'} as const

/** Undefined when there are no spans. */
export function traceTree(found: readonly ZipkinSpan[]): TraceTree | undefined {
  const spans = [...new Map(found.map((span) => [span.id, span])).values()].toSorted(byTime)
  const [first] = spans
  if (!first) return undefined
  const ids = new Set(spans.map(({id}) => id))
  const below = Map.groupBy(spans, ({id, parentId}) =>
    parentId !== undefined && parentId !== id && ids.has(parentId) ? parentId : null,
  )
  const began = first.timestamp ?? 0
  const rows: TraceSpan[] = []
  const seen = new Set<string>()
  const add = (span: ZipkinSpan, depth: number): void => {
    if (seen.has(span.id)) return
    seen.add(span.id)
    rows.push(rowOf(span, {began, depth, hasParent: depth > 0}))
    for (const child of below.get(span.id) ?? []) add(child, depth + 1)
  }
  for (const root of below.get(null) ?? []) add(root, 0)
  // What is its own ancestor, which no service of ours writes, is shown all the same.
  for (const span of spans) add(span, 0)
  return {
    trace_id: first.traceId.padStart(32, '0'),
    started_at: instantOf(began),
    duration_ms: Math.max(...rows.map(({offset_ms, duration_ms}) => round(offset_ms + duration_ms))),
    services: [...new Set(spans.map(serviceOf))],
    spans: rows,
  }
}

function rowOf(span: ZipkinSpan, at: {began: number; depth: number; hasParent: boolean}): TraceSpan {
  const {id, parentId, name, kind, timestamp = at.began, duration = 0, tags = {}} = span
  return {
    id,
    parent_id: at.hasParent ? parentId! : null,
    service: serviceOf(span),
    name: name ?? '',
    kind: KINDS[kind as keyof typeof KINDS] ?? null,
    started_at: instantOf(timestamp),
    offset_ms: round((timestamp - at.began) / 1000),
    duration_ms: round(duration / 1000),
    error: tags['error'] ?? null,
    depth: at.depth,
    tags,
  }
}

const serviceOf = ({localEndpoint}: ZipkinSpan): string => localEndpoint?.serviceName ?? 'unknown'
const byTime = (a: ZipkinSpan, b: ZipkinSpan): number => (a.timestamp ?? 0) - (b.timestamp ?? 0)
const instantOf = (microseconds: number): string => new Date(microseconds / 1000).toISOString()
/** To the microsecond, which is what Zipkin knows. */
const round = (ms: number): number => Math.round(ms * 1000) / 1000
