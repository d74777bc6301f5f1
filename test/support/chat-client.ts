import {DefaultChatTransport, type DynamicToolUIPart, type UIMessage, readUIMessageStream} from 'ai'

export interface ChatAnswer {
  readonly message: UIMessage
  readonly thread: string
  readonly text: string
  readonly tools: readonly DynamicToolUIPart[]
  /** What was asked, and the whole messages that answer it. */
  readonly question: {readonly text: string; readonly choices: readonly {write: string; means: string}[]} | null
}

interface Body {
  readonly message?: {readonly role: 'user'; readonly parts: readonly {type: 'text'; text: string}[]}
  readonly approvals?: readonly {id: string; approved: boolean}[]
}

/** The client of the AI SDK, which checks each piece of the stream against the schema of its protocol. */
export class ChatClient {
  readonly #origin: string
  readonly #headers: Record<string, string>
  thread: string | undefined
  last: UIMessage | undefined

  constructor(apiUrl: string, headers: Record<string, string>) {
    this.#origin = new URL(apiUrl).origin
    this.#headers = headers
  }

  async say(text: string, signal?: AbortSignal): Promise<ChatAnswer> {
    return this.send({message: {role: 'user', parts: [{type: 'text', text}]}}, signal)
  }

  async send(body: Body, signal?: AbortSignal): Promise<ChatAnswer> {
    const whole = {...(this.thread !== undefined && {id: this.thread}), ...body}
    const transport = new DefaultChatTransport({
      api: `${this.#origin}/api/chat`,
      headers: this.#headers,
      prepareSendMessagesRequest: () => ({body: whole}),
    })
    const stream = await transport.sendMessages({
      trigger: 'submit-message',
      chatId: 'test',
      messageId: undefined,
      messages: [],
      abortSignal: signal,
    })
    // A yes or a no goes on with the message that asked for it.
    const goesOn =
      this.last?.parts.some((part) => 'state' in part && part.state === 'approval-requested') && isDecision(body)
    let message: UIMessage | undefined
    for await (const state of readUIMessageStream({stream, ...(goesOn && this.last && {message: this.last})}))
      message = state
    this.last = message!
    const {thread} = message!.metadata as {thread: string}
    this.thread = thread
    return answerOf(message!, thread)
  }
}

const isDecision = (body: Body): boolean =>
  body.approvals !== undefined || /^(?:yes|no)$/u.test(body.message?.parts[0]?.text ?? '')

function answerOf(message: UIMessage, thread: string): ChatAnswer {
  const asked = message.parts.find((part) => part.type === 'data-question') as
    | {data: ChatAnswer['question']}
    | undefined
  return {
    message,
    thread,
    text: message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'),
    tools: message.parts.filter((part) => part.type === 'dynamic-tool'),
    question: asked?.data ?? null,
  }
}
