import {apiKey} from '@better-auth/api-key'
import type {BetterAuthOptions} from 'better-auth'
import {bearer, deviceAuthorization, jwt} from 'better-auth/plugins'
import {PostgresDialect} from 'kysely'
import type {Pool} from 'pg'
import {timeZone} from '../../contracts/time-zone.ts'
import type {Logger} from '../../runtime/logger.ts'
import type {AccountMails} from './account-mails.ts'
import {signInLinkPlugin} from './sign-in-link-plugin.ts'
import {type SigningSecrets, secretOptions} from './signing-secrets.ts'

/** Set by the edge from the socket or the trusted proxies, never taken from a client. */
export const CLIENT_ADDRESS_HEADER = 'x-todo5-client-address'

/** Begins every API key, so that a key can be told from a session token, and found by scanners for leaked secrets. */
export const API_KEY_PREFIX = 'todo5_'

/** `secret` signs cookies and tokens; at least 32 characters. */
export interface AuthOptions extends SigningSecrets {
  readonly pool: Pool
  /** The public origin, such as http://127.0.0.1:8636. */
  readonly baseUrl: string
  /** Further origins whose pages may use the API with a cookie. */
  readonly trustedOrigins: readonly string[]
  readonly allowSignUp: boolean
  readonly mails: Pick<AccountMails, 'post'>
  readonly logger: Logger
}

/** How long the link of a mail works. */
const RESET_SECONDS = 3600

/** The tables of migration 005 are made for exactly these options; a test compares. */
export function authOptions(options: AuthOptions) {
  const {pool, baseUrl, trustedOrigins, allowSignUp, mails, logger} = options
  return {
    appName: 'todo5',
    baseURL: baseUrl,
    basePath: '/api/auth',
    ...secretOptions(options),
    // A transaction per sign-up: a user without a password, or without a profile, must not be left behind.
    database: {dialect: new PostgresDialect({pool}), type: 'postgres', schemaName: 'auth', transaction: true},
    emailAndPassword: {
      enabled: true,
      disableSignUp: !allowSignUp,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      resetPasswordTokenExpiresIn: RESET_SECONDS,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({user, token}) => {
        // The user of a machine has no password, and its mailbox may be read by whoever sits there.
        if (!(await hasPassword(pool, user.id))) return
        const expires = new Date(Date.now() + RESET_SECONDS * 1000)
        mails.post(user.id, {kind: 'password_reset', token, expires_at: expires.toISOString()})
      },
    },
    // Whoever reads the table, or a backup of it, cannot use what is in it.
    verification: {storeIdentifier: 'hashed'},
    user: {
      additionalFields: {
        role: {type: 'string', required: true, defaultValue: 'user', input: false},
        time_zone: {type: 'string', required: true, defaultValue: 'UTC', validator: {input: timeZone}},
      },
    },
    session: {expiresIn: 30 * 24 * 3600, updateAge: 24 * 3600},
    plugins: [
      bearer(),
      signInLinkPlugin(),
      jwt({
        jwt: {issuer: baseUrl, audience: mcpAudience(baseUrl)},
        jwks: {rotationInterval: 90 * 24 * 3600},
        // Tokens are made where their scopes are said, not beside every session.
        disableSettingJwtHeader: true,
      }),
      deviceAuthorization({expiresIn: '10m', interval: '5s', verificationUri: `${baseUrl}/device`}),
      apiKey({
        enableSessionForAPIKeys: true,
        customAPIKeyGetter: ({headers}) => apiKeyOf(headers),
        defaultPrefix: API_KEY_PREFIX,
        requireName: true,
        maximumNameLength: 64,
        startingCharactersConfig: {shouldStore: true, charactersLength: API_KEY_PREFIX.length + 4},
        keyExpiration: {minExpiresIn: 1 / 24, maxExpiresIn: 3650},
        // Its default is ten requests a day per key; the edge limits by address instead.
        rateLimit: {enabled: false},
      }),
    ],
    // In the database, so that several pods count together. Keys and sessions at the gateway do not come by here.
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 10,
      max: 100,
      customRules: {
        '/reset-password': {window: 60, max: 10},
        '/device/code': {window: 60, max: 10},
        '/device/approve': {window: 60, max: 10},
        '/device/deny': {window: 60, max: 10},
      },
    },
    trustedOrigins: [...trustedOrigins],
    telemetry: {enabled: false},
    advanced: {
      cookiePrefix: 'todo5',
      useSecureCookies: baseUrl.startsWith('https:'),
      // Off by default when NODE_ENV is test; what is tested is what runs.
      disableCSRFCheck: false,
      disableOriginCheck: false,
      ipAddress: {ipAddressHeaders: [CLIENT_ADDRESS_HEADER], ipv6Subnet: 64},
      database: {generateId: 'uuid'},
    },
    // The error itself comes to the caller, who tells an outage of the database from a fault.
    onAPIError: {throw: true},
    logger: {
      level: 'warn',
      disableColors: true,
      log: (level, message, ...facts) => note(logger, level, message, facts),
    },
  } satisfies BetterAuthOptions
}

/** Whom tokens are for: the one address that takes them. */
export const mcpAudience = (baseUrl: string): string => `${new URL(baseUrl).origin}/mcp`

async function hasPassword(pool: Pool, userId: string): Promise<boolean> {
  const {rowCount} = await pool.query(
    `select 1 from auth."account" where "userId" = $1 and "providerId" = 'credential' and "password" is not null`,
    [userId],
  )
  return rowCount === 1
}

/** The API key of a request: `x-api-key`, or `Authorization: Bearer todo5_…`. */
export function apiKeyOf(headers: {get(name: string): string | null} | undefined): string | null {
  const explicit = headers?.get('x-api-key')
  if (explicit) return explicit
  const bearerToken = /^bearer +(\S+)$/iu.exec(headers?.get('authorization') ?? '')?.[1]
  return bearerToken?.startsWith(API_KEY_PREFIX) ? bearerToken : null
}

/** Whether a Cookie header has a session of ours; other programs on this host may have cookies for it too. */
export const hasSessionCookie = (cookie: string | undefined): boolean =>
  cookie !== undefined && /(?:^|; *)(?:__Secure-)?todo5\.session_token=/u.test(cookie)

function note(
  logger: Logger,
  level: 'debug' | 'info' | 'success' | 'warn' | 'error',
  message: string,
  facts: unknown[],
) {
  const error = facts.find((fact) => fact instanceof Error)
  const line = {component: 'better-auth', ...(error === undefined ? {} : {error})}
  if (level === 'error') logger.error(line, message)
  else if (level === 'warn') logger.warn(line, message)
  else logger.debug(line, message)
}
