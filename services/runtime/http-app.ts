import {randomUUID} from 'node:crypto'
import {Router} from '@koa/router'
import Koa from 'koa'
import {DomainError} from '../domain/errors.ts'
import {ROLE_HEADER, USER_HEADER} from '../ports/service-invoker.ts'
import type {Health} from './health.ts'
import type {Logger} from './logger.ts'
import type {Metrics} from './metrics.ts'
import {toProblem} from './problem.ts'
import {currentTraceparent, openSpan, withSpan, withoutTrace} from './tracing.ts'

export interface HttpState {
  requestId: string
  /** With the id of the request, and its user. */
  readonly logger: Logger
}
export type HttpContext = Koa.ParameterizedContext<HttpState>

export interface HttpAppOptions {
  readonly service: string
  readonly logger: Logger
  readonly metrics: Metrics
  readonly health: Health
  readonly routes: readonly Router<HttpState>[]
  /** Handlers before everything, also before a log line takes the user from a header; they must not throw. */
  readonly outermost?: readonly Koa.Middleware<HttpState>[]
  /** Handlers before the routes, such as the authentication of the edge. */
  readonly before?: readonly Koa.Middleware<HttpState>[]
}

/** The Koa application of one service: request ids, trace, problem+json, metrics by route template, /healthz and /metrics. */
export function createHttpApp(options: HttpAppOptions): Koa<HttpState> {
  const app = new Koa<HttpState>()
  app.silent = true // errors are answered and logged below
  for (const middleware of options.outermost ?? []) app.use(middleware)
  app.use(observe(options))
  for (const middleware of options.before ?? []) app.use(middleware)
  app.use(async (ctx, next) => {
    await next()
    // Koa's answer when no route took the request; a route that finds nothing throws by itself.
    if (ctx.status === 404 && ctx.body == null) {
      throw new DomainError('not_found', 'route_not_found', `There is nothing at ${ctx.method} ${ctx.path}.`)
    }
  })
  app.use(operations(options).routes())
  for (const router of options.routes) {
    app.use(router.routes())
    app.use(router.allowedMethods({throw: true, notImplemented: () => methodNotAllowed(), methodNotAllowed}))
  }
  return app
}

const UNTRACED = new Set(['/healthz', '/metrics'])

const methodNotAllowed = (): DomainError =>
  new DomainError('not_found', 'method_not_allowed', 'This resource does not know this method.')

function observe({logger, metrics}: HttpAppOptions): Koa.Middleware<HttpState> {
  const duration = metrics.histogram(
    'http_request_duration_seconds',
    'Time to answer a request, by route template.',
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    ['method', 'route', 'status'],
  )
  const answer: Koa.Middleware<HttpState> = async (ctx, next) => {
    const started = process.hrtime.bigint()
    const requestId = randomUUID()
    ctx.state.requestId = requestId
    // Most requests log nothing; one that does knows its user by then.
    let own: Logger | undefined
    Object.defineProperty(ctx.state, 'logger', {
      get: () => (own ??= logger.child({request_id: requestId, user_id: ctx.get(USER_HEADER) || null})),
    })
    ctx.set('x-request-id', requestId)
    const trace = currentTraceparent()
    if (trace) ctx.set('traceparent', trace)
    try {
      await next()
    } catch (error) {
      answerWithProblem(ctx, error)
    }
    const seconds = Number(process.hrtime.bigint() - started) / 1e9
    duration.observe({method: ctx.method, route: routeOf(ctx), status: String(ctx.status)}, seconds)
  }
  return async (ctx, next) => {
    // Probes come every second, and each of them asks the database.
    if (UNTRACED.has(ctx.path)) return withoutTrace(async () => answer(ctx, next))
    const parent = ctx.get('traceparent') || null
    const span = openSpan(ctx.method, {kind: 'server', parent, attributes: {'http.request.method': ctx.method}})
    await withSpan(span, async () => answer(ctx, next))
    const route = routeOf(ctx)
    span.rename(`${ctx.method} ${route}`)
    span.note({'http.route': route, 'http.response.status_code': ctx.status})
    span.end(ctx.status >= 500 ? `HTTP ${ctx.status}` : undefined)
  }
}

/** Set by the router when a route matched: the template, never the path with its ids. */
const routeOf = (ctx: object): string => (ctx as {_matchedRoute?: string})._matchedRoute ?? 'none'

function answerWithProblem(ctx: HttpContext, error: unknown): void {
  const answer = toProblem(error, ctx.state.requestId)
  if (answer.status >= 500) {
    const level = answer.status === 503 ? 'warn' : 'error'
    ctx.state.logger[level]({error, method: ctx.method, path: ctx.path}, answer.body.detail)
  }
  ctx.status = answer.status
  ctx.type = 'application/problem+json'
  ctx.body = JSON.stringify(answer.body)
  if (answer.retryAfterSeconds !== undefined) ctx.set('retry-after', String(answer.retryAfterSeconds))
}

function operations({metrics, health}: HttpAppOptions): Router<HttpState> {
  const router = new Router<HttpState>()
  router.get('/healthz', async (ctx) => {
    const report = await health.report()
    ctx.status = report.status === 'ok' ? 200 : 503
    ctx.body = report
  })
  router.get('/metrics', async (ctx) => {
    ctx.type = metrics.registry.contentType
    ctx.body = await metrics.registry.metrics()
  })
  return router
}

/** The user that the edge or the sidecar vouches for; every route of the inner services begins with this. */
export function requireUser(ctx: HttpContext): string {
  const userId = ctx.get(USER_HEADER)
  if (!userId) throw new DomainError('unauthenticated', 'no_user', 'The request carries no user.')
  return userId
}

export const isOperator = (ctx: HttpContext): boolean => ctx.get(ROLE_HEADER) === 'operator'

/** A numeric id from the path; anything else is a task that does not exist. */
export function pathId(ctx: {params?: Record<string, string>}, notFound: (id: string) => DomainError): number {
  const text = ctx.params?.['id'] ?? ''
  const id = Number(text)
  if (!/^[1-9]\d{0,15}$/u.test(text) || !Number.isSafeInteger(id)) throw notFound(text.slice(0, 50))
  return id
}
