import {Router} from '@koa/router'
import {RateLimiterMemory, RateLimiterRes} from 'rate-limiter-flexible'
import {listRemindersQuery, testChannelRequest} from '../../contracts/reminders.ts'
import {DomainError} from '../../domain/errors.ts'
import {type HttpState, pathId, requireUser} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import {findReminder, listReminders} from '../use-cases/read-reminders.ts'
import {reminderNotFound, retryReminder} from '../use-cases/retry-reminder.ts'
import {testChannel, type TestChannelDeps} from '../use-cases/test-channel.ts'

export interface ReminderRoutesDeps extends TestChannelDeps {
  /** Called when something can be sent again. */
  readonly onRetried: () => void
}

/** Test messages of one user in one process: enough to set a mail server right, too few to annoy anybody. */
const TESTS = {points: 5, duration: 60}

/** /v1/reminders: what the gateway publishes as /api/v1/reminders. */
export function reminderRoutes(deps: ReminderRoutesDeps): Router<HttpState> {
  const {database, onRetried} = deps
  const tests = new RateLimiterMemory({keyPrefix: 'channel-tests', ...TESTS})
  const router = new Router<HttpState>({prefix: '/v1/reminders'})

  router.get('/', async (ctx) => {
    const userId = requireUser(ctx)
    const request = validate(listRemindersQuery, ctx.query)
    ctx.body = await database.asUser(userId, async (tx) => listReminders(tx, request))
  })

  // Before the routes with an id, which would take it for one.
  router.post('/test', async (ctx) => {
    const userId = requireUser(ctx)
    const {channel} = validate(testChannelRequest, await readJson(ctx.req))
    await consume(tests, userId)
    ctx.body = await testChannel(deps, userId, channel)
  })

  router.get('/:id', async (ctx) => {
    const userId = requireUser(ctx)
    const id = pathId(ctx, reminderNotFound)
    const found = await database.asUser(userId, async (tx) => findReminder(tx, id))
    if (!found) throw reminderNotFound(id)
    ctx.body = found
  })

  router.post('/:id/retry', async (ctx) => {
    const userId = requireUser(ctx)
    const id = pathId(ctx, reminderNotFound)
    const answer = await database.asUser(userId, async (tx) => retryReminder(tx, userId, id))
    if (answer.retried.length > 0) onRetried()
    ctx.body = answer
  })
  return router
}

async function consume(limiter: RateLimiterMemory, userId: string): Promise<void> {
  try {
    await limiter.consume(userId)
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error
    throw new DomainError('rate_limited', 'too_many_tests', `At most ${TESTS.points} test messages a minute.`, {
      hint: 'Wait as long as Retry-After says.',
      retryAfterSeconds: Math.max(1, Math.ceil(error.msBeforeNext / 1000)),
    })
  }
}
