import {expect, test} from 'vitest'
import {parseLogLine} from '../../cli/operations/read-logs.ts'
import {formatIn, type LogFormat, LOG_FORMATS} from './log-format.ts'
import {createLogger} from './logger.ts'
import {openSpan, withSpan} from './tracing.ts'

type Line = Record<string, unknown>

/** Lines at each level, the last one in a trace. */
function logged(format?: LogFormat): {lines: Line[]; texts: string[]} {
  const texts: string[] = []
  const logger = createLogger('task-service', 'debug', {write: (text) => void texts.push(text)}, undefined, format)
  logger.debug('d')
  logger.info({user_id: 'u'}, 'i')
  logger.warn('w')
  logger.error({error: new Error('no')}, 'e')
  const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  withSpan(openSpan('x', {kind: 'server', parent}), () => logger.info('in a trace'))
  return {texts, lines: texts.map((text) => JSON.parse(text) as Line)}
}
const column = (lines: readonly Line[], name: string): unknown[] => lines.slice(0, 4).map((line) => line[name])

test('by itself a line has exactly its own fields', () => {
  const {lines} = logged()
  expect(Object.keys(lines[0]!).toSorted()).toEqual(['event_id', 'level', 'message', 'service', 'timestamp', 'user_id'])
  expect(Object.keys(lines[4]!).toSorted()).toEqual(Object.keys(lines[0]!).toSorted())
  expect(column(lines, 'level')).toEqual(['DEBUG', 'INFO', 'WARN', 'ERROR'])
})

test('Cloud Logging gets its severity, its time, and the trace of its project', () => {
  const {lines} = logged({name: 'google', project: 'p1'})
  expect(column(lines, 'severity')).toEqual(['DEBUG', 'INFO', 'WARNING', 'ERROR'])
  expect(lines[0]!['time']).toBe(lines[0]!['timestamp'])
  expect(Object.keys(lines[0]!).join(' ')).not.toContain('googleapis')
  expect(lines[4]).toMatchObject({
    'logging.googleapis.com/trace': `projects/p1/traces/${'a'.repeat(32)}`,
    'logging.googleapis.com/spanId': expect.stringMatching(/^[0-9a-f]{16}$/u),
    'logging.googleapis.com/trace_sampled': true,
  })
  expect(logged({name: 'google'}).lines[4]!['logging.googleapis.com/trace']).toBe('a'.repeat(32))
})

test('Azure Monitor gets the level as it calls it, and the operation', () => {
  const {lines} = logged({name: 'azure'})
  expect(column(lines, 'level')).toEqual(['DEBUG', 'INFO', 'WARNING', 'ERROR'])
  expect(lines[4]).toMatchObject({operation_Id: 'a'.repeat(32)})
})

test('OCI Logging gets a severity, a time and the trace', () => {
  const {lines} = logged({name: 'oci'})
  expect(column(lines, 'severity')).toEqual(['DEBUG', 'INFO', 'WARNING', 'ERROR'])
  expect(lines[4]).toMatchObject({time: expect.any(String), trace_id: 'a'.repeat(32)})
})

test.each(LOG_FORMATS)('todo5 logs reads lines for %s as its own', (name) => {
  const read = logged({name}).texts.map((text) => parseLogLine(text))
  expect(read.slice(0, 4).map(({level}) => level)).toEqual(['DEBUG', 'INFO', 'WARN', 'ERROR'])
  expect(read[1]).toMatchObject({user_id: 'u', event_id: null, service: 'task-service', message: 'i'})
  for (const {timestamp} of read) expect(new Date(timestamp!).toISOString()).toBe(timestamp)
})

test('a process that has not read its configuration yet takes what is right of it', () => {
  expect(formatIn({LOG_FORMAT: 'google', LOG_PROJECT: 'p'})).toEqual({name: 'google', project: 'p'})
  expect(formatIn({LOG_FORMAT: 'gogle'})).toEqual({name: 'plain', project: undefined})
})
