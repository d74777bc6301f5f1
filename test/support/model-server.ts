import {once} from 'node:events'
import {type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer} from 'node:http'
import type {AddressInfo} from 'node:net'

export interface ModelCall {
  readonly name: string
  /** A text is sent as it is, JSON or not. */
  readonly args: unknown
  readonly id?: string
}

/** What the server sends for one question, and what goes wrong with it. */
export type ModelAnswer =
  | {
      readonly say?: string
      /** Thoughts, in a field of their own. */
      readonly think?: string
      readonly calls?: readonly ModelCall[]
      /** Ollama numbers all calls 0, others leave the number out. */
      readonly index?: 'right' | 'zero' | 'missing'
      /** Arguments come in one piece, or in several. */
      readonly pieces?: 'one' | 'several'
      /** After what is said: the connection breaks, the answer ends without a word, or nothing more comes. */
      readonly ending?: 'cut' | 'end' | 'silence'
    }
  /** As it is, instead of a stream. */
  | {readonly status: number; readonly headers?: Record<string, string>; readonly body: string}
  | 'silence'

export interface ModelQuestion {
  readonly headers: IncomingHttpHeaders
  readonly path: string
  readonly text: string
  readonly body: {
    readonly model: string
    readonly stream: boolean
    readonly messages: readonly {role: string; content: string | null; tool_calls?: unknown[]; tool_call_id?: string}[]
    readonly tools: readonly {function: {name: string; description: string; parameters: Record<string, unknown>}}[]
  }
}

export interface ModelServer {
  /** With /v1 at its end. */
  readonly url: string
  readonly questions: ModelQuestion[]
  /** Called with each question, and how many came before it. */
  answer: (question: ModelQuestion, number: number) => ModelAnswer
  /** Connections that are open. */
  readonly open: () => number
  stop(): Promise<void>
}

/** A server that speaks `/v1/chat/completions` with server-sent events on a loopback port, with every fault one can set. */
export async function startModelServer(): Promise<ModelServer> {
  const sockets = new Set<{destroy(): void}>()
  const http = createServer((request, response) => void take(request, response))
  http.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const {port} = http.address() as AddressInfo

  const server: ModelServer = {
    url: `http://127.0.0.1:${port}/v1`,
    questions: [],
    answer: () => ({say: 'Nothing was set.'}),
    open: () => sockets.size,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => http.close(() => resolve()))
    },
  }
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const {url: path = '', headers} = request
    if (path !== '/v1/chat/completions') {
      response.writeHead(404, {'content-type': 'application/json'}).end('{"error":{"message":"no such path"}}')
      return
    }
    const question: ModelQuestion = {headers, path, text, body: JSON.parse(text) as ModelQuestion['body']}
    const number = server.questions.push(question) - 1
    send(server.answer(question, number), response)
  }
  return server
}

function send(answer: ModelAnswer, response: ServerResponse): void {
  if (answer === 'silence') return
  if ('status' in answer) {
    response.writeHead(answer.status, {'content-type': 'application/json', ...answer.headers}).end(answer.body)
    return
  }
  const {say, think, calls = [], index = 'right', pieces = 'several', ending} = answer
  response.writeHead(200, {'content-type': 'text/event-stream'})
  const chunk = (delta: object, finish: string | null = null): void => {
    const choices = [{index: 0, delta, finish_reason: finish}]
    const whole = {id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'fake', choices}
    response.write(`data: ${JSON.stringify(whole)}\n\n`)
  }
  chunk({role: 'assistant', content: ''})
  if (think !== undefined) chunk({reasoning_content: think})
  for (const word of say?.split(/(?<= )/u) ?? []) chunk({content: word})
  calls.forEach((call, place) => {
    const number = index === 'missing' ? {} : {index: index === 'zero' ? 0 : place}
    const text = typeof call.args === 'string' ? call.args : JSON.stringify(call.args)
    const head = {...number, id: call.id ?? `call_${place}`, type: 'function'}
    if (pieces === 'one' || index !== 'right') {
      chunk({tool_calls: [{...head, function: {name: call.name, arguments: text}}]})
      return
    }
    chunk({tool_calls: [{...head, function: {name: call.name, arguments: ''}}]})
    for (const piece of text.match(/.{1,7}/gsu) ?? []) chunk({tool_calls: [{...number, function: {arguments: piece}}]})
  })
  if (ending === 'silence') return
  if (ending === 'cut') {
    // In the middle of a chunked answer; with a reset what was written might not arrive.
    response.socket!.end()
    return
  }
  if (ending !== 'end') {
    chunk({}, calls.length > 0 ? 'tool_calls' : 'stop')
    response.write('data: [DONE]\n\n')
  }
  response.end()
}
