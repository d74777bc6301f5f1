import {Router} from '@koa/router'
import {type UndoListResponse, undoListQuery, undoRequest} from '../../contracts/undo.ts'
import {type HttpState, requireUser} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import {listChanges} from '../use-cases/list-changes.ts'
import {undoChange} from '../use-cases/undo-change.ts'
import {nothingFirst} from '../idempotent.ts'
import {type WriteOptions, writeOnce} from './write.ts'

/** /v1/undo: what the user did last, and back again. */
export function undoRoutes(options: WriteOptions): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/v1/undo'})

  router.get('/', async (ctx) => {
    const userId = requireUser(ctx)
    const {task_id: taskId = null} = validate(undoListQuery, ctx.query)
    const changes = await options.database.asUser(userId, async (tx) => listChanges(tx, taskId))
    ctx.body = {changes} satisfies UndoListResponse
  })

  router.post('/', async (ctx) => {
    requireUser(ctx)
    const body = await readJson(ctx.req)
    const {id} = validate(undoRequest, body)
    await writeOnce(options, ctx, {body, first: nothingFirst}, async (tx, userId) =>
      undoChange(tx, options.record, userId, id ?? null),
    )
  })
  return router
}
