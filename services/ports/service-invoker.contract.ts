import {describe, expect, test} from 'vitest'
import type {ServiceInvoker} from './service-invoker.ts'

/** What reached the other service. */
export interface ReceivedCall {
  readonly method: string
  /** With the query string. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** How the other service, `audit-service`, answers. */
export type AnswerCall = (call: ReceivedCall) => {status: number; headers?: Record<string, string>; body?: string}

/** What every invoker promises. */
export function describeServiceInvoker(
  name: string,
  withInvoker: (answer: AnswerCall, work: (invoker: ServiceInvoker) => Promise<void>) => Promise<void>,
): void {
  describe(`${name} as a service invoker`, () => {
    const problem = {'content-type': 'application/problem+json', 'x-request-id': 'r'}
    const answer: AnswerCall = ({path, ...call}) => {
      if (path.startsWith('/v1/missing')) return {status: 404, headers: problem, body: '{"code":"task_not_found"}'}
      if (path.startsWith('/v1/broken')) return {status: 500, headers: problem, body: '{"code":"internal_error"}'}
      if (path.startsWith('/v1/gone')) return {status: 204, headers: {'x-request-id': 'r'}}
      const headers = {'content-type': 'application/json', 'x-request-id': 'r', etag: '"7"'}
      return {status: 201, headers, body: JSON.stringify({path, ...call})}
    }

    test('method, path, query, headers and body arrive, and the answer comes back whole', async () =>
      withInvoker(answer, async (invoker) => {
        const result = await invoker.invoke({
          app: 'audit-service',
          method: 'POST',
          path: '/v1/tasks/12?limit=5&search=a%20b%26c',
          headers: {'content-type': 'application/json', 'idempotency-key': 'k-1', 'if-match': '"6"'},
          body: '{"title":"günaydın"}',
        })
        expect(result.status).toBe(201)
        expect(result.headers).toMatchObject({etag: '"7"', 'x-request-id': 'r'})
        expect(result.headers['content-type']).toMatch(/^application\/json/u)
        const received = JSON.parse(result.body.toString()) as ReceivedCall
        expect(received).toMatchObject({method: 'POST', body: '{"title":"günaydın"}'})
        expect(new URL(received.path, 'http://x').pathname).toBe('/v1/tasks/12')
        expect(Object.fromEntries(new URL(received.path, 'http://x').searchParams)).toEqual({
          limit: '5',
          search: 'a b&c',
        })
        expect(received.headers).toMatchObject({'idempotency-key': 'k-1', 'if-match': '"6"'})
      }))

    test('every status of the other service is a result, not an error', async () =>
      withInvoker(answer, async (invoker) => {
        const get = async (path: string) => invoker.invoke({app: 'audit-service', method: 'GET', path, headers: {}})
        expect(await get('/v1/missing')).toMatchObject({status: 404, body: Buffer.from('{"code":"task_not_found"}')})
        expect(await get('/v1/broken')).toMatchObject({status: 500, body: Buffer.from('{"code":"internal_error"}')})
        expect(await get('/v1/gone')).toMatchObject({status: 204, body: Buffer.alloc(0)})
      }))

    test('a service that is not there is unavailable', async () =>
      withInvoker(answer, async (invoker) => {
        const call = {app: 'recurring-task-service', method: 'GET', path: '/v1/x', headers: {}}
        await expect(invoker.invoke(call)).rejects.toMatchObject({kind: 'unavailable', retryAfterSeconds: 2})
      }))
  })
}
