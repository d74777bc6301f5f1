import {expect, test} from 'vitest'
import {startSpanCollector} from '../../../test/support/span-collector.ts'
import {createLogger} from '../../runtime/logger.ts'
import {openZipkinRecorder} from './recorder.ts'

test('a span is sent under the name of its service, when the recorder is closed at the latest', async () => {
  const collector = await startSpanCollector()
  const {endpoint} = collector
  const logger = createLogger('test', 'silent')
  const recorder = openZipkinRecorder({service: 'audit-service', endpoint, sampling: 1, logger})
  recorder.tracer.startSpan('a step').end()
  await recorder.close()
  expect(collector.spans.map(({name, localEndpoint}) => [name, localEndpoint?.serviceName])).toEqual([
    ['a step', 'audit-service'],
  ])
  await collector.stop()
})
