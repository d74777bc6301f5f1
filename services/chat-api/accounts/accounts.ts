import type {IncomingHttpHeaders} from 'node:http'
import {isAPIError} from 'better-auth/api'
import {Pool, types} from 'pg'
import {z} from 'zod'
import {ROLES} from '../../contracts/account.ts'
import {DomainError} from '../../domain/errors.ts'
import type {Logger} from '../../runtime/logger.ts'
import {type AccessTokens, createAccessTokens} from './access-tokens.ts'
import {type AuthOptions, apiKeyOf, hasSessionCookie, mcpAudience} from './auth-options.ts'
import {createAuth} from './create-auth.ts'
import type {Identified, Identity, Proof} from './identity.ts'
import {type AccountEnd, createAccountEnd} from './account-end.ts'
import {type LocalUser, type NewLocalUser, ensureLocalUser} from './local-user.ts'
import {type AccountFacts, describeAccount, removeExpired, sessionToken} from './account-rows.ts'
import {type SignInLink, makeSignInLink} from './sign-in-link.ts'
import {endUnreadableKeys, Resigning, type SigningSecrets} from './signing-secrets.ts'
import {Turnstile} from './turnstile.ts'
import {VerifiedKeys} from './verified-keys.ts'

export interface AccountsOptions extends Omit<AuthOptions, 'pool'> {
  /** postgres:// URL of the login role of chat-api. */
  readonly databaseUrl: string
  /** Connections at most, beside those of the Database. */
  readonly poolSize: number
  /** Whether this todo5 is of one machine, whose user may be signed in by a link. */
  readonly signInLinks: boolean
  readonly logger: Logger
}

export interface Accounts {
  readonly publicOrigin: string
  readonly accessTokens: AccessTokens
  /** Answers a request to /api/auth/*. Throws Better Auth's APIError, and errors of the database. */
  handle(request: Request): Promise<Response>
  /** Who the headers prove; null when they carry nothing, or nothing that holds. Throws `unavailable`. */
  identify(headers: IncomingHttpHeaders): Promise<Identified | null>
  /** Whether `identify` can answer without the database. */
  isVerified(headers: IncomingHttpHeaders): boolean
  /** Which of these keys and sessions (`credentialId`) still hold, by the database's clock; throws its errors. */
  stillHold(credentialIds: readonly string[]): Promise<ReadonlySet<string>>
  /** After a change of keys: what was verified before counts no more in this process. */
  forgetVerifiedKeys(): void
  /** For `todo5 up`: the user of this machine, an operator, and an API key of theirs. */
  ensureLocalUser(user: NewLocalUser): Promise<LocalUser>
  /** A link that signs this user in, once; null where that is not for anybody. */
  makeSignInLink(userId: string): Promise<SignInLink | null>
  /** The token of a session of somebody, by its id. */
  sessionToken(id: string): Promise<string | null>
  /** What a person may want to see of their own account; no secrets. */
  describe(userId: string): Promise<AccountFacts>
  /** See AccountEnd. */
  eraseAccount: AccountEnd['erase']
  /**
   * Deletes sessions, codes and verifications that have ended, and what was written while an account was erased; ends keys
   * of tokens that cannot be opened any more.
   */
  removeExpired(): Promise<void>
  close(): Promise<void>
}

const INT8: number = types.builtins.INT8
const HASHING = /\/(sign-up|sign-in|change-password|reset-password)\b/u

/** What we use of Better Auth's answer to /get-session. */
const sessionShape = z.object({
  user: z.object({id: z.uuid(), role: z.enum(ROLES)}),
  session: z.object({id: z.uuid(), expiresAt: z.coerce.date()}),
})

/** One statement for all streams of the process: a look at each through Better Auth would be four. */
const STILL_HOLD = `
  select "id" from auth."apikey"
  where "id" = any ($1::uuid[]) and "enabled" is not false and coalesce("expiresAt" > clock_timestamp(), true)
  union all
  select "id" from auth."session" where "id" = any ($1::uuid[]) and "expiresAt" > clock_timestamp()`

function openPool(options: AccountsOptions): Pool {
  const pool = new Pool({
    connectionString: options.databaseUrl,
    max: options.poolSize,
    application_name: 'todo5 accounts',
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 10_000,
    keepAlive: true,
    // Its limiter adds ms to a bigint, which the driver gives as a text: 10 s after 1.8e12 would be 1.8e17.
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
  })
  // Without listeners a connection that breaks, as in every restart of the server, would end the process: the pool has one
  // for those that are idle, and none while a transaction hashes a password. Its next statement says what happened.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('error', (error) => options.logger.info({error}, 'an idle connection of the accounts was lost'))
  return pool
}

