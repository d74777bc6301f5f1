import {Router} from '@koa/router'
import {
  type ConversationResponse,
  type ThreadListResponse,
  type ThreadResponse,
  chatRequest,
  renameThreadRequest,
} from '../../contracts/chat.ts'
import {type HttpContext, type HttpState, requireUser} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import {callingUser} from '../call-service.ts'
import {type ChatTurnOptions, beginTurn} from '../chat/chat-turns.ts'
import {type RunningTurns, answerWithEvents} from './answer-with-events.ts'

/** All routes below /api/chat; docs/chat.md describes them. */
export const CHAT_ROUTES = [
  {method: 'POST', path: '/'},
  {method: 'GET', path: '/threads'},
  {method: 'GET', path: '/threads/{id}'},
  {method: 'PATCH', path: '/threads/{id}'},
  {method: 'DELETE', path: '/threads/{id}'},
] as const

export interface ChatRoutesOptions extends ChatTurnOptions {
  readonly turns: RunningTurns
}

/** The conversation: POST /api/chat streams the answer, /api/chat/threads is what was said. */
export function chatRoutes(options: ChatRoutesOptions): Router<HttpState> {
  const {conversations} = options
  const router = new Router<HttpState>({prefix: '/api/chat'})
  router.post('/', async (ctx) => converse(ctx, options))
  router.get('/threads', async (ctx) => {
    ctx.body = {threads: await conversations.list(requireUser(ctx))} satisfies ThreadListResponse
  })
  router.get('/threads/:id', async (ctx) => {
    const {thread, messages} = await conversations.read(requireUser(ctx), ctx.params['id']!)
    ctx.body = {...thread, messages} satisfies ConversationResponse
  })
  router.patch('/threads/:id', async (ctx) => {
    const userId = requireUser(ctx)
    const {title} = validate(renameThreadRequest, await readJson(ctx.req))
    ctx.body = (await conversations.rename(userId, ctx.params['id']!, title)) satisfies ThreadResponse
  })
  router.delete('/threads/:id', async (ctx) => {
    const userId = requireUser(ctx)
    const {thread} = await conversations.read(userId, ctx.params['id']!)
    await conversations.remove(userId, thread.id)
    ctx.status = 204
  })
  return router
}

async function converse(ctx: HttpContext, {turns, ...options}: ChatRoutesOptions): Promise<void> {
  const request = validate(chatRequest, await readJson(ctx.req))
  await answerWithEvents(ctx, turns, {
    last: 'data: [DONE]\n\n',
    begin: async (signal) => {
      const {logger} = ctx.state
      const {thread, chunks} = await beginTurn(callingUser(ctx), request, {...options, logger, signal})
      ctx.set('x-vercel-ai-ui-message-stream', 'v1')
      ctx.set('location', `/api/chat/threads/${thread.id}`)
      return chunks
    },
  })
}
