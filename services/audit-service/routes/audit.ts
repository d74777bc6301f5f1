import {Router} from '@koa/router'
import {listAuditQuery} from '../../contracts/audit.ts'
import type {Database} from '../../database/database.ts'
import {type HttpState, requireUser} from '../../runtime/http-app.ts'
import {validate} from '../../runtime/validate.ts'
import {listEntries} from '../list-entries.ts'

/** /v1/audit: what the gateway publishes as /api/v1/audit. */
export function auditRoutes(database: Database): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/v1/audit'})
  router.get('/', async (ctx) => {
    const userId = requireUser(ctx)
    const request = validate(listAuditQuery, {...ctx.query})
    ctx.body = await database.asUser(userId, async (tx) => listEntries(tx, userId, request))
  })
  return router
}
