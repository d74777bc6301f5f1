import type {IncomingHttpHeaders} from 'node:http'
import {localhostAllowedHostnames, validateHostHeader} from '@modelcontextprotocol/server'
import {ACCESS_SCOPES} from '../../contracts/access-token.ts'
import {DomainError} from '../../domain/errors.ts'
import {ROLE_HEADER, USER_HEADER} from '../../ports/service-invoker.ts'
import type {HttpContext} from '../../runtime/http-app.ts'
import type {Accounts} from '../accounts/accounts.ts'
import type {TokenHolder} from '../accounts/access-tokens.ts'
import {CLIENT_ADDRESS_HEADER} from '../accounts/auth-options.ts'
import {identify} from '../edge.ts'
import type {AddressLimits} from '../limits.ts'
import type {McpCaller} from './mcp-server.ts'

export interface AdmissionOptions {
  readonly accounts: Pick<Accounts, 'publicOrigin' | 'identify' | 'isVerified' | 'accessTokens'>
  readonly limits: AddressLimits
  /** Origins besides ours whose pages may call. */
  readonly trustedOrigins: readonly string[]
}

/** Where a client that was refused finds what it needs; RFC 9728. */
export const metadataUrl = (publicOrigin: string): string => `${publicOrigin}/.well-known/oauth-protected-resource/mcp`

/**
 * Who may work over MCP: the holder of an API key, of a session as a bearer token, or of an access token, each with what
 * it may do. A cookie does not count: a browser sends it of its own accord. Throws DomainError.
 */
export async function admit(ctx: HttpContext, options: AdmissionOptions): Promise<McpCaller> {
  const {accounts, limits} = options
  refuseForeignPages(ctx, options)
  const headers = {...ctx.req.headers}
  delete headers.cookie
  const holder = await holderOf(headers, {accounts, limits}, ctx.get(CLIENT_ADDRESS_HEADER))
  if (!holder) throw notAdmitted(ctx, accounts.publicOrigin)
  const {
    identity: {userId, role},
    scopes,
  } = holder
  ctx.req.headers[USER_HEADER] = userId
  ctx.req.headers[ROLE_HEADER] = role
  return {user: {userId, role}, scopes}
}

const JWT = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/iu

async function holderOf(
  headers: IncomingHttpHeaders,
  {accounts, limits}: Pick<AdmissionOptions, 'accounts' | 'limits'>,
  address: string,
): Promise<TokenHolder | null> {
  const token = headers['x-api-key'] === undefined ? JWT.exec(headers.authorization ?? '')?.[1] : undefined
  if (token === undefined) {
    const identified = await identify({accounts, limits}, headers, address)
    return identified && {identity: identified.identity, scopes: ACCESS_SCOPES}
  }
  await limits.assertMayTry(address)
  const holder = await accounts.accessTokens.verify(token)
  if (!holder) await limits.refused(address)
  return holder
}

/** A page that a browser shows must be ours, and must have come here by our name: another may lead to this address, too. */
function refuseForeignPages(ctx: HttpContext, {accounts, trustedOrigins}: AdmissionOptions): void {
  const origins = [accounts.publicOrigin, ...trustedOrigins]
  const names = origins.map((origin) => new URL(origin).hostname)
  const own = localhostAllowedHostnames()
  const allowed = names.some((name) => own.includes(name)) ? [...names, ...own] : names
  if (!validateHostHeader(ctx.get('host'), allowed).ok) {
    throw new DomainError('forbidden', 'foreign_host', 'This todo5 is not known by the name in Host.', {
      hint: `Connect to ${accounts.accessTokens.audience}.`,
    })
  }
  const origin = ctx.get('origin')
  if (origin !== '' && !origins.includes(origin))
    throw new DomainError('forbidden', 'foreign_origin', 'A page of elsewhere may not call tools.')
}

function notAdmitted(ctx: HttpContext, publicOrigin: string): DomainError {
  const carried = ctx.get('authorization') !== '' || ctx.get('x-api-key') !== ''
  const error = carried ? 'error="invalid_token", ' : ''
  ctx.set('www-authenticate', `Bearer ${error}resource_metadata="${metadataUrl(publicOrigin)}"`)
  return new DomainError('unauthenticated', 'not_signed_in', 'The request carries no valid API key and no token.', {
    hint: 'Make an API key in the settings of todo5, and send it as: Authorization: Bearer todo5_…',
  })
}
