import {Router} from '@koa/router'
import {type SeriesResponse, type TaskRemindersResponse, seriesQuery} from '../../contracts/history.ts'
import type {Database} from '../../database/database.ts'
import {taskNotFound} from '../../domain/errors.ts'
import {type HttpState, pathId, requireUser} from '../../runtime/http-app.ts'
import {validate} from '../../runtime/validate.ts'
import {getSeries} from '../use-cases/get-series.ts'
import {getTaskReminders} from '../use-cases/get-task-reminders.ts'

/** What became of a task and its series: /v1/tasks/:id/series and /reminders. */
export function taskLifeRoutes(database: Database): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/v1/tasks'})

  router.get('/:id/series', async (ctx) => {
    const userId = requireUser(ctx)
    const id = pathId(ctx, taskNotFound)
    const query = validate(seriesQuery, {...ctx.query})
    ctx.body = await database.asUser(userId, async (tx): Promise<SeriesResponse> =>
      getSeries(tx, id, query, (error, seriesId) =>
        ctx.state.logger.error({error, series_id: seriesId}, 'the rule of a series cannot be computed'),
      ),
    )
  })

  router.get('/:id/reminders', async (ctx) => {
    const userId = requireUser(ctx)
    const id = pathId(ctx, taskNotFound)
    ctx.body = await database.asUser(userId, async (tx): Promise<TaskRemindersResponse> => getTaskReminders(tx, id))
  })
  return router
}
