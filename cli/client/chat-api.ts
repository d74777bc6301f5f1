import type {UIMessage, UIMessageChunk} from 'ai'
import type {ChatRequest, ThreadListResponse, ThreadResponse} from '../../services/contracts/chat.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {HttpClient} from './http-client.ts'

/** A thread and what was said in it, oldest first. */
export interface StoredConversation extends ThreadResponse {
  readonly messages: readonly UIMessage[]
}

/** `…/api/chat`, which lies beside `…/api/v1`. */
export const chatUrlOf = (apiUrl: string): string =>
  apiUrl.endsWith('/v1') ? apiUrl.replace(/\/v1$/u, '/chat') : `${new URL(apiUrl).origin}/api/chat`

/** The routes below /api/chat. */
export class ChatApi {
  readonly #http: HttpClient

  /** `http`: a client for chatUrlOf(…). */
  constructor(http: HttpClient) {
    this.#http = http
  }

  /** Last used first. */
  async threads(): Promise<readonly ThreadResponse[]> {
    return (await this.#http.call<ThreadListResponse>({method: 'GET', path: '/threads'})).threads
  }

  async conversation(id: string): Promise<StoredConversation> {
    return await this.#http.call({method: 'GET', path: `/threads/${encodeURIComponent(id)}`})
  }

  /**
   * The answer, piece by piece to its end, as the UI message stream of the AI SDK has it. Rejects with the reason of the
   * signal, and with an error when the stream ends too early.
   */
  async *say(request: ChatRequest, signal: AbortSignal): AsyncGenerator<UIMessageChunk> {
    let finished = false
    try {
      for await (const chunk of this.#chunks(request, signal)) {
        finished ||= chunk.type === 'finish'
        yield chunk
      }
    } catch (error) {
      signal.throwIfAborted()
      throw error instanceof CliError ? error : cutOff(error)
    }
    if (!finished) throw cutOff(undefined)
  }

  /** Ends connections that are kept open. */
  close(): void {
    this.#http.close()
  }

  async *#chunks(request: ChatRequest, signal: AbortSignal): AsyncGenerator<UIMessageChunk> {
    const body = await this.#http.open({method: 'POST', path: '', body: request}, signal)
    body.setEncoding('utf8')
    let text = ''
    for await (const piece of body) {
      text += String(piece)
      const events = text.split('\n\n')
      text = events.pop()!
      for (const event of events) {
        const data = event.replace(/^data: /u, '')
        if (data !== '[DONE]') yield JSON.parse(data) as UIMessageChunk
      }
    }
  }
}

const cutOff = (cause: unknown): CliError =>
  new CliError('The answer broke off. What was done until then stays done.', {
    code: 'answer_cut_off',
    exit: EXIT.unreachable,
    hints: ['todo5 chat --continue        goes on with the conversation', 'todo5 status'],
    cause,
  })
