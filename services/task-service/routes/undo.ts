import {Router} from '@koa/router'
import {type UndoListResponse, undoRequest} from '../../contracts/undo.ts'
import {type HttpState, requireUser} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import {idempotently, keyedWrite} from '../idempotent.ts'
import {listChanges} from '../use-cases/list-changes.ts'
import {undoChange} from '../use-cases/undo-change.ts'
import type {TaskRoutesOptions} from './tasks.ts'

/** /v1/undo: what the user did last, and back again. */
export function undoRoutes({database, committed, assertRoom, record}: TaskRoutesOptions): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/v1/undo'})

  router.get('/', async (ctx) => {
    const userId = requireUser(ctx)
    ctx.body = {changes: await database.asUser(userId, listChanges)} satisfies UndoListResponse
  })

  router.post('/', async (ctx) => {
    const userId = requireUser(ctx)
    const body = await readJson(ctx.req)
    const {id} = validate(undoRequest, body)
    assertRoom()
    const keyed = keyedWrite(ctx, userId, body)
    const answer = await database.asUser(userId, async (tx) =>
      idempotently(tx, keyed, async () => ({status: 200, body: await undoChange(tx, record, userId, id ?? null)})),
    )
    committed()
    ctx.body = answer.body
  })
  return router
}
