import {Router} from '@koa/router'
import {
  type DeletedAccountResponse,
  type SignInLinkResponse,
  deleteAccountRequest,
} from '../../contracts/account-end.ts'
import {formatInstant} from '../../contracts/instant.ts'
import {DomainError} from '../../domain/errors.ts'
import {type HttpState, requireUser} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import type {Accounts} from '../accounts/accounts.ts'
import {identityOf} from '../accounts/identity.ts'
import type {Conversations} from '../chat/conversations.ts'

/** DELETE /api/v1/account, and POST /api/v1/operator/sign-in-link for the user of this machine. */
export function accountRoutes(accounts: Accounts, conversations: Pick<Conversations, 'erase'>): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/api/v1'})
  router.delete('/account', async (ctx) => {
    const {password} = validate(deleteAccountRequest, await readJson(ctx.req))
    ctx.body = (await accounts.eraseAccount(
      await identityOf(accounts, ctx.req.headers),
      password,
      conversations,
    )) satisfies DeletedAccountResponse
  })
  router.post('/operator/sign-in-link', async (ctx) => {
    const link = await accounts.makeSignInLink(requireUser(ctx))
    if (!link) {
      throw new DomainError('not_found', 'no_sign_in_links', 'This todo5 gives out no links to sign in.', {
        hint: 'Sign in with your password.',
      })
    }
    ctx.status = 201
    ctx.body = {url: link.url, expires_at: formatInstant(link.expiresAt)} satisfies SignInLinkResponse
  })
  return router
}