/** Accounts, sessions and API keys: Better Auth on the schema `auth`, with a small pool of its own. */
export function openAccounts(options: AccountsOptions): Accounts {
  const pool = openPool(options)
  const auth = createAuth({...options, pool})
  const accountEnd = createAccountEnd(auth, pool)
  const publicOrigin = new URL(options.baseUrl).origin
  const keys = new VerifiedKeys()
  const resigning = new Resigning(options)
  // Hashing a password takes 0.1 s of a core, and at sign-up a transaction is open meanwhile: half of the connections
  // stay free for those who are signed in.
  const withPasswords = new Turnstile(Math.max(1, Math.floor(options.poolSize / 2)), 500)

  async function lookUp(proof: Proof, headers: Headers): Promise<(Identified & {expiresAt: number}) | null> {
    const {response, headers: answered} = await auth.api.getSession({headers, returnHeaders: true})
    if (response === null) return null
    const {user, session} = sessionShape.parse(response)
    return {
      identity: {userId: user.id, role: user.role, credentialId: session.id},
      proof,
      setCookies: proof === 'cookie' ? answered.getSetCookie() : [],
      expiresAt: session.expiresAt.getTime(),
    }
  }

  async function tryLookUp(proof: Proof, headers: Record<string, string>) {
    try {
      return await lookUp(proof, new Headers(headers))
    } catch (error) {
      if (refused(error)) return null
      throw error
    }
  }

  async function identify(headers: IncomingHttpHeaders): Promise<Identified | null> {
    const key = apiKeyOf(reader(headers))
    if (key !== null) {
      const identity: Identity | null = await keys.get(key, async () => tryLookUp('api_key', {'x-api-key': key}))
      return identity && {identity, proof: 'api_key', setCookies: []}
    }
    if (headers.authorization)
      return tryLookUp('bearer', {authorization: resigning.authorization(headers.authorization)})
    const {cookie} = headers
    return cookie !== undefined && hasSessionCookie(cookie)
      ? tryLookUp('cookie', {cookie: resigning.cookie(cookie)})
      : null
  }

  const handle = async (given: Request): Promise<Response> => {
    const request = new Request(given, {headers: resigning.headers(given.headers)})
    if (!HASHING.test(new URL(request.url).pathname)) return await auth.handler(request)
    return await withPasswords.run(async () => auth.handler(request))
  }

  const isVerified = (headers: IncomingHttpHeaders): boolean => {
    const key = apiKeyOf(reader(headers))
    return key !== null && keys.has(key)
  }

  return {
    publicOrigin,
    accessTokens: createAccessTokens(auth, pool, mcpAudience(options.baseUrl)),
    handle,
    identify,
    isVerified,
    stillHold: async (ids) => new Set((await pool.query<{id: string}>(STILL_HOLD, [ids])).rows.map(({id}) => id)),
    forgetVerifiedKeys: () => keys.clear(),
    ensureLocalUser: async (user) => {
      const local = await ensureLocalUser(
        auth,
        user,
        async (key) => (await tryLookUp('api_key', {'x-api-key': key}))?.identity.userId ?? null,
      )
      if (local.keyIsNew) keys.clear()
      return local
    },
    makeSignInLink: async (userId) => (options.signInLinks ? makeSignInLink(auth, userId, publicOrigin) : null),
    sessionToken: async (id) => sessionToken(pool, id),
    describe: async (userId) => describeAccount(pool, userId),
    eraseAccount: async (identity, password, conversations) => {
      const erased = await withPasswords.run(async () => accountEnd.erase(identity, password, conversations))
      keys.clear()
      return erased
    },
    removeExpired: async () => clean(pool, options),
    close: async () => pool.end(),
  }
}

async function clean(pool: Pool, secrets: SigningSecrets): Promise<void> {
  await endUnreadableKeys(pool, secrets)
  await removeExpired(pool)
}

const reader = (headers: IncomingHttpHeaders) => ({
  get: (name: string): string | null => {
    const value = headers[name]
    return Array.isArray(value) ? value.join(', ') : (value ?? null)
  },
})

/** Better Auth's refusal. Its 5xx hide an error of the database. */
function refused(error: unknown): boolean {
  if (!isAPIError(error)) return false
  if (error.statusCode < 500) return true
  throw new DomainError('unavailable', 'accounts_unavailable', 'Accounts cannot be checked now.', {
    hint: 'Try again in a moment.',
    retryAfterSeconds: 2,
    cause: error,
  })
}
