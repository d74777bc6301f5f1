import {Router} from '@koa/router'
import {EXPORT_KINDS, exportPageQuery} from '../../contracts/export.ts'
import type {Database} from '../../database/database.ts'
import {type HttpState, requireUser} from '../../runtime/http-app.ts'
import {validate} from '../../runtime/validate.ts'
import {exportPage} from '../use-cases/export-page.ts'

/** /v1/export/…: what a user has, page by page, for the edge to put together. */
export function exportRoutes(database: Database): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/v1/export'})
  for (const kind of EXPORT_KINDS) {
    router.get(`/${kind}`, async (ctx) => {
      const userId = requireUser(ctx)
      const {after} = validate(exportPageQuery, {...ctx.query})
      ctx.body = await database.asUser(userId, async (tx) => exportPage(tx, kind, after))
    })
  }
  return router
}
