import {Chat} from '@ai-sdk/react'
import type {UIMessage} from 'ai'
import type {ConversationResponse, ThreadResponse} from '../../../../contracts/chat.ts'
import {understand} from '../../../../domain/chat/understand.ts'
import {zoneOf} from '../../../../domain/dates/zone.ts'
import {ApiError} from '../api/api-error.ts'
import {threads} from '../api/client.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {announce} from '../ui/announcer.ts'
import {type ChatProblem, brokenOff, refusalOf} from './chat-problem.ts'
import {keep, readKept} from './kept-draft.ts'
import {isAnswer, spokenText, waitingIn} from './message-blocks.ts'
import {type Approvals, transportOf} from './transport.ts'

export interface ChatState {
  readonly thread: Pick<ThreadResponse, 'id' | 'title'> | null
  readonly chat: Chat<UIMessage>
  readonly isLoading: boolean
  /** A message is on its way, or its answer is. */
  readonly isBusy: boolean
  readonly draft: string
  readonly problem: ChatProblem | null
}

/** As much of the first message as the server takes for the title. */
const TITLE_LENGTH = 60

/**
 * The conversation of this window: it goes on while the chat is closed. Each thread has a Chat of the AI SDK; what is
 * between those, and what happens when something fails, is here.
 */
export class ChatSession {
  readonly userId: string
  #state: ChatState
  #again: () => Promise<void> = async () => undefined
  readonly #listeners = new Set<() => void>()

  constructor(userId: string) {
    this.userId = userId
    const kept = readKept(userId)
    this.#state = {...this.#empty(), draft: kept?.draft ?? ''}
    if (kept?.threadId) void this.open({id: kept.threadId, title: ''})
  }

