import {Router} from '@koa/router'
import {recurrenceCheckQuery} from '../../contracts/recurrence-check.ts'
import type {Database} from '../../database/database.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import type {HttpState} from '../../runtime/http-app.ts'
import {requireOperator} from '../../runtime/operator-only.ts'
import {validate} from '../../runtime/validate.ts'
import type {Recorder} from '../change.ts'
import {checkRecurrence, repairRecurrence} from '../use-cases/check-recurrence.ts'

/** /v1/operator: what looks across users. The edge lets only operators through, and so does this. */
export function operatorRoutes({
  database,
  committed,
  record,
}: {
  database: Database
  committed: () => void
  record: Recorder
}): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/v1/operator'})
  const now = async () => database.acrossUsers(databaseNow)

  router.get('/recurrence', async (ctx) => {
    requireOperator(ctx)
    ctx.body = await checkRecurrence(database, validate(recurrenceCheckQuery, ctx.query), await now())
  })

  router.post('/recurrence/repair', async (ctx) => {
    requireOperator(ctx)
    ctx.body = await repairRecurrence(database, record, validate(recurrenceCheckQuery, ctx.query), await now())
    committed()
  })
  return router
}
