import type {UIMessage, UIMessageChunk} from 'ai'
import type {ChatRequest, ThreadResponse} from '../../services/contracts/chat.ts'
import type {ChatApi, StoredConversation} from '../client/chat-api.ts'

/** What was asked, and the whole messages that answer it. */
export interface Question {
  readonly text: string
  readonly choices: readonly {readonly means: string; readonly write: string}[]
}

/** A change that is made only after a yes. */
export interface Approval {
  readonly id: string
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
}

/** What is open after an answer. */
export interface Open {
  readonly question: Question | null
  readonly approvals: readonly Approval[]
}

const NOTHING: Open = {question: null, approvals: []}

/** One thread as a person talks in it: knows where it is kept, and what waits for an answer. */
export class Conversation {
  readonly #api: ChatApi
  #thread: string | undefined
  #open: Open = NOTHING

  constructor(api: ChatApi) {
    this.#api = api
  }

  /** Undefined until something was said. */
  get thread(): string | undefined {
    return this.#thread
  }

  get open(): Open {
    return this.#open
  }

  async threads(): Promise<readonly ThreadResponse[]> {
    return await this.#api.threads()
  }

  /** What is said next begins a new thread. */
  begin(): void {
    this.#thread = undefined
    this.#open = NOTHING
  }

  async goOn(id: string): Promise<StoredConversation> {
    const stored = await this.#api.conversation(id)
    this.#thread = stored.id
    this.#open = openIn(stored.messages.at(-1))
    return stored
  }

  /** The answer as it comes; the number of a choice is sent as what the choice says. */
  say(text: string, signal: AbortSignal): AsyncGenerator<UIMessageChunk> {
    const choice = /^\d+$/u.test(text.trim()) ? this.#open.question?.choices[Number(text) - 1] : undefined
    const message = {role: 'user' as const, parts: [{type: 'text' as const, text: choice?.write ?? text}]}
    return this.#send({message}, signal)
  }

  /** Answers everything that waits for a yes. */
  decide(approved: ReadonlyMap<string, boolean>, signal: AbortSignal): AsyncGenerator<UIMessageChunk> {
    return this.#send({approvals: [...approved].map(([id, yes]) => ({id, approved: yes}))}, signal)
  }

  /** The last message as it is kept. */
  async last(): Promise<UIMessage | undefined> {
    return this.#thread === undefined ? undefined : (await this.#api.conversation(this.#thread)).messages.at(-1)
  }

  async *#send(said: ChatRequest, signal: AbortSignal): AsyncGenerator<UIMessageChunk> {
    const request = this.#thread === undefined ? said : {id: this.#thread, ...said}
    const heard = new Heard()
    try {
      for await (const chunk of this.#api.say(request, signal)) {
        heard.take(chunk)
        this.#thread ??= heard.thread
        yield chunk
      }
    } finally {
      // What was not heard at all has answered nothing.
      if (heard.thread !== undefined) this.#open = heard.open
    }
  }
}

/** Notes what is open at the end of a stream. */
class Heard {
  thread: string | undefined
  #question: Question | null = null
  readonly #calls = new Map<string, Omit<Approval, 'id'>>()
  readonly #approvals = new Map<string, Approval>()

  get open(): Open {
    return {question: this.#question, approvals: [...this.#approvals.values()]}
  }

  take(chunk: UIMessageChunk): void {
    if (chunk.type === 'start') {
      this.thread = (chunk.messageMetadata as {thread?: string} | undefined)?.thread
    } else if (chunk.type === 'tool-input-available') {
      this.#calls.set(chunk.toolCallId, {tool: chunk.toolName, input: chunk.input as Approval['input']})
    } else if (chunk.type === 'tool-approval-request') {
      const call = this.#calls.get(chunk.toolCallId)
      if (call) this.#approvals.set(chunk.toolCallId, {id: chunk.approvalId, ...call})
    } else if (chunk.type === 'data-question') {
      this.#question = chunk.data as Question
    }
  }
}

function openIn(message: UIMessage | undefined): Open {
  if (message?.role !== 'assistant') return NOTHING
  const asked = message.parts.find(({type}) => type === 'data-question') as {data: Question} | undefined
  const approvals = message.parts.flatMap((part): Approval[] =>
    part.type === 'dynamic-tool' && part.state === 'approval-requested'
      ? [{id: part.approval.id, tool: part.toolName, input: part.input as Approval['input']}]
      : [],
  )
  return {question: asked?.data ?? null, approvals}
}
