import {z} from 'zod'
import {instantOutput} from './instant.ts'

/** What a program that works with a token may do: look, and change. */
export const ACCESS_SCOPES = ['tasks:read', 'tasks:write'] as const
export type AccessScope = (typeof ACCESS_SCOPES)[number]

const HOUR = 3600

export const createAccessTokenRequest = z.strictObject({
  scopes: z
    .array(z.enum(ACCESS_SCOPES))
    .min(1, 'must name at least one scope')
    .transform((scopes) => [...new Set(scopes)]),
  /** How long it holds, unless the key or the session that made it ends before. */
  expires_in_seconds: z
    .int()
    .min(60, 'must be at least a minute (60)')
    .max(24 * HOUR, 'must be at most a day (86400)')
    .default(HOUR),
})

/** A signed token (JWT) for `/mcp` alone. It is shown once. */
export const accessTokenResponse = z.object({
  token: z.string(),
  token_type: z.literal('Bearer'),
  scopes: z.array(z.enum(ACCESS_SCOPES)),
  /** The only address that takes it. */
  audience: z.string(),
  expires_at: instantOutput,
})
export type AccessTokenResponse = z.infer<typeof accessTokenResponse>
