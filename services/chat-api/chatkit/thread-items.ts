import {type DynamicToolUIPart, type UIMessage} from 'ai'
import type {Zone} from '../../domain/dates/zone.ts'
import type {Thread} from '../chat/conversations.ts'
import type {QuestionPart} from '../chat/memory.ts'
import {type CardSetting, approvalCard, questionCard, taskCard} from './cards.ts'
import {type Facts, factsOf, placeOf} from './conversation-facts.ts'
import type {ChatKitThread, Item, UserItem} from './protocol.ts'

/** An item, and whether more of it is to come. */
export interface ShownItem {
  readonly item: Item
  readonly isGrowing: boolean
}

export interface MessageSetting {
  readonly thread: Thread
  readonly zone: Zone
  readonly facts: Facts
  /** Which one of the conversation it is. */
  readonly number: number
  /** What it asks can still be answered. */
  readonly isLast: boolean
}

/** All that is shown of a conversation, oldest first. The same messages give the same items, with the same ids. */
export function itemsOf(thread: Thread, messages: readonly UIMessage[], zone: Zone): Item[] {
  const facts = factsOf(messages)
  return messages.flatMap((message, number) =>
    itemsOfMessage(message, {thread, zone, facts, number, isLast: number === messages.length - 1}).map(
      ({item}) => item,
    ),
  )
}

/** Each part of an answer is an item of its own: texts, cards, and the words by which somebody said yes or no. */
export function itemsOfMessage(message: UIMessage, setting: MessageSetting): ShownItem[] {
  if (message.role === 'user')
    return [{item: saidItem(message.id, wordsOf(message), message, setting), isGrowing: false}]
  return message.parts.flatMap((part, index) => {
    const id = `${message.id}.${index}`
    if (part.type === 'text') return textItem(id, part, message, setting)
    if (part.type === 'dynamic-tool') return toolItems(id, {part, index}, message, setting)
    if (part.type === 'data-question') {
      const card = setting.isLast && questionCard((part as QuestionPart).data)
      return card ? [{item: {...base(id, message, setting), type: 'widget' as const, ...card}, isGrowing: false}] : []
    }
    return []
  })
}

/** The thread itself; its items only where they are asked for. */
export const threadOf = ({id, title, created_at}: Thread, items: ChatKitThread['items']): ChatKitThread => ({
  id,
  title,
  created_at,
  status: {type: 'active'},
  metadata: {},
  items,
})

/** The message of an item, and the part of it that it shows. */
export function partOfItem(messages: readonly UIMessage[], itemId: string): UIMessage['parts'][number] | undefined {
  const [messageId, index] = [itemId.slice(0, itemId.lastIndexOf('.')), itemId.slice(itemId.lastIndexOf('.') + 1)]
  return messages.find(({id}) => id === messageId)?.parts[Number(index)]
}

const wordsOf = ({parts}: UIMessage): string =>
  parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')

function base(id: string, message: UIMessage, {thread}: MessageSetting): Pick<Item, 'id' | 'thread_id' | 'created_at'> {
  const {at} = (message.metadata ?? {}) as {at?: string}
  return {id, thread_id: thread.id, created_at: at ?? thread.created_at}
}

const saidItem = (id: string, text: string, message: UIMessage, setting: MessageSetting): UserItem => ({
  ...base(id, message, setting),
  type: 'user_message',
  content: [{type: 'input_text', text}],
  attachments: [],
  inference_options: {},
})

function textItem(
  id: string,
  {text, state}: {text: string; state?: 'streaming' | 'done'},
  message: UIMessage,
  setting: MessageSetting,
): ShownItem[] {
  if (text === '') return []
  const content = [{type: 'output_text', text: asMarkdown(text), annotations: []}] as const
  return [{item: {...base(id, message, setting), type: 'assistant_message', content}, isGrowing: state === 'streaming'}]
}

/**
 * ChatKit reads texts as Markdown. Ours have lines; and no title of a task shall become a picture, a link or HTML. By
 * character, so that the parts of a text that grows can be written one by one.
 */
const asMarkdown = (text: string): string => text.replaceAll(/[[\]<\\]/gu, '\\$&').replaceAll('\n', '  \n')

function toolItems(
  id: string,
  {part, index}: {part: DynamicToolUIPart; index: number},
  message: UIMessage,
  setting: MessageSetting,
): ShownItem[] {
  const {facts, zone, number, isLast} = setting
  const {created_at} = base(id, message, setting)
  const cardSetting: CardSetting = {facts, zone, at: Date.parse(created_at), place: placeOf(number, index)}
  const isDone = part.state === 'output-available'
  const card = isDone ? taskCard(part, cardSetting) : part.approval ? approvalCard(part, cardSetting, isLast) : null
  const reason = part.approval && 'reason' in part.approval ? part.approval.reason : undefined
  return [
    ...(card ? [{item: {...base(id, message, setting), type: 'widget' as const, ...card}, isGrowing: false}] : []),
    ...(reason === undefined ? [] : [{item: saidItem(`${id}.said`, reason, message, setting), isGrowing: false}]),
  ]
}
