import {randomUUID} from 'node:crypto'
import {Router} from '@koa/router'
import {DomainError} from '../../domain/errors.ts'
import {type InvocationResult, ROLE_HEADER, type ServiceInvoker, USER_HEADER} from '../../ports/service-invoker.ts'
import {type HttpContext, type HttpState, isOperator, requireUser} from '../../runtime/http-app.ts'
import {readBody} from '../../runtime/request-body.ts'
import {currentTraceparent} from '../../runtime/tracing.ts'

export interface GatewayRoute {
  /** `tasks` leads from /api/v1/tasks… to /v1/tasks… of the service; under `operator/` only operators come this far. */
  readonly prefix: string
  readonly app: string
}

export const GATEWAY_ROUTES: readonly GatewayRoute[] = [
  {prefix: 'tasks', app: 'task-service'},
  {prefix: 'operator/recurrence', app: 'task-service'},
  {prefix: 'audit', app: 'audit-service'},
]

export interface GatewayOptions {
  readonly invoker: ServiceInvoker
  readonly routes: readonly GatewayRoute[]
  /** A service that takes longer is given up, ms. Completing a task may wait 10 s by request. */
  readonly timeoutMs: number
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const HEADERS_IN = ['content-type', 'accept', 'if-match', 'idempotency-key', 'prefer']
const HEADERS_OUT = ['content-type', 'etag', 'retry-after', 'x-request-id']

/** Nothing that a URL parser behind us would read differently: no dots, no escapes, no empty segments. */
const PLAIN_PATH = /^\/api\/v1(\/[\w-]+)+$/u

/** Hands requests on to the service that owns them, in the name of the verified user, and its answers back. */
export function gatewayRoutes(options: GatewayOptions): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/api/v1'})
  for (const route of options.routes) {
    const handler = async (ctx: HttpContext) => forward(ctx, route, options)
    router.register([`/${route.prefix}`, `/${route.prefix}/*rest`], [...METHODS], handler)
  }
  return router
}

async function forward(ctx: HttpContext, route: GatewayRoute, {invoker, timeoutMs}: GatewayOptions): Promise<void> {
  const userId = requireUser(ctx)
  if (!PLAIN_PATH.test(ctx.path))
    throw new DomainError(
      'not_found',
      'route_not_found',
      `There is nothing at ${ctx.method} ${ctx.path.slice(0, 200)}.`,
    )
  const headers: Record<string, string> = {}
  for (const name of HEADERS_IN) {
    const value = ctx.get(name)
    if (value !== '') headers[name] = value
  }
  const traceparent = currentTraceparent()
  if (traceparent !== null) headers['traceparent'] = traceparent
  headers[USER_HEADER] = userId
  headers[ROLE_HEADER] = isOperator(ctx) ? 'operator' : 'user'
  const isWrite = WRITES.has(ctx.method)
  if (isWrite) {
    headers['idempotency-key'] ??= randomUUID()
    ctx.set('idempotency-key', headers['idempotency-key'])
  }
  const body = isWrite ? await readBody(ctx.req) : undefined
  const result = await within(
    timeoutMs,
    route.app,
    invoker.invoke({
      app: route.app,
      method: ctx.method,
      path: `${ctx.path.slice('/api'.length)}${ctx.search}`,
      headers,
      ...(body === undefined || body.length === 0 ? {} : {body}),
    }),
  )
  answer(ctx, result)
}

function answer(ctx: HttpContext, {status, headers, body}: InvocationResult): void {
  ctx.status = status
  for (const name of HEADERS_OUT) {
    const value = headers[name]
    if (value !== undefined) ctx.set(name, value)
  }
  const location = headers['location']
  if (location !== undefined) ctx.set('location', location.startsWith('/v1/') ? `/api${location}` : location)
  // Koa makes a 204 of an empty body unless it is told the status once more.
  ctx.body = status === 204 || status === 304 ? null : body
  ctx.status = status
}

async function within<T>(ms: number, app: string, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        new DomainError('unavailable', 'service_timeout', `${app} did not answer within ${ms / 1000} s.`, {
          hint: 'The change may have been made. Repeat it with the same Idempotency-Key: it is made once.',
          retryAfterSeconds: 2,
        }),
      )
    }, ms)
  })
  try {
    return await Promise.race([answer, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
