import {Router} from '@koa/router'
import {type BatchResponse, batchRequest} from '../../contracts/batch.ts'
import {type HttpState, requireUser} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import {keyedWrite} from '../idempotent.ts'
import {changeTogether} from '../use-cases/change-together.ts'
import {changeEach} from '../use-cases/change-each.ts'
import {waitForSuccessor} from '../wait-for-successor.ts'
import {type WriteOptions, waitMs} from './write.ts'

/** POST /v1/tasks/batch. Before the routes with an id, which would take it for one. */
export function batchRoutes(options: WriteOptions): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/v1/tasks'})

  router.post('/batch', async (ctx) => {
    const userId = requireUser(ctx)
    const body = await readJson(ctx.req)
    const {atomic, operations} = validate(batchRequest, body)
    options.assertRoom()
    const write = keyedWrite(ctx, userId, body)
    const change = atomic ? changeTogether : changeEach
    const results = await change(
      {...options, requestId: ctx.state.requestId, logger: ctx.state.logger},
      write,
      operations,
    )
    options.committed()
    const deadline = Date.now() + waitMs(ctx)
    for (const [place, result] of results.entries()) {
      if (!result.next_pending) continue
      const closed = result.skipped.at(-1)?.id ?? result.id!
      const next = await waitForSuccessor(options.database, userId, closed, Math.max(0, deadline - Date.now()))
      results[place] = {...result, next, next_pending: next === null}
    }
    ctx.body = {results} satisfies BatchResponse
  })
  return router
}
