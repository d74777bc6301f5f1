import {randomUUID} from 'node:crypto'
import type {UIMessage, UIMessageChunk} from 'ai'
import type {ChatRequest} from '../../contracts/chat.ts'
import {DomainError} from '../../domain/errors.ts'
import type {Logger} from '../../runtime/logger.ts'
import type {CallingUser} from '../call-service.ts'
import type {Tool} from '../tools/tool.ts'
import {type ToolCaller, type ToolCallerOptions, toolCaller} from '../tools/tool-caller.ts'
import {TOOLS} from '../tools/tools.ts'
import {answered, decisionOf, refusedIn, waitingIn, withoutUnfinished} from './approvals.ts'
import type {Conversations, Thread} from './conversations.ts'
import type {Plan} from './plan.ts'
import type {ModelClient} from './model-client.ts'

/** More of a conversation is not looked at; it stays readable. */
const REMEMBERED = 60

export interface ChatTurn {
  readonly thread: Thread
  /** With what was just said, and without the answer. */
  readonly messages: readonly UIMessage[]
  /** What the AI SDK calls a UI message stream. Runs to its end whether it is read or not only when it is read. */
  readonly chunks: ReadableStream<UIMessageChunk>
}

export interface ChatTurnOptions extends ToolCallerOptions {
  readonly conversations: Conversations
  /** Answers in place of the offline model, which takes over when it fails. */
  readonly model?: ModelClient | undefined
}

export interface TurnOptions extends ChatTurnOptions {
  readonly signal: AbortSignal
  readonly logger: Logger
}

/**
 * Takes a message or the answer to a question into its thread, and answers. What is refused throws before anything is
 * answered; what a person said is kept before it is thought about. `plan`: what a button stands for that was pressed
 * instead of writing the message; then no model is asked what is meant.
 */
export async function beginTurn(
  user: CallingUser,
  request: ChatRequest,
  {plan, ...options}: TurnOptions & {readonly plan?: Plan},
): Promise<ChatTurn> {
  const caller = await toolCaller(user, randomUUID(), options)
  const {thread, messages} = await take(user.userId, {...request, plan}, caller, options.conversations)
  return answer({user, thread, messages, caller, plan, options})
}

/**
 * Answers the last message of the person again, in place of what was answered. Throws `nothing_to_retry` when it is
 * another one, or when something has been changed for it: that would be done twice.
 */
export async function retryTurn(
  user: CallingUser,
  {id, messageId}: {readonly id: string; readonly messageId: string},
  options: TurnOptions,
): Promise<ChatTurn> {
  const caller = await toolCaller(user, randomUUID(), options)
  const {thread, messages} = await options.conversations.read(user.userId, id)
  const place = messages.findLastIndex(({role}) => role === 'user')
  const [said, ...after] = messages.slice(Math.max(place, 0))
  if (said?.id !== messageId || after.length > 1 || after.some(hasChanged)) {
    throw new DomainError('conflict', 'nothing_to_retry', 'This cannot be answered again.', {
      hint: 'Say it once more: what has been done already is in the conversation.',
    })
  }
  return answer({user, thread, messages: messages.slice(0, place + 1), answerId: after[0]?.id, caller, options})
}

/** Whether a tool that changes something was called for a message. */
const hasChanged = ({parts}: UIMessage): boolean =>
  parts.some(
    (part) => part.type === 'dynamic-tool' && !TOOLS.some((tool) => tool.name === part.toolName && isReading(tool)),
  )
const isReading = ({annotations}: Tool): boolean => annotations.readOnlyHint

interface Taken {
  readonly thread: Thread
  /** With what was just said; the last one is of the person, or a question of ours that they answered. */
  readonly messages: readonly UIMessage[]
}

async function take(
  userId: string,
  {id, message, approvals, plan}: ChatRequest & {readonly plan: Plan | undefined},
  caller: ToolCaller,
  conversations: Conversations,
): Promise<Taken> {
  const text = message?.parts[0]?.text ?? ''
  if (id === undefined)
    return say(userId, await conversations.begin(userId, titleOf(text)), [], message!, conversations)
  const {thread, messages} = await conversations.read(userId, id)
  const waiting = waitingIn(messages.at(-1))
  const decision = approvals || plan || waiting.length === 0 ? null : decisionOf(text, caller)
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
  readonly plan?: Plan | undefined
  /** Of an answer that this one takes the place of. */
  readonly answerId?: string | undefined
  readonly options: TurnOptions
}

async function answer(turn: Answering): Promise<ChatTurn> {
  const {user, thread, messages, caller, plan, answerId, options} = turn
  const {signal, logger, conversations} = options
  const save = async (message: UIMessage): Promise<void> => conversations.put(user.userId, thread.id, message)
  // 250 ms of CPU, for those who never chat.
  const [sdk, {chatTools}, {turnModel}] = await Promise.all([
    import('ai'),
    import('./chat-tools.ts'),
    import('./turn-model.ts'),
  ])
  const last = messages.at(-1)!
  const {tools, approval, outcomes} = chatTools(user, options, last.role === 'assistant' ? refusedIn(last) : [])
  const {model, instructions, mostSteps, question} = turnModel({
    client: options.model,
    caller,
    plan,
    before: messages.slice(0, -1),
    outcomes,
    logger,
  })
  const failed = (error: unknown): string => {
    logger.error({error}, 'a message was not answered')
    return 'That did not work. Nothing is lost: try again in a moment.'
  }
  const chunks = sdk.createUIMessageStream({
    originalMessages: [...messages],
    generateId: () => answerId ?? randomUUID(),
    onError: failed,
    onStepEnd: async ({responseMessage}) => save(responseMessage),
    onEnd: async ({responseMessage}) => save(responseMessage),
    execute: async ({writer}) => {
      const result = sdk.streamText({
        model,
        instructions,
        messages: await sdk.convertToModelMessages(modelled(messages), {tools, ignoreIncompleteToolCalls: true}),
        tools,
        toolApproval: approval,
        stopWhen: sdk.isStepCount(mostSteps),
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
      const asked = question()
      if (asked) writer.write({type: 'data-question', data: asked})
      writer.write({type: 'finish'})
    },
  })
  return {thread, messages, chunks}
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
