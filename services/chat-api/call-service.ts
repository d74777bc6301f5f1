import type {Role} from '../contracts/account.ts'
import {DomainError} from '../domain/errors.ts'
import {type InvocationResult, ROLE_HEADER, type ServiceInvoker, USER_HEADER} from '../ports/service-invoker.ts'
import {type HttpContext, isOperator, requireUser} from '../runtime/http-app.ts'
import {currentTraceparent} from '../runtime/tracing.ts'

export interface CallOptions {
  readonly invoker: ServiceInvoker
  /** A service that takes longer is given up, ms. Completing a task may wait 10 s by request. */
  readonly timeoutMs: number
}

export interface ServiceCall {
  readonly app: string
  readonly method: string
  /** With the query string, from the root of the other application. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
}

/** Who a service is called for; as the edge verified it, never as somebody says. */
export interface CallingUser {
  readonly userId: string
  readonly role: Role
}

export const callingUser = (ctx: HttpContext): CallingUser => ({
  userId: requireUser(ctx),
  role: isOperator(ctx) ? 'operator' : 'user',
})

/** Calls an inner service in the name of the verified user of a request; any status is a result. */
export const callService = async (
  ctx: HttpContext,
  options: CallOptions,
  call: ServiceCall,
): Promise<InvocationResult> => callServiceAs(callingUser(ctx), options, call)

/** The same where there is no request of their own, as for a tool. */
export async function callServiceAs(
  {userId, role}: CallingUser,
  {invoker, timeoutMs}: CallOptions,
  {app, method, path, headers, body}: ServiceCall,
): Promise<InvocationResult> {
  const traceparent = currentTraceparent()
  const answer = invoker.invoke({
    app,
    method,
    path,
    headers: {
      ...headers,
      ...(traceparent === null ? {} : {traceparent}),
      [USER_HEADER]: userId,
      [ROLE_HEADER]: role,
    },
    ...(body === undefined || body.length === 0 ? {} : {body}),
  })
  return within(timeoutMs, app, answer)
}

const HEADERS_OUT = ['content-type', 'etag', 'retry-after', 'x-request-id']

/** Answers a request as an inner service answered it. */
export function passOn(ctx: HttpContext, {status, headers, body}: InvocationResult): void {
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
