import {DomainError} from '../../domain/errors.ts'
import type {ServiceInvoker} from '../../ports/service-invoker.ts'
import {currentTraceparent, inStep} from '../../runtime/tracing.ts'
import {unhideRefusal} from './refusal.ts'
import {type Sidecar, failureOf} from './sidecar.ts'

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Completing a task may wait 10 s by request. */
const TIMEOUT_MS = 20_000

/** Calls other services through the sidecars: mTLS between them, and the other one's list of who may call it. */
export function createDaprServiceInvoker(options: {sidecar: Sidecar; timeoutMs?: number}): ServiceInvoker {
  const {sidecar, timeoutMs = TIMEOUT_MS} = options
  return {
    async invoke({app, method, path, headers, body}) {
      const answer = await inStep(`call ${app}`, {kind: 'client'}, async () => {
        const traceparent = currentTraceparent()
        return sidecar.call({
          method,
          path: `/v1.0/invoke/${encodeURIComponent(app)}/method${path}`,
          headers: {...headers, ...(traceparent !== null && {traceparent})},
          body,
          timeoutMs,
          repeatable: READS.has(method) || 'idempotency-key' in headers,
        })
      })
      // Every answer of a service carries this header; one without it is a sidecar's, ours or the other one's.
      if (answer.headers['x-request-id'] === undefined) {
        throw new DomainError('unavailable', 'service_unavailable', `${app} cannot be reached.`, {
          retryAfterSeconds: 2,
          cause: new Error(failureOf(answer)),
        })
      }
      return unhideRefusal(answer)
    },
  }
}
