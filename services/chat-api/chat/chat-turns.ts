import {randomUUID} from 'node:crypto'
import type {UIMessage, UIMessageChunk} from 'ai'
import type {ChatRequest} from '../../contracts/chat.ts'
import type {ChatQuestion} from '../../domain/chat/meaning.ts'
import {DomainError} from '../../domain/errors.ts'
import type {Logger} from '../../runtime/logger.ts'
import type {CallingUser} from '../call-service.ts'
import {type ToolCaller, type ToolCallerOptions, toolCaller} from '../tools/tool-caller.ts'
import {answered, decisionOf, refusedIn, waitingIn, withoutUnfinished} from './approvals.ts'
import type {Conversations, Thread} from './conversations.ts'

/** More of a conversation is not looked at; it stays readable. */
const REMEMBERED = 60
const MOST_STEPS = 6

export interface ChatTurn {
  readonly thread: Thread
  /** What the AI SDK calls a UI message stream. Runs to its end whether it is read or not only when it is read. */
  readonly chunks: ReadableStream<UIMessageChunk>
}

export interface ChatTurnOptions extends ToolCallerOptions {
  readonly conversations: Conversations
}

/**
 * Takes a message or the answer to a question into its thread, and answers. What is refused throws before anything is
 * answered; what a person said is kept before it is thought about.
 */
export async function beginTurn(
  user: CallingUser,
  request: ChatRequest,
  {signal, logger, ...options}: ChatTurnOptions & {readonly signal: AbortSignal; readonly logger: Logger},
): Promise<ChatTurn> {
  const {userId} = user
  const caller = await toolCaller(user, randomUUID(), options)
  const {thread, messages} = await take(userId, request, caller, options.conversations)
  const save = async (message: UIMessage): Promise<void> => options.conversations.put(userId, thread.id, message)
  const chunks = await answer({user, thread, messages, caller, save, signal, logger, options})
  return {thread, chunks}
}

interface Taken {
  readonly thread: Thread
  /** With what was just said; the last one is of the person, or a question of ours that they answered. */
  readonly messages: readonly UIMessage[]
}

async function take(
  userId: string,
  {id, message, approvals}: ChatRequest,
  caller: ToolCaller,
  conversations: Conversations,
): Promise<Taken> {
  const text = message?.parts[0]?.text ?? ''
  if (id === undefined)
    return say(userId, await conversations.begin(userId, titleOf(text)), [], message!, conversations)
  const {thread, messages} = await conversations.read(userId, id)
  const waiting = waitingIn(messages.at(-1))
  const decision = approvals || waiting.length === 0 ? null : decisionOf(text, caller)
  if (!approvals && decision === null) return say(userId, thread, messages, message!, conversations)
  const answers = new Map(
    approvals ? approvals.map((one) => [one.id, one.approved]) : waiting.map((one) => [one, decision!]),
  )
  // Words instead of a button are kept with what they answered.
  const last = await conversations.changeLast(userId, id, (one) => answered(one, answers, approvals ? undefined : text))
  if (!last) {
    throw new DomainError('conflict', 'nothing_to_approve', 'This was not asked, or has been answered already.', {
      hint: 'Read the conversation again.',
    })
  }
  return {thread, messages: [...messages.slice(0, -1), last]}
}

async function say(
  userId: string,
  thread: Thread,
  messages: readonly UIMessage[],
  {id, parts}: NonNullable<ChatRequest['message']>,
  conversations: Conversations,
): Promise<Taken> {
  // An id that is there already would take the place of what was said before.
  const isNew = id !== undefined && messages.every((one) => one.id !== id)
  const said: UIMessage = {
    id: isNew ? id : randomUUID(),
    role: 'user',
    metadata: {at: new Date().toISOString()},
    parts: [...parts],
  }
  await conversations.put(userId, thread.id, said)
  return {thread, messages: [...messages, said]}
}

const titleOf = (text: string): string => {
  const line = text.replaceAll(/\s+/gu, ' ').trim()
  return line.length <= 60 ? line : `${line.slice(0, 59).trimEnd().toWellFormed()}…`
}

interface Answering extends Taken {
  readonly user: CallingUser
  readonly caller: ToolCaller
  readonly save: (message: UIMessage) => Promise<void>
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly options: ToolCallerOptions
}

async function answer(turn: Answering): Promise<ReadableStream<UIMessageChunk>> {
  const {user, thread, messages, caller, save, signal, logger, options} = turn
  // 250 ms of CPU, for those who never chat.
  const [sdk, {chatTools}, {createOfflineModel}, {memoryOf}, {taskLookup}] = await Promise.all([
    import('ai'),
    import('./chat-tools.ts'),
    import('./offline-model.ts'),
    import('./memory.ts'),
    import('./task-lookup.ts'),
  ])
  const last = messages.at(-1)!
  const {tools, approval, outcomes} = chatTools(user, options, last.role === 'assistant' ? refusedIn(last) : [])
  let question: ChatQuestion | null = null
  const model = createOfflineModel({
    context: caller,
    memory: memoryOf(messages.slice(0, -1)),
    tasks: taskLookup(caller),
    outcomes,
    ask: (asked) => {
      question = asked
    },
  })
  const failed = (error: unknown): string => {
    logger.error({error}, 'a message was not answered')
    return 'That did not work. Nothing is lost: try again in a moment.'
  }
  return sdk.createUIMessageStream({
    originalMessages: [...messages],
    generateId: randomUUID,
    onError: failed,
    onStepEnd: async ({responseMessage}) => save(responseMessage),
    onEnd: async ({responseMessage}) => save(responseMessage),
    execute: async ({writer}) => {
      const result = sdk.streamText({
        model,
        messages: await sdk.convertToModelMessages(modelled(messages), {tools, ignoreIncompleteToolCalls: true}),
        tools,
        toolApproval: approval,
        stopWhen: sdk.isStepCount(MOST_STEPS),
        abortSignal: signal,
        maxRetries: 0,
        onError: () => undefined,
      })
      const stream = sdk.toUIMessageStream({
        stream: result.stream,
        sendFinish: false,
        onError: failed,
        messageMetadata: ({part}) =>
          part.type === 'start' ? {thread: thread.id, at: new Date().toISOString()} : undefined,
      })
      const reader = stream.getReader()
      for (;;) {
        const {done, value} = await reader.read()
        if (done) break
        writer.write(value)
      }
      if (question) writer.write({type: 'data-question', data: question})
      writer.write({type: 'finish'})
    },
  })
}

/** The end of the conversation, from something that a person said on. */
function modelled(messages: readonly UIMessage[]): UIMessage[] {
  const recent = messages.slice(-REMEMBERED)
  const from = Math.max(
    0,
    recent.findIndex(({role}) => role === 'user'),
  )
  const last = recent.at(-1)!
  return recent.slice(from).map((message) => (message === last ? message : withoutUnfinished(message)))
}
