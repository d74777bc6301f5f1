import {Router} from '@koa/router'
import {type AccessTokenResponse, createAccessTokenRequest} from '../../contracts/access-token.ts'
import {formatInstant} from '../../contracts/instant.ts'
import type {HttpState} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import type {Accounts} from '../accounts/accounts.ts'
import {identityOf} from '../accounts/identity.ts'

/** POST /api/v1/access-tokens: a token for /mcp that may do less than the key or session that makes it. */
export function accessTokenRoutes(accounts: Pick<Accounts, 'identify' | 'accessTokens'>): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/api/v1/access-tokens'})
  router.post('/', async (ctx) => {
    const {scopes, expires_in_seconds: seconds} = validate(createAccessTokenRequest, await readJson(ctx.req))
    const {accessTokens} = accounts
    const {token, expiresAt} = await accessTokens.issue(await identityOf(accounts, ctx.req.headers), scopes, seconds)
    ctx.status = 201
    ctx.body = {
      token,
      token_type: 'Bearer',
      scopes,
      audience: accessTokens.audience,
      expires_at: formatInstant(expiresAt),
    } satisfies AccessTokenResponse
  })
  return router
}
