import {ROOT_CONTEXT, trace} from '@opentelemetry/api'
import {expect, test} from 'vitest'
import {startSpanCollector} from '../../../test/support/span-collector.ts'
import {createLogger} from '../../runtime/logger.ts'
import {openZipkinRecorder} from './recorder.ts'

test('a span is sent under the name of its service, when the recorder is closed at the latest', async () => {
  const collector = await startSpanCollector()
  const {endpoint} = collector
  const logger = createLogger('test', 'silent')
  const recorder = openZipkinRecorder({service: 'audit-service', endpoint, sampling: 1, clients: false, logger})
  recorder.tracer.startSpan('a step').end()
  await recorder.close()
  expect(collector.spans.map(({name, localEndpoint}) => [name, localEndpoint?.serviceName])).toEqual([
    ['a step', 'audit-service'],
  ])
  await collector.stop()
})

/** Of a trace that somebody else began; 00 is not to say that it is recorded, 01 that it is. */
const begunElsewhere = (traceFlags: number) =>
  trace.setSpanContext(ROOT_CONTEXT, {traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags, isRemote: true})

test.for([
  {clients: true, sampling: 1, flags: 0, recorded: true},
  {clients: true, sampling: 0, flags: 0, recorded: false},
  {clients: true, sampling: 0, flags: 1, recorded: true},
  {clients: false, sampling: 1, flags: 0, recorded: false},
])(
  'of clients $clients, sampling $sampling, flags $flags: recorded $recorded',
  async ({clients, sampling, flags, recorded}) => {
    const recorder = openZipkinRecorder({
      service: 'chat-api',
      endpoint: 'http://127.0.0.1:9/',
      sampling,
      clients,
      logger: createLogger('test', 'silent'),
    })
    const span = recorder.tracer.startSpan('a step', {}, begunElsewhere(flags))
    expect(span.isRecording()).toBe(recorded)
    await recorder.close()
  },
)

test('ends in order when Zipkin is gone by then: spans are lost, which is said once', async () => {
  const lines: string[] = []
  const logger = createLogger('audit-service', 'info', {write: (line) => void lines.push(line)})
  // Nobody listens there.
  const endpoint = 'http://127.0.0.1:9/api/v2/spans'
  const recorder = openZipkinRecorder({service: 'audit-service', endpoint, sampling: 1, clients: false, logger})
  recorder.tracer.startSpan('a step').end()
  await recorder.close()
  expect(lines.map((line) => (JSON.parse(line) as {message: string}).message)).toEqual([
    'Zipkin takes no spans; they are dropped',
  ])
})
