import type {UIMessage, UIMessageChunk} from 'ai'
import type {Zone} from '../../domain/dates/zone.ts'
import type {Logger} from '../../runtime/logger.ts'
import type {ChatTurn} from '../chat/chat-turns.ts'
import {factsOf, isChanging, withMessage} from './conversation-facts.ts'
import type {Event} from './protocol.ts'
import {SentItems} from './sent-items.ts'
import {itemsOf, itemsOfMessage, threadOf} from './thread-items.ts'

export interface ShownTurn {
  readonly turn: ChatTurn
  /** The conversation as the client has it; null: it begins with this turn. */
  readonly before: readonly UIMessage[] | null
  readonly zone: Zone
  readonly logger: Logger
}

/**
 * A turn as the events of ChatKit. Put together they are what `items.list` answers afterwards. Runs to its end only when
 * it is read to its end; never throws.
 */
export async function* turnEvents({turn, before, zone, logger}: ShownTurn): AsyncGenerator<Event> {
  const {thread, messages} = turn
  if (!before) yield {type: 'thread.created', thread: threadOf(thread, {data: [], has_more: false})}
  const sent = new SentItems(before ? itemsOf(thread, before, zone) : [])
  yield* sent.become(itemsOf(thread, messages, zone))
  yield {type: 'stream_options', stream_options: {allow_cancel: true}}
  const faults: string[] = []
  const last = messages.at(-1)
  // A yes or a no goes on with the message that asked for it.
  let answer = last?.role === 'assistant' ? last : undefined
  const earlier = answer ? messages.slice(0, -1) : messages
  const facts = factsOf(earlier)
  try {
    const {readUIMessageStream} = await import('ai')
    const told = new Set<string>()
    const stream = turn.chunks.pipeThrough(without(faults))
    const states = readUIMessageStream({stream, terminateOnError: true, ...(answer && {message: answer})})
    for await (const state of states) {
      answer = state
      yield* progress(state, told)
      const setting = {thread, zone, facts: withMessage(facts, state, earlier.length), number: earlier.length}
      yield* sent.grow(itemsOfMessage(state, {...setting, isLast: true}))
    }
  } catch (error) {
    logger.error({error}, 'an answer could not be shown')
    faults.push('That did not work. Read the conversation again before you repeat it.')
  }
  // Cards further up lose the buttons for what has been done now.
  yield* sent.become(itemsOf(thread, answer ? [...earlier, answer] : earlier, zone))
  const hasChanged = answer?.parts.some((part) => part.type === 'dynamic-tool' && isChanging(part)) ?? false
  for (const message of faults) yield {type: 'error', code: 'custom', message, allow_retry: !hasChanged}
}

/** What goes wrong is no part of the answer. */
const without = (faults: string[]): TransformStream<UIMessageChunk, UIMessageChunk> =>
  new TransformStream({
    transform(chunk, controller) {
      if (chunk.type === 'error') faults.push(chunk.errorText)
      else controller.enqueue(chunk)
    },
  })

/** Once for each call of a tool, while it runs. */
function* progress({parts}: UIMessage, told: Set<string>): Generator<Event> {
  for (const part of parts) {
    if (part.type !== 'dynamic-tool' || part.state !== 'input-available' || told.has(part.toolCallId)) continue
    told.add(part.toolCallId)
    yield {type: 'progress_update', text: isChanging(part) ? 'Changing your tasks' : 'Looking at your tasks'}
  }
}
