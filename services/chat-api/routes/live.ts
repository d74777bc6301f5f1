import {Router} from '@koa/router'
import type {HttpState} from '../../runtime/http-app.ts'
import type {Accounts} from '../accounts/accounts.ts'
import {identityOf} from '../accounts/identity.ts'
import type {LiveStreams} from '../live/live-streams.ts'

/** GET /api/v1/live: says which tasks of the user change, as it happens. */
export function liveRoute(accounts: Pick<Accounts, 'identify'>, streams: LiveStreams): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/api/v1/live'})
  router.get('/', async (ctx) => {
    const identity = await identityOf(accounts, ctx.req.headers)
    const head = () => {
      ctx.status = 200
      ctx.type = 'text/event-stream; charset=utf-8'
      // Whoever stands between must neither keep nor change nor gather anything; the connection ends with the stream.
      ctx.set({'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no', connection: 'close'})
    }
    if (ctx.method === 'HEAD') return head()
    await streams.open(identity, ctx.res, head)
    ctx.respond = false
  })
  return router
}
