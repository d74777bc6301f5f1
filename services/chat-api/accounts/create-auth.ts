import {betterAuth} from 'better-auth'
import {type AuthOptions, authOptions} from './auth-options.ts'

export const createAuth = (options: AuthOptions) => betterAuth(authOptions(options))

/** Better Auth with our options: its types know our fields and plugins. */
export type Auth = ReturnType<typeof createAuth>
