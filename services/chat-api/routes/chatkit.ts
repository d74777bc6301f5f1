import {Router} from '@koa/router'
import {DomainError} from '../../domain/errors.ts'
import {type HttpContext, type HttpState} from '../../runtime/http-app.ts'
import type {Metrics} from '../../runtime/metrics.ts'
import {toProblem} from '../../runtime/problem.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import {type CallingUser, callingUser} from '../call-service.ts'
import type {ChatTurnOptions} from '../chat/chat-turns.ts'
import {type ChatKitOptions, plainAnswer, streamedAnswer} from '../chatkit/answer-request.ts'
import type {ErrorEvent} from '../chatkit/protocol.ts'
import {type PlainRequest, chatKitRequest, isStreamed} from '../chatkit/request.ts'
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
    try {
      if (isStreamed(request)) {
        const begin = async (signal: AbortSignal) => streamedAnswer(user, request, {...whole, signal})
        await answerWithEvents(ctx, turns, {begin, last: ''})
      } else {
        ctx.body = await plain(user, request, turns, whole)
      }
    } catch (error) {
      refuse(ctx, error, isStreamed(request))
    }
  })
  return router
}

/** A button that is answered when its tool is done is a turn as well: one of those that a user may have at once. */
async function plain(
  user: CallingUser,
  request: PlainRequest,
  turns: RunningTurns,
  options: Omit<ChatKitOptions, 'signal'>,
): Promise<unknown> {
  if (request.type !== 'threads.sync_custom_action')
    return plainAnswer(user, request, {...options, signal: new AbortController().signal})
  const abort = turns.begin(user.userId)
  const answer = plainAnswer(user, request, {...options, signal: abort.signal})
  const ended = async (): Promise<void> => {
    await Promise.allSettled([answer])
  }
  turns.follow(abort, ended())
  return answer
}

/** With its status, and as the component shows it: an event of the stream, or the same as JSON. */
function refuse(ctx: HttpContext, error: unknown, streamed: boolean): void {
  if (!(error instanceof DomainError)) throw error
  const {status, retryAfterSeconds} = toProblem(error, ctx.state.requestId)
  const hints = [error.hint, ...error.faults.map(({message}) => message)].filter((text) => text !== undefined)
  const event: ErrorEvent = {
    type: 'error',
    code: 'custom',
    message: [error.message, ...hints].join(' '),
    // Nothing was kept that could be answered again: it has to be said once more.
    allow_retry: false,
  }
  ctx.status = status
  if (retryAfterSeconds !== undefined) ctx.set('retry-after', String(retryAfterSeconds))
  ctx.type = streamed ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8'
  ctx.body = streamed ? `data: ${JSON.stringify(event)}\n\n` : JSON.stringify(event)
}
