import type {BetterAuthPlugin} from 'better-auth'
import {APIError, createAuthEndpoint} from 'better-auth/api'
import {setSessionCookie} from 'better-auth/cookies'
import {z} from 'zod'

/** As what a token stands in the table of verifications. */
export const nameOf = (token: string): string => `sign-in-link:${token}`

/** POST /sign-in/link: a token that was made for a user, once, for the cookie of a session. */
export const signInLinkPlugin = () =>
  ({
    id: 'sign-in-link',
    endpoints: {
      signInWithLink: createAuthEndpoint(
        '/sign-in/link',
        {method: 'POST', body: z.object({token: z.string()})},
        async (ctx) => {
          const {internalAdapter} = ctx.context
          const used = await internalAdapter.consumeVerificationValue(nameOf(ctx.body.token))
          const user = used && (await internalAdapter.findUserById(used.value))
          if (!user) {
            throw new APIError('UNAUTHORIZED', {
              code: 'SIGN_IN_LINK_ENDED',
              message: 'This link was used already, or is older than five minutes.',
            })
          }
          const session = await internalAdapter.createSession(user.id)
          await setSessionCookie(ctx, {session, user})
          return ctx.json({user: {id: user.id, email: user.email, name: user.name}})
        },
      ),
    },
  }) satisfies BetterAuthPlugin
