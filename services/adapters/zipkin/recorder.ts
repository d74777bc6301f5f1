import type {Tracer} from '@opentelemetry/api'
import {ZipkinExporter} from '@opentelemetry/exporter-zipkin'
import {resourceFromAttributes} from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type {Logger} from '../../runtime/logger.ts'

const SEND_EVERY_MS = 500
/** Zipkin that hangs must hold up neither the spans behind it nor the end of the process. */
const SEND_WITHIN_MS = 5000
/** Some 20 MB; what is more is dropped. */
const QUEUE = 20_000

export interface SpanRecorder {
  readonly tracer: Tracer
  /** Sends what is left, for at most 5 s. */
  close(): Promise<void>
}

/**
 * Sends the spans of one service to Zipkin. `sampling`: part of the traces that begin here, 0 to 1; of those that began
 * elsewhere the traceparent decides. `clients`: of those that a client began without a wish to have them recorded it is
 * the same part; the rest of todo5 then does as this service has decided.
 */
export function openZipkinRecorder(options: {
  service: string
  /** Such as http://127.0.0.1:9411/api/v2/spans */
  endpoint: string
  sampling: number
  clients: boolean
  logger: Logger
}): SpanRecorder {
  const {service, endpoint, sampling, clients, logger} = options
  const part = new TraceIdRatioBasedSampler(sampling)
  const exporter = noticing(new ZipkinExporter({url: endpoint}), logger)
  const provider = new TracerProvider({
    // The exporter's own name for the service counts only where a resource has none, and the default one has.
    resource: resourceFromAttributes({'service.name': service}),
    sampler: new ParentBasedSampler({root: part, ...(clients && {remoteParentNotSampled: part})}),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: SEND_WITHIN_MS,
        maxQueueSize: QUEUE,
      }),
    ],
  })
  return {
    tracer: provider.getTracer('todo5'),
    async close() {
      const timer = Promise.withResolvers<void>()
      const late = setTimeout(timer.resolve, SEND_WITHIN_MS)
      try {
        await Promise.race([provider.shutdown(), timer.promise])
      } catch (error) {
        // Whoever ends has nothing to do about it; that spans are dropped is said where they are sent.
        logger.debug({error}, 'the last spans were not taken')
      } finally {
        clearTimeout(late)
      }
    },
  }
}

/** Says once when spans begin to get lost, and once when they arrive again; nothing else depends on them. */
function noticing(exporter: SpanExporter, logger: Logger): SpanExporter {
  let failing = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined
        if (failed && !failing) logger.warn({error: result.error}, 'Zipkin takes no spans; they are dropped')
        if (!failed && failing) logger.info('Zipkin takes spans again')
        failing = failed
        done(result)
      })
    },
    shutdown: async () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}
