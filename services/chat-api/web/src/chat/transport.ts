import {type ChatTransport, DefaultChatTransport, type UIMessage} from 'ai'
import {converse} from '../api/client.ts'

export interface ThreadLink {
  /** Undefined until the first answer begins. */
  readonly threadId: () => string | undefined
  /** An answer begins, in this thread. */
  readonly onAnswer: (threadId: string) => void
}

/** What is sent in place of a message: the answers to what was asked. */
export interface Approvals {
  readonly approvals: readonly {readonly id: string; readonly approved: boolean}[]
}

const END = 'data: [DONE]'

/** Sends what is new and nothing else: the history is the server's. */
export function transportOf({threadId, onAnswer}: ThreadLink): ChatTransport<UIMessage> {
  return new DefaultChatTransport({
    prepareSendMessagesRequest: ({messages, body}) => {
      const approvals = (body as Partial<Approvals> | undefined)?.approvals
      const {id, parts} = messages.at(-1)!
      const text = parts.flatMap((part) => (part.type === 'text' ? [{type: 'text', text: part.text}] : []))
      return {body: {id: threadId(), ...(approvals ? {approvals} : {message: {id, role: 'user', parts: text}})}}
    },
    fetch: async (_url, init) => {
      const answer = await converse(JSON.parse(init!.body as string), init!.signal ?? null)
      const thread = /[^/]+$/u.exec(answer.headers.get('location') ?? '')?.[0]
      if (thread !== undefined) onAnswer(thread)
      return new Response(answer.body!.pipeThrough(untilDone()), {headers: answer.headers})
    },
  })
}

/** An answer that ends without saying so was cut off, though the connection was closed as it should be. */
function untilDone(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  const decoder = new TextDecoder()
  let tail = ''
  return new TransformStream({
    transform(bytes, controller) {
      tail = (tail + decoder.decode(bytes, {stream: true})).slice(-2 * END.length)
      controller.enqueue(bytes)
    },
    flush(controller) {
      if (!tail.includes(END)) controller.error(new Error('The answer ended before its end.'))
    },
  })
}
