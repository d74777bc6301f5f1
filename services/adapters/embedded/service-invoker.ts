import inject from 'light-my-request'
import {DomainError} from '../../domain/errors.ts'
import type {ServiceInvoker} from '../../ports/service-invoker.ts'
import type {Service} from '../../runtime/service.ts'

/** Calls another service in the same process through its whole Koa application, without a socket. */
export function createEmbeddedServiceInvoker(services: () => readonly Service[]): ServiceInvoker {
  const handlers = new Map<string, ReturnType<Service['app']['callback']>>()
  return {
    async invoke({app, method, path, headers, body}) {
      let handler = handlers.get(app)
      if (!handler) {
        const service = services().find((candidate) => candidate.name === app)
        if (!service)
          throw new DomainError('unavailable', 'service_unavailable', `${app} is not running.`, {retryAfterSeconds: 2})
        handler = service.app.callback()
        handlers.set(app, handler)
      }
      const call = handler
      const answer = await inject((request, response) => void call(request, response), {
        method: method as 'GET',
        url: path,
        headers: {...headers},
        ...(body === undefined ? {} : {payload: Buffer.from(body)}),
      })
      const flat = Object.entries(answer.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : String(value),
      ])
      return {
        status: answer.statusCode,
        headers: Object.fromEntries(flat) as Record<string, string>,
        body: answer.rawPayload,
      }
    },
  }
}
