/**
 * `npm run bench -- tracing`: what a request costs in CPU with traces and without, at several samplings. The request goes
 * through the HTTP application of a service and five steps below it, as a completion has; what it does besides is nothing, so
 * this is the most that tracing can add in proportion.
 */
import {fork, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {parseArgs} from 'node:util'
import {Router} from '@koa/router'
import inject from 'light-my-request'
import {openZipkinRecorder} from '../../../services/adapters/zipkin/recorder.ts'
import {Health} from '../../../services/runtime/health.ts'
import {createHttpApp, type HttpState} from '../../../services/runtime/http-app.ts'
import {createLogger} from '../../../services/runtime/logger.ts'
import {Metrics} from '../../../services/runtime/metrics.ts'
import {inStep, recordSpans} from '../../../services/runtime/tracing.ts'
import {median} from '../statistics.ts'
import {surroundings} from '../surroundings.ts'
import type {Report} from './report.ts'

export {print} from './report.ts'

export const usage = '[--rounds N] [--requests N] (1 minute, Linux)'

const STEPS = ['call task-service', 'database transaction', 'publish event', 'handle event', 'database transaction']
/** Null: nothing records spans. */
const SAMPLINGS = [null, 0, 0.1, 1]

let sink: ChildProcess | undefined

export async function run(args: readonly string[]): Promise<Report> {
  const {values} = parseArgs({
    args: [...args],
    options: {rounds: {type: 'string', default: '15'}, requests: {type: 'string', default: '2000'}},
  })
  const [rounds, requests] = [Number(values.rounds), Number(values.requests)]
  // Another process takes the spans: its CPU is Zipkin's.
  sink = fork(new URL('sink.ts', import.meta.url))
  const [port] = (await once(sink, 'message')) as [number]
  const endpoint = `http://127.0.0.1:${port}/api/v2/spans`
  const taken = SAMPLINGS.map((): number[] => [])
  try {
    const app = application()
    for (const sampling of SAMPLINGS) await cpuOfRequests(app, {sampling, endpoint, requests: 500})
    for (let round = 0; round < rounds; round++) {
      // Another order each time: what the machine does besides falls on all of them.
      const order = SAMPLINGS.map((_, place) => (place + round) % SAMPLINGS.length)
      for (const place of order) {
        taken[place]!.push(await cpuOfRequests(app, {sampling: SAMPLINGS[place]!, endpoint, requests}))
      }
    }
  } finally {
    await stop()
  }
  const [without] = taken
  return {
    bench: 'tracing',
    ...(await surroundings()),
    rounds,
    requests,
    spans_per_request: STEPS.length + 1,
    samplings: SAMPLINGS.map((sampling, place) => ({
      sampling,
      cpu_us_per_request: median(taken[place]!),
      ratio: median(taken[place]!.map((own, round) => own / without![round]!)),
    })),
  }
}

export async function stop(): Promise<void> {
  recordSpans(undefined)
  sink?.kill()
}

function application(): inject.DispatchFunc {
  const router = new Router<HttpState>()
  router.post('/tasks/:id/complete', async (ctx) => {
    await step(0)
    ctx.body = {id: 1}
  })
  const step = async (place: number): Promise<void> => {
    const name = STEPS[place]
    if (name === undefined) return
    await inStep(name, {kind: 'client', attributes: {'db.system.name': 'postgresql'}}, async () => step(place + 1))
  }
  const logger = createLogger('bench', 'silent')
  const metrics = new Metrics('bench')
  const app = createHttpApp({service: 'bench', logger, metrics, health: new Health('bench', {}), routes: [router]})
  const handler = app.callback()
  return (request, response) => void handler(request, response)
}

/** µs of CPU for each, until all spans are sent. */
async function cpuOfRequests(
  app: inject.DispatchFunc,
  {sampling, endpoint, requests}: {sampling: number | null; endpoint: string; requests: number},
): Promise<number> {
  const logger = createLogger('bench', 'silent')
  const recorder =
    sampling === null ? undefined : openZipkinRecorder({service: 'bench', endpoint, sampling, clients: true, logger})
  recordSpans(recorder?.tracer)
  const before = process.cpuUsage()
  for (let done = 0; done < requests; done++) await inject(app, {method: 'POST', url: '/tasks/1/complete'})
  await recorder?.close()
  const {user, system} = process.cpuUsage(before)
  recordSpans(undefined)
  return (user + system) / requests
}
