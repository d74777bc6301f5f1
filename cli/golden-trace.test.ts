import {createServer, type Server} from 'node:http'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {FakeApi} from './testing/fake-api.ts'
import {NOW, runCli, type RunOptions, transcript} from './testing/run-cli.ts'
import type {ZipkinSpan} from './tools/zipkin.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const OLDER = '4bf92f3577b34da6a3ce929d0e0e4736'
const EVENT = '018f0000-0000-7000-8000-0000000000e1'

/** A request of a client, which records nothing, on to Kafka and a consumer that failed once. */
const SPANS: readonly ZipkinSpan[] = [
  span('4', {service: 'task-service', name: 'publish task.completed', parentId: '3', at: 45, took: 8}),
  span('5', {service: 'audit-service', name: 'handle task.completed', parentId: '4', at: 61, took: 4}),
  span('6', {
    service: 'recurring-task-service',
    name: 'handle task.completed',
    parentId: '4',
    at: 58,
    took: 30.25,
    tags: {error: 'deadlock detected\u001B[31m'},
  }),
  span('1', {service: 'chat-api', name: 'post /api/v1/tasks/*rest', parentId: 'c', kind: 'SERVER', at: 0, took: 50}),
  span('3', {service: 'task-service', name: 'database transaction', parentId: '2', at: 12.5, took: 20}),
  span('2', {service: 'task-service', name: 'post /v1/tasks/:id/complete', parentId: '1', at: 10, took: 36}),
]

interface Step {
  readonly service: string
  readonly name: string
  readonly parentId: string
  readonly kind?: string
  /** ms after the trace began. */
  readonly at: number
  readonly took: number
  readonly tags?: Readonly<Record<string, string>>
}

function span(id: string, {service, name, parentId, kind = 'CLIENT', at, took, tags = {}}: Step): ZipkinSpan {
  const timestamp = (NOW - 60_000 + at) * 1000
  return {
    traceId: TRACE,
    id,
    parentId,
    name,
    kind,
    timestamp,
    duration: took * 1000,
    localEndpoint: {serviceName: service},
    tags,
  }
}

