import type {Middleware} from 'koa'
import {DomainError} from '../domain/errors.ts'
import {ROLE_HEADER, USER_HEADER} from '../ports/service-invoker.ts'
import type {HttpState} from '../runtime/http-app.ts'
import type {Accounts} from './accounts/accounts.ts'
import {CLIENT_ADDRESS_HEADER, hasSessionCookie} from './accounts/auth-options.ts'
import type {Identified} from './accounts/identity.ts'
import {clientAddress} from './client-address.ts'
import type {CalendarLinks} from './calendar/calendar-links.ts'
import type {AddressLimits} from './limits.ts'

const OURS = 'x-todo5-'
const API = /^\/(?:api\/(?:v1|chat)|chatkit)(\/|$)/iu
const OPERATOR = /^\/api\/v1\/operator(\/|$)/iu
/** Calendar programs can send no header: the address has the token of a link, which opens this path alone. */
const CALENDAR = '/api/v1/calendar.ics'
const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Before everything else: headers by which todo5 tells itself who somebody is are removed from what clients send, and the
 * client's address is written down by us.
 */
export function dropClaims(trustedProxyHops: number): Middleware<HttpState> {
  return async (ctx, next) => {
    const {headers} = ctx.req
    for (const name of Object.keys(headers)) if (name.startsWith(OURS)) delete headers[name]
    headers[CLIENT_ADDRESS_HEADER] = clientAddress(ctx.req, trustedProxyHops)
    ctx.set('x-content-type-options', 'nosniff')
    if (ctx.path.startsWith('/api/')) ctx.set('cache-control', 'no-store')
    await next()
  }
}

export interface AuthenticationOptions {
  readonly accounts: Accounts
  readonly limits: AddressLimits
  readonly calendarLinks: Pick<CalendarLinks, 'userOf'>
  /** Origins whose pages may act with the cookie of a signed-in browser. */
  readonly trustedOrigins: readonly string[]
}

/**
 * Whatever is under /api/v1 and /api/chat, and /chatkit, needs a valid key or session, and /api/v1/operator the role
 * too; the routes then find the user where the inner services find it. Limits by address hold for everything.
 */
export function authenticate(options: AuthenticationOptions): Middleware<HttpState> {
  const trusted = new Set([options.accounts.publicOrigin, ...options.trustedOrigins])
  return async (ctx, next) => {
    const address = ctx.get(CLIENT_ADDRESS_HEADER)
    await options.limits.request(address)
    if (!API.test(ctx.path)) return next()
    const token = ctx.path === CALENDAR && ctx.method === 'GET' ? ctx.query['token'] : undefined
    if (typeof token === 'string') {
      ctx.req.headers[USER_HEADER] = await ownerOfLink(options, token, address)
      ctx.req.headers[ROLE_HEADER] = 'user'
      return next()
    }
    const identified = await identify(options, ctx.req.headers, address)
    if (!identified) {
      ctx.set('www-authenticate', 'Bearer')
      throw notSignedIn()
    }
    const {identity, proof, setCookies} = identified
    if (proof === 'cookie' && !READS.has(ctx.method) && !trusted.has(ctx.get('origin'))) throw foreignOrigin()
    if (OPERATOR.test(ctx.path) && identity.role !== 'operator') throw operatorsOnly()
    if (setCookies.length > 0) ctx.set('set-cookie', [...setCookies])
    ctx.req.headers[USER_HEADER] = identity.userId
    ctx.req.headers[ROLE_HEADER] = identity.role
    return next()
  }
}

/** Who the headers prove, within the limits of the address; null when nothing holds. */
export async function identify(
  {accounts, limits}: {accounts: Pick<Accounts, 'identify' | 'isVerified'>; limits: AddressLimits},
  headers: Parameters<Accounts['identify']>[0],
  address: string,
): Promise<Identified | null> {
  // Somebody who guesses keys must not lock out those behind the same address whose key is known to be good.
  if (!accounts.isVerified(headers)) await limits.assertMayTry(address)
  const identified = await accounts.identify(headers)
  if (!identified && carriesCredentials(headers)) await limits.refused(address)
  return identified
}

async function ownerOfLink({calendarLinks, limits}: AuthenticationOptions, token: string, address: string) {
  await limits.assertMayTry(address)
  const userId = await calendarLinks.userOf(token)
  if (userId !== null) return userId
  await limits.refused(address)
  throw new DomainError('unauthenticated', 'calendar_link_ended', 'There is no such calendar link.', {
    hint: 'Make a new one in the settings of todo5.',
  })
}

const carriesCredentials = (headers: Parameters<Accounts['identify']>[0]): boolean =>
  headers['x-api-key'] !== undefined || headers.authorization !== undefined || hasSessionCookie(headers.cookie)

const notSignedIn = (): DomainError =>
  new DomainError('unauthenticated', 'not_signed_in', 'The request carries no valid API key and no session.', {
    hint: 'Sign in with: todo5 login. Programs send an API key as x-api-key.',
  })

const foreignOrigin = (): DomainError =>
  new DomainError('forbidden', 'foreign_origin', 'A change with a cookie must come from a page of todo5.', {
    hint: 'Programs send an API key instead of the cookie.',
  })

const operatorsOnly = (): DomainError =>
  new DomainError('forbidden', 'operators_only', 'Only operators may do this.', {
    hint: 'Use the key that todo5 up made, or ask an operator.',
  })
