import {PassThrough} from 'node:stream'
import {Router} from '@koa/router'
import type {UIMessageChunk} from 'ai'
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

/** All routes below /api/chat; docs/chat.md describes them. */
export const CHAT_ROUTES = [
  {method: 'POST', path: '/'},
  {method: 'GET', path: '/threads'},
  {method: 'GET', path: '/threads/{id}'},
  {method: 'PATCH', path: '/threads/{id}'},
  {method: 'DELETE', path: '/threads/{id}'},
] as const

/** Answers that are under way, to be ended and waited for when the process ends. */
export class RunningTurns {
  readonly #aborts = new Set<AbortController>()
  readonly #ends = new Set<Promise<void>>()

  begin(): AbortController {
    const abort = new AbortController()
    this.#aborts.add(abort)
    return abort
  }

  follow(abort: AbortController, end: Promise<void>): void {
    const whole = end.finally(() => {
      this.#aborts.delete(abort)
      this.#ends.delete(whole)
    })
    this.#ends.add(whole)
  }

  drop(abort: AbortController): void {
    this.#aborts.delete(abort)
  }

  hangUp(): void {
    for (const abort of this.#aborts) abort.abort()
  }

  async ended(): Promise<void> {
    await Promise.all(this.#ends)
  }
}

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
  const abort = turns.begin()
  const out = new PassThrough()
  try {
    const {logger} = ctx.state
    const turn = await beginTurn(callingUser(ctx), request, {...options, logger, signal: abort.signal})
    // Gone before it was answered: no more is done, and what was done is kept.
    ctx.res.once('close', () => abort.abort())
    turns.follow(abort, pump(turn.chunks, out))
    ctx.set('x-vercel-ai-ui-message-stream', 'v1')
    ctx.set('x-accel-buffering', 'no')
    ctx.set('location', `/api/chat/threads/${turn.thread.id}`)
    ctx.type = 'text/event-stream; charset=utf-8'
    ctx.body = out
  } catch (error) {
    turns.drop(abort)
    throw error
  }
}

/** Reads to the end even when nobody listens any more: the end is when the answer is kept. */
async function pump(chunks: ReadableStream<UIMessageChunk>, out: PassThrough): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (out.destroyed || out.write(`data: ${JSON.stringify(chunk)}\n\n`)) continue
      await new Promise<void>((resolve) => {
        const go = (): void => {
          out.off('drain', go).off('close', go)
          resolve()
        }
        out.once('drain', go).once('close', go)
      })
    }
    if (!out.destroyed) out.end('data: [DONE]\n\n')
  } catch (error) {
    out.destroy(error as Error)
  }
}
