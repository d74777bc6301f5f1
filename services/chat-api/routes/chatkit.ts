import {Router} from '@koa/router'
import {DomainError} from '../../domain/errors.ts'
import {type HttpContext, type HttpState} from '../../runtime/http-app.ts'
import type {Metrics} from '../../runtime/metrics.ts'
import {toProblem} from '../../runtime/problem.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import {callingUser} from '../call-service.ts'
import type {ChatTurnOptions} from '../chat/chat-turns.ts'
import {plainAnswer, streamedAnswer} from '../chatkit/answer-request.ts'
import type {ErrorEvent} from '../chatkit/protocol.ts'
import {chatKitRequest, isStreamed} from '../chatkit/request.ts'
import {type RunningTurns, answerWithEvents} from './answer-with-events.ts'

export interface ChatKitRouteOptions extends ChatTurnOptions {
  readonly turns: RunningTurns
  readonly metrics: Metrics
}

/** POST /chatkit: the conversations of /api/chat, in the protocol of ChatKit. docs/chat.md describes it. */
export function chatKitRoute({turns, metrics, ...options}: ChatKitRouteOptions): Router<HttpState> {
  const feedback = metrics.counter('chatkit_feedback_total', 'Answers that somebody judged, by kind.', ['kind'])
  const router = new Router<HttpState>()
  router.post('/chatkit', async (ctx) => {
    ctx.set('cache-control', 'no-store')
    const request = validate(chatKitRequest, await readJson(ctx.req))
    const user = callingUser(ctx)
    const whole = {...options, feedback, logger: ctx.state.logger}
    const streamed = isStreamed(request)
    try {
      if (isStreamed(request)) {
        const begin = async (signal: AbortSignal) => streamedAnswer(user, request, {...whole, signal})
        await answerWithEvents(ctx, turns, {begin, last: ''})
      } else {
        ctx.body = await plainAnswer(user, request, {...whole, signal: AbortSignal.timeout(PLAIN_MS)})
      }
    } catch (error) {
      refuse(ctx, error, streamed)
    }
  })
  return router
}

/** For `threads.sync_custom_action`, which runs a tool and answers when it is done. */
const PLAIN_MS = 60_000

/** With its status, and as the component shows it: an event of the stream, or the same as JSON. */
function refuse(ctx: HttpContext, error: unknown, streamed: boolean): void {
  if (!(error instanceof DomainError)) throw error
  const {status, retryAfterSeconds} = toProblem(error, ctx.state.requestId)
  const hints = [error.hint, ...error.faults.map(({message}) => message)].filter((text) => text !== undefined)
  const event: ErrorEvent = {
    type: 'error',
    code: 'custom',
    message: [error.message, ...hints].join(' '),
    allow_retry: error.retryable,
  }
  ctx.status = status
  if (retryAfterSeconds !== undefined) ctx.set('retry-after', String(retryAfterSeconds))
  ctx.type = streamed ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8'
  ctx.body = streamed ? `data: ${JSON.stringify(event)}\n\n` : JSON.stringify(event)
}
