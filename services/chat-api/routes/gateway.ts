import {randomUUID} from 'node:crypto'
import {Router} from '@koa/router'
import {DomainError} from '../../domain/errors.ts'
import type {HttpContext, HttpState} from '../../runtime/http-app.ts'
import {readBody} from '../../runtime/request-body.ts'
import {type CallOptions, callService, passOn} from '../call-service.ts'

export interface GatewayRoute {
  /** `tasks` leads from /api/v1/tasks… to /v1/tasks… of the service; under `operator/` only operators come this far. */
  readonly prefix: string
  readonly app: string
}

export const GATEWAY_ROUTES: readonly GatewayRoute[] = [
  {prefix: 'tasks', app: 'task-service'},
  {prefix: 'undo', app: 'task-service'},
  {prefix: 'operator/recurrence', app: 'task-service'},
  {prefix: 'reminders', app: 'notification-service'},
  {prefix: 'audit', app: 'audit-service'},
]

export interface GatewayOptions extends CallOptions {
  readonly routes: readonly GatewayRoute[]
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const HEADERS_IN = ['content-type', 'accept', 'if-match', 'idempotency-key', 'prefer']

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

async function forward(ctx: HttpContext, route: GatewayRoute, options: GatewayOptions): Promise<void> {
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
  const isWrite = WRITES.has(ctx.method)
  if (isWrite) {
    headers['idempotency-key'] ??= randomUUID()
    ctx.set('idempotency-key', headers['idempotency-key'])
  }
  const body = isWrite ? await readBody(ctx.req) : undefined
  const path = `${ctx.path.slice('/api'.length)}${ctx.search}`
  passOn(ctx, await callService(ctx, options, {app: route.app, method: ctx.method, path, headers, body}))
}