  get state(): ChatState {
    return this.#state
  }

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed)
    return () => this.#listeners.delete(changed)
  }

  setDraft(draft: string): void {
    this.#set({draft})
  }

  begin(): void {
    this.#set({...this.#empty(), draft: this.#state.draft})
  }

  /** Reads what was said in a thread. */
  async open(thread: Pick<ThreadResponse, 'id' | 'title'>): Promise<void> {
    const chat = this.#newChat(thread.id)
    this.#set({thread, chat, isLoading: true, isBusy: false, problem: null})
    try {
      const found = await readThread(thread.id)
      if (this.#state.chat !== chat) return
      chat.messages = [...found.messages]
      this.#set({isLoading: false, thread: {id: found.id, title: found.title}})
    } catch (error) {
      if (this.#state.chat !== chat) return
      if (error instanceof ApiError && error.status === 404) this.begin()
      else this.#fail(refusalOf(error), async () => this.open(thread))
    }
  }

  /** It was renamed or deleted in the list of threads. */
  onThread(id: string, title: string | null): void {
    if (this.#state.thread?.id !== id) return
    if (title === null) this.begin()
    else this.#set({thread: {id, title}})
  }

  /** `draft stays`: a button said it, and what is being written is something else. */
  async send(text: string, draft?: 'draft stays'): Promise<void> {
    const words = text.trim()
    const {chat, isBusy, isLoading} = this.#state
    if (words === '' || isBusy || isLoading) return
    const said = waitingIn(chat.lastMessage).length === 0 ? null : decisionOf(words)
    if (draft === undefined) this.#set({draft: ''})
    if (said !== null) return this.answer(said)
    const before = chat.messages
    await this.#turn(chat, async () => chat.sendMessage({text: words}), {
      titled: words.replaceAll(/\s+/gu, ' ').slice(0, TITLE_LENGTH),
      takeBack: () => {
        chat.messages = before
        if (this.#state.draft === '' && draft === undefined) this.#set({draft: words})
      },
      again: async () => (draft === undefined ? this.send(this.#state.draft) : this.send(words, draft)),
    })
  }

  /** Yes or no to all that the last message asks. */
  async answer(approved: boolean): Promise<void> {
    const {chat, isBusy} = this.#state
    const asked = waitingIn(chat.lastMessage)
    if (asked.length === 0 || isBusy) return
    const before = chat.messages
    const body: Approvals = {approvals: asked.map((id) => ({id, approved}))}
    const work = async (): Promise<void> => {
      for (const id of asked) await chat.addToolApprovalResponse({id, approved})
      await chat.sendMessage(undefined, {body})
    }
    await this.#turn(chat, work, {
      titled: '',
      takeBack: () => {
        chat.messages = before
      },
      again: async () => this.answer(approved),
    })
  }

  async stop(): Promise<void> {
    await this.#state.chat.stop()
  }

  async again(): Promise<void> {
    const {isBusy, problem} = this.#state
    if (isBusy || problem === null) return
    this.#set({problem: null})
    await this.#again()
  }

  dismiss(): void {
    this.#set({problem: null})
  }

  async #turn(
    chat: Chat<UIMessage>,
    work: () => Promise<void>,
    {titled, takeBack, again}: {titled: string; takeBack: () => void; again: () => Promise<void>},
  ): Promise<void> {
    let hasAnswer = false
    this.#onAnswer.set(chat, (id) => {
      hasAnswer = true
      if (this.#state.chat === chat && this.#state.thread === null) this.#set({thread: {id, title: titled}})
    })
    this.#set({isBusy: true, problem: null})
    await work()
    const {error} = chat
    chat.clearError()
    void queryClient.invalidateQueries({queryKey: keys.threads})
    const isShown = this.#state.chat === chat
    if (isShown) this.#set({isBusy: false})
    if (!error) {
      if (isShown && chat.lastMessage?.role === 'assistant') announce(spokenText(chat.lastMessage))
    } else if (hasAnswer) {
      if (isShown) this.#fail(brokenOff(wordsOf(error)), async () => this.#readAgain())
    } else if (error instanceof ApiError && error.code === 'nothing_to_approve') {
      if (isShown) await this.#answeredElsewhere()
    } else {
      takeBack()
      if (isShown) this.#fail(refusalOf(error), again)
    }
  }

  /** After an answer that was cut off: what the server has; what was not answered at all is said once more. */
  async #readAgain(): Promise<void> {
    const {thread} = this.#state
    if (!thread) return
    await this.open(thread)
    const {chat, problem} = this.#state
    if (problem) return
    const last = chat.messages.findLast(({role}) => role === 'user')
    const text = last && spokenText(last)
    if (text !== undefined && text !== '' && !isAnswer(chat.lastMessage)) await this.send(text, 'draft stays')
  }

  async #answeredElsewhere(): Promise<void> {
    const {thread} = this.#state
    if (thread) await this.open(thread)
    if (this.#state.problem) return
    this.#fail({text: 'This was answered already, in another window perhaps.', way: null}, async () => undefined)
  }

  #fail(problem: ChatProblem, again: () => Promise<void>): void {
    this.#again = again
    this.#set({problem, isLoading: false})
  }

  readonly #onAnswer = new WeakMap<Chat<UIMessage>, (threadId: string) => void>()

  #newChat(threadId: string | undefined): Chat<UIMessage> {
    let id = threadId
    const chat: Chat<UIMessage> = new Chat<UIMessage>({
      transport: transportOf({
        threadId: () => id,
        onAnswer: (thread) => {
          id = thread
          this.#onAnswer.get(chat)?.(thread)
        },
      }),
    })
    return chat
  }

  #empty(): ChatState {
    return {thread: null, chat: this.#newChat(undefined), isLoading: false, isBusy: false, draft: '', problem: null}
  }

  #set(fields: Partial<ChatState>): void {
    this.#state = {...this.#state, ...fields}
    const {thread, draft} = this.#state
    keep({userId: this.userId, threadId: thread?.id ?? null, draft})
    for (const changed of this.#listeners) changed()
  }
}

interface ReadThread extends ThreadResponse {
  readonly messages: readonly UIMessage[]
}
const readThread = async (id: string): Promise<ReadThread> =>
  (await threads<ConversationResponse>('GET', `/${id}`)) as ReadThread

/** What a person typed in place of pressing a button; null when it is something else. */
function decisionOf(text: string): boolean | null {
  const {kind} = understand(text, {zone: zoneOf('UTC'), now: Date.now()}).meaning
  return kind === 'yes' ? true : kind === 'no' ? false : null
}

/** Of a fault that the server told of within its answer; the browser's own words help nobody. */
const wordsOf = ({name, message}: Error): string | undefined =>
  name === 'Error' && !message.startsWith('The answer ended') ? message : undefined

let current: ChatSession | undefined

/** One for each window; of another user another one. */
export function sessionOf(userId: string): ChatSession {
  if (current?.userId !== userId) current = new ChatSession(userId)
  return current
}
