import {Router} from '@koa/router'
import type {Registry} from 'prom-client'
import type {ServiceState} from '../contracts/operator-status.ts'
import type {Health} from './health.ts'
import type {HttpState} from './http-app.ts'
import type {Metrics} from './metrics.ts'
import {requireOperator} from './operator-only.ts'

export interface ServiceStateOptions {
  readonly health: Health
  readonly metrics: Metrics
  /** Of the service that sends them. */
  readonly reminders?: () => NonNullable<ServiceState['reminders']>
}

/**
 * GET /v1/operator/state: how this process is and what it counted, for the edge to show to operators. Sidecars let the edge
 * ask for what is under /v1 and for nothing else, so neither /healthz nor /metrics would do.
 */
export function serviceStateRoute({health, metrics, reminders}: ServiceStateOptions): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/v1/operator'})
  router.get('/state', async (ctx) => {
    requireOperator(ctx)
    const {registry} = metrics
    const [report, outbox, occurrences, deadLetters] = await Promise.all([
      health.report(),
      outboxOf(registry),
      occurrencesOf(registry),
      sumOf(registry, 'consumer_dead_letters_total'),
    ])
    ctx.body = {
      health: report,
      uptime_seconds: Math.floor(process.uptime()),
      outbox,
      reminders: reminders?.() ?? null,
      occurrences,
      dead_letters: deadLetters,
    } satisfies ServiceState
  })
  return router
}

async function outboxOf(registry: Registry): Promise<ServiceState['outbox']> {
  const waiting = await sumOf(registry, 'outbox_pending')
  return waiting === null ? null : {waiting, oldest_seconds: (await sumOf(registry, 'outbox_oldest_seconds')) ?? 0}
}

async function occurrencesOf(registry: Registry): Promise<ServiceState['occurrences']> {
  const from = async (first: number, last = first): Promise<number | null> =>
    sumOf(registry, 'open_occurrences', ({day}) => Number(day) >= first && Number(day) <= last)
  const [overdue, next24Hours, next7Days, later] = await Promise.all([from(-1), from(0), from(0, 6), from(7)])
  return overdue === null
    ? null
    : {overdue, next_24_hours: next24Hours ?? 0, next_7_days: next7Days ?? 0, later: later ?? 0}
}

type Labels = Partial<Record<string, string | number>>

/** Of all samples with such labels; null where there is no such metric. */
async function sumOf(
  registry: Registry,
  name: string,
  wanted: (labels: Labels) => boolean = () => true,
): Promise<number | null> {
  const metric = await registry.getSingleMetric(name)?.get()
  if (!metric) return null
  return metric.values.filter(({labels}) => wanted(labels)).reduce((sum, {value}) => sum + value, 0)
}
