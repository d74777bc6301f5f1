import {randomUUID} from 'node:crypto'
import {Router} from '@koa/router'
import {z} from 'zod'
import type {PushKey} from '../../contracts/push-devices.ts'
import type {WebhookTest} from '../../contracts/webhook.ts'
import {DomainError} from '../../domain/errors.ts'
import {type HttpState, requireUser} from '../../runtime/http-app.ts'
import {validate} from '../../runtime/validate.ts'
import {DeliveryError} from '../channels/channel.ts'
import type {Webhook} from '../channels/webhook.ts'
import {plainAnswer} from '../use-cases/outcome.ts'

export interface WebChannelsDeps {
  readonly webhook?: Webhook | undefined
  readonly pushKey?: string | undefined
}

/** POST /v1/webhook-test and GET /v1/push-key, asked by chat-api alone. */
export function webChannelRoutes({webhook, pushKey}: WebChannelsDeps): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/v1'})
  router.post('/webhook-test', async (ctx) => {
    const userId = requireUser(ctx)
    if (!webhook) throw notSetUp('webhook')
    try {
      const answer = await webhook.test(userId, `test-${randomUUID()}`)
      ctx.body = {taken: true, code: null, answer: plainAnswer(answer)} satisfies WebhookTest
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error
      if (error.code === 'no_webhook') {
        throw new DomainError('conflict', 'no_webhook', error.message, {hint: 'Set one up first.', cause: error})
      }
      ctx.body = {taken: false, code: error.code, answer: plainAnswer(error.message)} satisfies WebhookTest
    }
  })
  router.get('/push-key', (ctx) => {
    validate(z.uuid(), requireUser(ctx))
    if (pushKey === undefined) throw notSetUp('push')
    ctx.body = {public_key: pushKey} satisfies PushKey
  })
  return router
}

const notSetUp = (channel: string): DomainError =>
  new DomainError('conflict', 'channel_not_set_up', `This todo5 cannot send by ${channel}.`, {
    hint: 'Choose email, or ask whoever runs it.',
  })
