import {Router} from '@koa/router'
import {isAPIError} from 'better-auth/api'
import {z} from 'zod'
import {
  changePasswordRequest,
  createApiKeyRequest,
  deleteApiKeyRequest,
  deviceCodeRequest,
  deviceDecisionRequest,
  deviceQuery,
  deviceTokenRequest,
  getApiKeyQuery,
  listApiKeysQuery,
  requestPasswordResetRequest,
  resetPasswordRequest,
  revokeSessionRequest,
  sessionResponse,
  signInLinkRequest,
  signInRequest,
  signUpRequest,
  updateApiKeyRequest,
} from '../../contracts/account.ts'
import {DomainError, type ErrorKind} from '../../domain/errors.ts'
import type {HttpContext, HttpState} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import type {Accounts} from '../accounts/accounts.ts'
import {CLIENT_ADDRESS_HEADER, apiKeyOf} from '../accounts/auth-options.ts'

interface AuthRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: z.ZodType
  readonly query?: z.ZodType
  /** The body as Better Auth wants it. */
  readonly rewrite?: (accounts: Accounts, body: never) => Promise<unknown>
  /** The answer as clients get it. */
  readonly present?: (answer: string, ctx: HttpContext) => string
}

const nothing = z.strictObject({})

/** What of Better Auth is open to clients; everything else of it has no route. */
export const AUTH_ROUTES: readonly AuthRoute[] = [
  {method: 'POST', path: '/sign-up/email', body: signUpRequest},
  {method: 'POST', path: '/sign-in/email', body: signInRequest},
  {method: 'POST', path: '/sign-out', body: nothing},
  {method: 'POST', path: '/sign-in/link', body: signInLinkRequest},
  {method: 'GET', path: '/get-session', present: withoutKey},
  {method: 'GET', path: '/list-sessions', present: withoutTokens},
  {method: 'POST', path: '/revoke-session', body: revokeSessionRequest, rewrite: tokenOfSession},
  {method: 'POST', path: '/revoke-other-sessions', body: nothing},
  {method: 'POST', path: '/change-password', body: changePasswordRequest},
  {method: 'POST', path: '/request-password-reset', body: requestPasswordResetRequest},
  {method: 'POST', path: '/reset-password', body: resetPasswordRequest},
  {method: 'POST', path: '/device/code', body: deviceCodeRequest},
  {method: 'POST', path: '/device/token', body: deviceTokenRequest},
  {method: 'GET', path: '/device', query: deviceQuery},
  {method: 'POST', path: '/device/approve', body: deviceDecisionRequest},
  {method: 'POST', path: '/device/deny', body: deviceDecisionRequest},
  {method: 'POST', path: '/api-key/create', body: createApiKeyRequest},
  {method: 'POST', path: '/api-key/update', body: updateApiKeyRequest},
  {method: 'POST', path: '/api-key/delete', body: deleteApiKeyRequest},
  {method: 'GET', path: '/api-key/get', query: getApiKeyQuery},
  {method: 'GET', path: '/api-key/list', query: listApiKeysQuery},
  {method: 'GET', path: '/jwks'},
]

/** Better Auth sees these headers and no other. */
const HEADERS_IN = ['authorization', 'cookie', 'origin', 'referer', 'user-agent', 'x-api-key', CLIENT_ADDRESS_HEADER]
/** Node's fetch sends sec-fetch-mode too, but no Origin, which no browser leaves out of a POST: so only beside one. */
const BROWSER_HEADERS_IN = ['sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site']
const HEADERS_OUT = ['content-type', 'set-auth-token']

/** /api/auth/*: we validate (all faults at once, nothing that the database cannot store), Better Auth answers. */
export function authRoutes(accounts: Accounts): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/api/auth'})
  for (const route of AUTH_ROUTES) {
    router.register(route.path, [route.method], async (ctx: HttpContext) => {
      const answer = await handled(accounts, await toRequest(accounts, route, ctx))
      if (route.method === 'POST') accounts.forgetVerifiedKeys()
      if (answer.status >= 400) throw await refusal(answer)
      ctx.status = answer.status
      for (const name of HEADERS_OUT) {
        const value = answer.headers.get(name)
        if (value !== null) ctx.set(name, value)
      }
      const cookies = answer.headers.getSetCookie()
      if (cookies.length > 0) ctx.set('set-cookie', cookies)
      const text = await answer.text()
      ctx.body = route.present ? route.present(text, ctx) : text
    })
  }
  return router
}

