import {Router} from '@koa/router'
import {formatInstant} from '../../contracts/instant.ts'
import {type OperatorStatusResponse, type ServiceState, serviceState} from '../../contracts/operator-status.ts'
import {SERVICE_NAMES, type ServiceName} from '../../contracts/service-names.ts'
import type {HealthResponse} from '../../contracts/status.ts'
import {DomainError} from '../../domain/errors.ts'
import type {Health} from '../../runtime/health.ts'
import type {HttpContext, HttpState} from '../../runtime/http-app.ts'
import {type CallOptions, callService} from '../call-service.ts'

/** Somebody waits who asks again soon: a service that is slower than this is away, ms. */
const PATIENCE_MS = 3000

/** GET /api/v1/operator/status; the edge lets only operators come this far. */
export function operatorStatusRoute(options: CallOptions & {readonly health: Health}): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/api/v1/operator'})
  const calls = {...options, timeoutMs: Math.min(options.timeoutMs, PATIENCE_MS)}
  router.get('/status', async (ctx) => {
    const [own, ...others] = await Promise.all([
      options.health.report(),
      ...SERVICE_NAMES.filter((name) => name !== 'chat-api').map(async (name) => stateOf(ctx, calls, name)),
    ])
    ctx.body = compose(own, others)
  })
  return router
}

interface Answered {
  readonly service: ServiceName
  /** Undefined: it did not answer. */
  readonly state: ServiceState | undefined
}

async function stateOf(ctx: HttpContext, calls: CallOptions, service: ServiceName): Promise<Answered> {
  const call = {app: service, method: 'GET', path: '/v1/operator/state', headers: {accept: 'application/json'}}
  try {
    const {status, body} = await callService(ctx, calls, call)
    return {service, state: status === 200 ? serviceState.parse(JSON.parse(body.toString())) : undefined}
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'unavailable') return {service, state: undefined}
    throw error
  }
}

function compose(own: HealthResponse, others: readonly Answered[]): OperatorStatusResponse {
  const states = others.flatMap(({state}) => state ?? [])
  const deadLetters = states.flatMap(({dead_letters: count}) => count ?? [])
  return {
    at: formatInstant(new Date()),
    services: [
      ...others.map(({service, state}) => ({
        service,
        ...(state
          ? healthOf(state.health, state.uptime_seconds)
          : {state: 'away' as const, version: null, uptime_seconds: null, failing: []}),
      })),
      {service: 'chat-api', ...healthOf(own, Math.floor(process.uptime()))},
    ],
    outbox: states.find(({outbox}) => outbox)?.outbox ?? null,
    reminders: states.find(({reminders}) => reminders)?.reminders ?? null,
    occurrences: states.find(({occurrences}) => occurrences)?.occurrences ?? null,
    dead_letters: deadLetters.length === 0 ? null : deadLetters.reduce((sum, count) => sum + count, 0),
  }
}

/** Names of checks and not their words: these are for logs, and could name a database. */
const healthOf = ({status, version, checks}: HealthResponse, uptimeSeconds: number) => ({
  state: status,
  version,
  uptime_seconds: uptimeSeconds,
  failing: Object.entries(checks).flatMap(([name, {ok}]) => (ok ? [] : [name])),
})
