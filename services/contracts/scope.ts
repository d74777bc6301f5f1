import {z} from 'zod'

/**
 * How far a change of one occurrence of a series reaches: `this` occurrence alone; it and those that `following`; or `all`,
 * what is done included.
 */
export const SCOPES = ['this', 'following', 'all'] as const
export type Scope = (typeof SCOPES)[number]

export const scopeQuery = z.strictObject({scope: z.enum(SCOPES).optional()})