/** To a key Better Auth answers a session with the key itself as its token; a key is shown once, when it is made. */
function withoutKey(text: string, ctx: HttpContext): string {
  const key = apiKeyOf({get: (name) => ctx.get(name) || null})
  return key === null ? text : text.replaceAll(key, '')
}

/** With the token of a session one is signed in as on that device. */
function withoutTokens(text: string): string {
  return JSON.stringify(z.array(sessionResponse).parse(JSON.parse(text)))
}

/** Better Auth looks whether the session is of whoever asks. */
async function tokenOfSession(
  accounts: Accounts,
  {id}: z.infer<typeof revokeSessionRequest>,
): Promise<{token: string}> {
  return {token: (await accounts.sessionToken(id)) ?? 'none'}
}

async function toRequest(accounts: Accounts, route: AuthRoute, ctx: HttpContext): Promise<Request> {
  let body = route.body === undefined ? undefined : validate(route.body, await readJson(ctx.req))
  if (route.rewrite) body = await route.rewrite(accounts, body as never)
  const query = validate(route.query ?? nothing, {...ctx.query}) as Record<string, unknown>
  // The address is ours, not what the client wrote into Host.
  const url = new URL(`/api/auth${route.path}`, accounts.publicOrigin)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
  const headers = new Headers()
  const isBrowser = ctx.get('origin') !== '' || ctx.get('cookie') !== ''
  for (const name of isBrowser ? [...HEADERS_IN, ...BROWSER_HEADERS_IN] : HEADERS_IN) {
    const value = ctx.get(name)
    if (value !== '') headers.set(name, value)
  }
  if (body === undefined) return new Request(url, {method: route.method, headers})
  headers.set('content-type', 'application/json')
  return new Request(url, {method: route.method, headers, body: JSON.stringify(body)})
}

async function handled(accounts: Accounts, request: Request): Promise<Response> {
  try {
    return await accounts.handle(request)
  } catch (error) {
    if (isAPIError(error)) throw asDomainError(error.statusCode, error.body ?? {}, undefined, error)
    throw error
  }
}

async function refusal(answer: Response): Promise<DomainError> {
  const text = await answer.text()
  const body = text.startsWith('{') ? (JSON.parse(text) as RefusalBody) : {}
  const retryAfter = Number(answer.headers.get('x-retry-after') ?? Number.NaN)
  return asDomainError(answer.status, body, Number.isFinite(retryAfter) ? Math.max(1, retryAfter) : undefined)
}

interface RefusalBody {
  readonly code?: string
  readonly message?: string
  /** Of the routes for devices, as RFC 8628 names it. */
  readonly error?: string
  readonly error_description?: string
}

const KINDS: Readonly<Record<number, ErrorKind>> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  422: 'invalid',
  429: 'rate_limited',
}

const KIND_OF_CODE: Readonly<Record<string, ErrorKind>> = {
  user_already_exists_use_another_email: 'conflict',
  // What Better Auth says when the insert failed, as when two sign up with one address at once, or the database goes.
  failed_to_create_user: 'unavailable',
  authorization_pending: 'conflict',
  slow_down: 'rate_limited',
  access_denied: 'forbidden',
  expired_token: 'conflict',
  invalid_grant: 'conflict',
}

/** What a client can do nothing about but waiting as long as it was told. */
const SLOW_DOWN_SECONDS = 5

/** Better Auth's refusals as ours: its code in lower case, its message. */
function asDomainError(
  status: number,
  body: RefusalBody,
  retryAfterSeconds: number | undefined,
  cause?: unknown,
): DomainError {
  const code = codeOf(status, body)
  const kind = KIND_OF_CODE[code] ?? KINDS[status] ?? 'unavailable'
  const wait =
    retryAfterSeconds ?? (kind === 'unavailable' ? 2 : kind === 'rate_limited' ? SLOW_DOWN_SECONDS : undefined)
  return new DomainError(kind, code, body.message ?? body.error_description ?? 'The request was refused.', {
    ...(wait === undefined ? {} : {retryAfterSeconds: wait, hint: 'Wait as long as Retry-After says, then try again.'}),
    ...(cause === undefined ? {} : {cause}),
  })
}

function codeOf(status: number, {code, error}: RefusalBody): string {
  if (code !== undefined) return code.toLowerCase()
  // Ours is for requests that list their faults.
  if (error !== undefined) return error === 'invalid_request' ? 'invalid_device_request' : error
  return status === 429 ? 'rate_limited' : `auth_${status}`
}
