import {Router} from '@koa/router'
import Koa from 'koa'
import {AggregatorRegistry} from 'prom-client'
import type {ServiceInvoker} from '../../ports/service-invoker.ts'
import type {HealthResponse} from '../../contracts/status.ts'
import type {Service} from '../../runtime/service.ts'

/**
 * The operations side of all services in one process: /healthz and /metrics of everything, /<service>/healthz and
 * /<service>/metrics of each. On clusters each service has these on a port of its own.
 */
export function createOperationsApp(services: readonly Service[], invoker: ServiceInvoker): Koa {
  const router = new Router()
  const health = async (service: Service): Promise<HealthResponse> => {
    const answer = await invoker.invoke({app: service.name, method: 'GET', path: '/healthz', headers: {}})
    return JSON.parse(answer.body.toString()) as HealthResponse
  }

  router.get('/healthz', async (ctx) => {
    const reports = await Promise.all(services.map(health))
    ctx.status = reports.every((report) => report.status === 'ok') ? 200 : 503
    ctx.body = {status: ctx.status === 200 ? 'ok' : 'unavailable', services: reports}
  })
  router.get('/metrics', async (ctx) => {
    // The services share names; their default label `service` keeps the samples apart.
    const merged = AggregatorRegistry.aggregate(
      await Promise.all(services.map(async (service) => service.metrics.registry.getMetricsAsJSON())),
    )
    ctx.type = merged.contentType
    ctx.body = await merged.metrics()
  })
  for (const service of services) {
    router.get(`/${service.name}/:what`, async (ctx) => {
      const what = ctx.params['what']
      if (what !== 'healthz' && what !== 'metrics') return
      const answer = await invoker.invoke({app: service.name, method: 'GET', path: `/${what}`, headers: {}})
      ctx.status = answer.status
      ctx.type = answer.headers['content-type'] ?? 'text/plain'
      ctx.body = answer.body
    })
  }
  const app = new Koa()
  app.use(router.routes())
  return app
}