let api: FakeApi
let zipkin: Server
let url: string
let asked: string[]
let answers: Record<string, readonly ZipkinSpan[]>
beforeEach(async () => {
  asked = []
  answers = {[TRACE]: SPANS}
  api = await FakeApi.start(NOW)
  zipkin = createServer((request, response) => {
    const {pathname, searchParams} = new URL(request.url!, 'http://zipkin')
    asked.push(pathname)
    const [, event] = searchParams.get('annotationQuery')?.split('=') ?? []
    const found = answers[event ?? pathname.replace('/api/v2/trace/', '')]
    if (event === undefined && !found) response.writeHead(404).end('not there')
    else response.end(JSON.stringify(event === undefined ? found : found ? [found] : []))
  })
  await new Promise<void>((resolve) => zipkin.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(zipkin.address() as AddressInfo).port}`
})
afterEach(async () => {
  await api.stop()
  zipkin.closeAllConnections()
  await new Promise((resolve) => zipkin.close(resolve))
})

const trace = async (line: string[], options: RunOptions = {}): Promise<string> =>
  transcript(await runCli(['trace', ...line, '--zipkin-url', url], {api, ...options})).replaceAll(url, 'URL')

test('a trace on a terminal: what is below what, when, how long', async () => {
  expect(await trace([TRACE], {tty: 80})).toMatchInlineSnapshot(`
    "88 ms in 6 steps of 4 services, 20 Nov 09:59:00
    trace 0af7651916cd43dd8448eb211c80319c

    STEP                            SERVICE             AT    TOOK
    post /api/v1/tasks/*rest        chat-api        0.0 ms   50 ms  ━━━━━━━━━
     post /v1/tasks/:id/complete    task             10 ms   36 ms   ━━━━━━━
      database transaction          task             13 ms   20 ms    ━━━━
       publish task.completed       task             45 ms  8.0 ms          ━━
        handle task.completed ✖ d…  recurring-task   58 ms   30 ms            ━━━━━━
        handle task.completed       audit            61 ms  4.0 ms             ━
    (exit 0)"
  `)
  expect(await trace([TRACE], {tty: 50})).toMatchInlineSnapshot(`
    "88 ms in 6 steps of 4 services, 20 Nov 09:59:00
    trace 0af7651916cd43dd8448eb211c80319c

    STEP                SERVICE             AT    TOOK
    post /api/v1/task…  chat-api        0.0 ms   50 ms
     post /v1/tasks/:…  task             10 ms   36 ms
      database transa…  task             13 ms   20 ms
       publish task.c…  task             45 ms  8.0 ms
        handle task.c…  recurring-task   58 ms   30 ms
        handle task.c…  audit            61 ms  4.0 ms
    (exit 0)"
  `)
  expect(await trace([TRACE], {tty: 80, env: {TODO5_ASCII: '1'}})).toContain('====')
  expect(await trace([TRACE], {tty: 80, env: {TODO5_ACCESSIBLE: '1'}})).toContain('step: post /v1/tasks/:id/complete\n')
})

test('in a pipe nothing is cut, and as JSON each step has its parent', async () => {
  expect(await trace([TRACE])).toMatchInlineSnapshot(`
    "88 ms in 6 steps of 4 services, 2026-11-20 09:59+01:00
    trace 0af7651916cd43dd8448eb211c80319c

    STEP                                                SERVICE             AT    TOOK
    post /api/v1/tasks/*rest                            chat-api        0.0 ms   50 ms
     post /v1/tasks/:id/complete                        task             10 ms   36 ms
      database transaction                              task             13 ms   20 ms
       publish task.completed                           task             45 ms  8.0 ms
        handle task.completed ✖ deadlock detected [31m  recurring-task   58 ms   30 ms
        handle task.completed                           audit            61 ms  4.0 ms
    (exit 0)"
  `)
  const {spans, ...whole} = JSON.parse((await runCli(['trace', TRACE, '--zipkin-url', url, '--json'], {api})).stdout)
  expect(whole).toEqual({
    trace_id: TRACE,
    started_at: '2026-11-20T08:59:00.000Z',
    duration_ms: 88.25,
    services: ['chat-api', 'task-service', 'recurring-task-service', 'audit-service'],
    event: null,
    others: [],
  })
  expect(spans).toHaveLength(6)
  expect(spans[0]).toMatchObject({parent_id: null, depth: 0, kind: 'server', offset_ms: 0, duration_ms: 50})
  expect(spans[4]).toMatchObject({parent_id: '4', depth: 4, offset_ms: 58, error: 'deadlock detected\u001B[31m'})
})

test('the id of an event, and a traceparent, find it, too', async () => {
  answers[EVENT] = SPANS
  const found = await trace([TRACE])
  expect(await trace([EVENT])).toBe(found)
  expect(await trace([`00-${TRACE}-00f067aa0ba902b7-01`])).toBe(found)
  expect(await trace([EVENT.toUpperCase()])).toBe(found)
  expect(asked).toEqual(
    ['/api/v2/trace', '/api/v2/traces', '/api/v2/trace', '/api/v2/traces'].map((path) =>
      path === '/api/v2/trace' ? `${path}/${TRACE}` : path,
    ),
  )
})

test('what is not there, and where nothing is recorded', async () => {
  expect(await trace([OLDER])).toMatchInlineSnapshot(`
    "| Error: Zipkin knows no trace of the id 4bf92f3577b34da6a3ce929d0e0e4736.  [trace_not_found, exit 3]
    | Try:   spans come within some seconds: try again
    |        Zipkin forgets when it is started again, and a sampling below 1 leaves traces out
    |        todo5 logs --event ID        what was logged
    (exit 3)"
  `)
  expect(await trace([EVENT])).toContain(`Zipkin knows no trace of event ${EVENT}.`)
  const nowhere = ['trace', TRACE, '--zipkin-url']
  expect(transcript(await runCli([...nowhere, 'zipkin'], {api}))).toContain('[invalid_zipkin_url, exit 2]')
  expect(transcript(await runCli([...nowhere, 'http://127.0.0.1:9'], {api}))).toContain('[zipkin_unreachable, exit 6]')
  const elsewhere = transcript(await runCli(['trace', TRACE], {api})).replaceAll(/127\.0\.0\.1:\d+/gu, 'todo5.example')
  expect(elsewhere).toMatchInlineSnapshot(`
    "| Error: todo5.example is not on this machine, and nothing says where its Zipkin is.
    |        [no_traces, exit 4]
    | Try:   --zipkin-url URL, or TODO5_ZIPKIN_URL
    (exit 4)"
  `)
})

test('local keeps none, and host only with Zipkin', async () => {
  const home = await mkdtemp(join(tmpdir(), 'todo5-trace-'))
  try {
    await mkdir(join(home, 'state'), {recursive: true})
    const state = {pid: process.pid, version: '0', api_url: `${api.url}/api/v1`, database_url: null}
    await writeFile(join(home, 'state', 'local.json'), JSON.stringify(state))
    const credentials = {local: {api_key: api.key}}
    await writeFile(join(home, 'state', 'credentials.json'), JSON.stringify(credentials), {mode: 0o600})
    expect(transcript(await runCli(['trace'], {home}))).toMatchInlineSnapshot(`
      "| Error: local keeps no traces: everything is one process there.  [no_traces, exit 4]
      | Try:   todo5 task history ID        what happened to a task, and when
      |        todo5 up host        has them, with Zipkin: todo5 toolchain install zipkin
      (exit 4)"
    `)
  } finally {
    await rm(home, {recursive: true})
  }
})
