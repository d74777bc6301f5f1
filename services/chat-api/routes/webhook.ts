import {randomBytes} from 'node:crypto'
import {Router} from '@koa/router'
import {formatInstant, formatInstantOrNull} from '../../contracts/instant.ts'
import {type NewWebhook, type WebhookState, newWebhookRequest} from '../../contracts/webhook.ts'
import type {Database, Transaction} from '../../database/database.ts'
import {query, toDate, toDateOrNull} from '../../database/query.ts'
import {leaveChannel} from './leave-channel.ts'
import {DomainError} from '../../domain/errors.ts'
import {type HttpState, requireUser} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import {type CallOptions, callService, passOn} from '../call-service.ts'

export interface WebhookRoutesOptions extends CallOptions {
  readonly database: Database
}

interface Row {
  readonly url: string
  readonly created_at: string
  readonly last_success_at: string | null
  readonly ended_at: string | null
}

/** /api/v1/profile/webhook: where reminders go by webhook. The secret is said once and read by no route. */
export function webhookRoutes(options: WebhookRoutesOptions): Router<HttpState> {
  const {database} = options
  const router = new Router<HttpState>({prefix: '/api/v1/profile/webhook'})
  router.get('/', async (ctx) => {
    const userId = requireUser(ctx)
    ctx.body = await database.asUser(userId, async (tx) => readWebhook(tx, userId))
  })
  router.post('/', async (ctx) => {
    const userId = requireUser(ctx)
    const {url} = validate(newWebhookRequest, await readJson(ctx.req))
    const secret = randomBytes(32)
    const [made] = await database.asUser(userId, async (tx) =>
      query<{created_at: string}>(
        tx,
        `insert into todo.webhooks (user_id, url, secret) select user_id, $2, $3 from todo.profiles where user_id = $1
         on conflict (user_id) do update set url = $2, secret = $3, created_at = clock_timestamp(),
           last_success_at = null, ended_at = null
         returning created_at`,
        [userId, url, secret],
      ),
    )
    // A verified key is believed for some seconds after its account went.
    if (!made) throw new DomainError('unauthenticated', 'account_gone', 'This account has been deleted.')
    ctx.status = 201
    ctx.body = {
      url,
      secret: `whsec_${secret.toString('base64')}`,
      created_at: formatInstant(toDate(made.created_at)),
    } satisfies NewWebhook
  })
  router.delete('/', async (ctx) => {
    const userId = requireUser(ctx)
    await database.asUser(userId, async (tx) => {
      await query(tx, 'delete from todo.webhooks where user_id = $1', [userId])
      await leaveChannel(tx, userId, 'webhook')
    })
    ctx.status = 204
  })
  router.post('/test', async (ctx) => {
    const answer = await callService(ctx, options, {
      app: 'notification-service',
      method: 'POST',
      path: '/v1/webhook-test',
      headers: {accept: 'application/json'},
    })
    passOn(ctx, answer)
  })
  return router
}

export async function readWebhook(tx: Transaction, userId: string): Promise<WebhookState> {
  const [row] = await query<Row>(
    tx,
    'select url, created_at, last_success_at, ended_at from todo.webhooks where user_id = $1',
    [userId],
  )
  return {
    url: row?.url ?? null,
    created_at: formatInstantOrNull(toDateOrNull(row?.created_at ?? null)),
    last_success_at: formatInstantOrNull(toDateOrNull(row?.last_success_at ?? null)),
    ended_at: formatInstantOrNull(toDateOrNull(row?.ended_at ?? null)),
  }
}
