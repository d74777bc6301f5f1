import type {Pool} from 'pg'
import {z} from 'zod'
import {ACCESS_SCOPES, type AccessScope} from '../../contracts/access-token.ts'
import {ROLES} from '../../contracts/account.ts'
import type {Auth} from './create-auth.ts'
import type {Identity} from './identity.ts'

export interface IssuedToken {
  readonly token: string
  readonly expiresAt: Date
}

/** What a token proves. */
export interface TokenHolder {
  readonly identity: Identity
  readonly scopes: readonly AccessScope[]
}

/** Signed tokens (JWT, Ed25519) for one audience; the public keys are at /api/auth/jwks. */
export interface AccessTokens {
  readonly audience: string
  issue(identity: Identity, scopes: readonly AccessScope[], seconds: number): Promise<IssuedToken>
  /**
   * Null for what is not a token of ours for this audience, has expired, or was made with a key or session that has ended
   * since. Throws errors of the database.
   */
  verify(token: string): Promise<TokenHolder | null>
}

const claims = z.object({
  sub: z.uuid(),
  /** The key or the session that made it. */
  sid: z.uuid(),
  scope: z.string(),
  exp: z.number(),
})

/** The owner, while the account is there and the key or session holds. */
const HOLDER = `
  select u."role" from auth."user" u
  where u."id" = $1 and (
    exists (select 1 from auth."session" s
      where s."id" = $2 and s."userId" = u."id" and s."expiresAt" > clock_timestamp())
    or exists (select 1 from auth."apikey" k
      where k."id" = $2 and k."referenceId" = u."id"::text and k."enabled" is not false
        and coalesce(k."expiresAt" > clock_timestamp(), true)))`

export function createAccessTokens(auth: Auth, pool: Pool, audience: string): AccessTokens {
  return {
    audience,
    issue: async ({userId, credentialId}, scopes, seconds) => {
      const issued = Math.floor(Date.now() / 1000)
      const exp = issued + seconds
      const payload = {sub: userId, sid: credentialId, scope: scopes.join(' '), iat: issued, exp}
      const {token} = await auth.api.signJWT({body: {payload}})
      return {token, expiresAt: new Date(exp * 1000)}
    },
    verify: async (token) => {
      const said = claims.safeParse(payloadOf(token))
      if (!said.success) return null
      // First: an outage of the database is thrown here, while Better Auth would take it for a token that does not hold.
      const {rows} = await pool.query<{role: string}>(HOLDER, [said.data.sub, said.data.sid])
      const role = ROLES.find((known) => known === rows[0]?.role)
      if (role === undefined) return null
      const {payload} = await auth.api.verifyJWT({body: {token}})
      const proven = claims.safeParse(payload)
      if (!proven.success) return null
      const {sub, sid, scope} = proven.data
      const granted = new Set(scope.split(' '))
      return {
        identity: {userId: sub, role, credentialId: sid},
        scopes: ACCESS_SCOPES.filter((known) => granted.has(known)),
      }
    },
  }
}

/** What a token says of itself; nothing of it is believed before its signature was checked. */
function payloadOf(token: string): unknown {
  const part = /^[\w-]+\.([\w-]+)\.[\w-]+$/u.exec(token)?.[1]
  if (part === undefined) return undefined
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined // no JSON: no token
  }
}
