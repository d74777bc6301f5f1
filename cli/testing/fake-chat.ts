import type {ServerResponse} from 'node:http'
import type {UIMessage, UIMessageChunk} from 'ai'
import type {ThreadResponse} from '../../services/contracts/chat.ts'
import {DomainError} from '../../services/domain/errors.ts'

export const THREAD = '6f1f0b9e-8c5d-4d1e-9a3b-000000000001'

/** /api/chat with answers that a test makes up, sent as the real one sends them: an event for each chunk. */
export class FakeChat {
  /** The next answers, one for each message; what has no `finish` breaks off. */
  readonly answers: UIMessageChunk[][] = []
  readonly said: unknown[] = []
  threads: ThreadResponse[] = []
  messages: UIMessage[] = []

  respond(method: string, path: string, body: unknown, response: ServerResponse): unknown {
    if (method === 'GET' && path === '/threads') return {threads: this.threads}
    const thread = this.threads.find(({id}) => path === `/threads/${id}`)
    if (method === 'GET' && thread) return {...thread, messages: this.messages}
    const answer = method === 'POST' && path === '' ? this.answers.shift() : undefined
    if (!answer) throw new DomainError('not_found', 'thread_not_found', 'There is no such conversation.')
    this.said.push(body)
    response.writeHead(200, {'content-type': 'text/event-stream; charset=utf-8'})
    for (const chunk of answer) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    if (answer.some(({type}) => type === 'finish')) response.end('data: [DONE]\n\n')
    else response.write('data: {"type":', () => response.destroy())
    return undefined
  }
}

const START: UIMessageChunk = {type: 'start', messageId: 'm1', messageMetadata: {thread: THREAD}}

/** A whole answer around these chunks. */
export const answer = (...chunks: UIMessageChunk[]): UIMessageChunk[] => [START, ...chunks, {type: 'finish'}]

export const says = (...deltas: string[]): UIMessageChunk[] => [
  {type: 'text-start', id: 't'},
  ...deltas.map((delta): UIMessageChunk => ({type: 'text-delta', id: 't', delta})),
  {type: 'text-end', id: 't'},
]

export const calls = (toolName: string, input: unknown): UIMessageChunk => ({
  type: 'tool-input-available',
  toolCallId: 'c1',
  toolName,
  input,
  dynamic: true,
})

export const gives = (structuredContent: unknown): UIMessageChunk => ({
  type: 'tool-output-available',
  toolCallId: 'c1',
  output: {content: [], structuredContent},
  dynamic: true,
})

export const asksForYes: UIMessageChunk = {type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c1'}
