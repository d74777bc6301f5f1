import {afterEach, expect, test, vi} from 'vitest'
import {traceOf} from '../../../../contracts/trace-context.ts'
import {converse, read, write} from './client.ts'

afterEach(() => vi.unstubAllGlobals())

test('each request begins a trace, and whether it is recorded is left to todo5', async () => {
  const sent: Headers[] = []
  vi.stubGlobal('fetch', async (_url: string, {headers}: RequestInit) => {
    sent.push(new Headers(headers))
    return Response.json({})
  })
  await read('/tasks')
  await write('POST', '/tasks', {body: {title: 'X'}})
  await converse({}, null)
  const traces = sent.map((headers) => traceOf(headers.get('traceparent') ?? ''))
  expect(traces.map((trace) => trace?.flags)).toEqual(['00', '00', '00'])
  expect(new Set(traces.map((trace) => trace?.id)).size).toBe(3)
})
