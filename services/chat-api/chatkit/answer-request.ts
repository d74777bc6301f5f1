import {randomUUID} from 'node:crypto'
import type {UIMessage} from 'ai'
import {chatRequest, renameThreadRequest} from '../../contracts/chat.ts'
import type {Zone} from '../../domain/dates/zone.ts'
import {DomainError} from '../../domain/errors.ts'
import type {Counter} from 'prom-client'
import {validate} from '../../runtime/validate.ts'
import type {CallingUser} from '../call-service.ts'
import {type ChatTurn, type TurnOptions, beginTurn, retryTurn} from '../chat/chat-turns.ts'
import type {Conversation} from '../chat/conversations.ts'
import type {QuestionPart} from '../chat/memory.ts'
import {toolCaller} from '../tools/tool-caller.ts'
import {TASK_ACTIONS, cardAction, offers} from './card-actions.ts'
import {factsOf} from './conversation-facts.ts'
import {pageOf} from './pages.ts'
import type {Event, Item} from './protocol.ts'
import type {ActionParams, PlainRequest, StreamedRequest, UserInput} from './request.ts'
import {itemsOf, partOfItem, threadOf} from './thread-items.ts'
import {turnEvents} from './turn-events.ts'

export interface ChatKitOptions extends TurnOptions {
  /** How often somebody found an answer good or bad, by `kind`. */
  readonly feedback: Counter<'kind'>
}

/** Begins a turn. What is refused throws before anything is answered. */
export async function streamedAnswer(
  user: CallingUser,
  request: StreamedRequest,
  options: ChatKitOptions,
): Promise<AsyncGenerator<Event>> {
  const {logger} = options
  const zone = await zoneOf(user, options)
  switch (request.type) {
    case 'threads.create': {
      const turn = await beginTurn(user, validate(chatRequest, {message: messageOf(request.params.input)}), options)
      return turnEvents({turn, before: null, zone, logger})
    }
    case 'threads.add_user_message': {
      const {thread_id: id, input} = request.params
      const {messages: before} = await options.conversations.read(user.userId, id)
      const turn = await beginTurn(user, validate(chatRequest, {id, message: messageOf(input)}), options)
      return turnEvents({turn, before, zone, logger})
    }
    case 'threads.retry_after_item': {
      const {thread_id: id, item_id: messageId} = request.params
      const {messages: before} = await options.conversations.read(user.userId, id)
      const turn = await retryTurn(user, {id, messageId}, options)
      return turnEvents({turn, before, zone, logger})
    }
    case 'threads.custom_action':
      return act(user, request.params, options)
    case 'threads.add_client_tool_output':
    case 'threads.add_structured_input':
      throw notOffered(request.type)
  }
}

export async function plainAnswer(user: CallingUser, request: PlainRequest, options: ChatKitOptions): Promise<unknown> {
  const {conversations} = options
  const {userId} = user
  switch (request.type) {
    case 'threads.list': {
      const page = pageOf(await conversations.list(userId), request.params)
      return {...page, data: page.data.map((thread) => threadOf(thread, NO_ITEMS))}
    }
    case 'threads.get_by_id': {
      const conversation = await conversations.read(userId, request.params.thread_id)
      const items = (await shown(user, conversation, options)).toReversed()
      return threadOf(conversation.thread, pageOf(items, {limit: 20, order: 'asc'}))
    }
    case 'items.list': {
      const conversation = await conversations.read(userId, request.params.thread_id)
      return pageOf((await shown(user, conversation, options)).toReversed(), request.params)
    }
    case 'items.feedback': {
      const {thread_id: thread, item_ids: items, kind} = request.params
      await conversations.read(userId, thread)
      options.feedback.inc({kind})
      options.logger.info({thread, items, kind}, 'somebody judged an answer')
      return {}
    }
    case 'threads.update': {
      const {title} = validate(renameThreadRequest, {title: request.params.title})
      return threadOf(await conversations.rename(userId, request.params.thread_id, title), NO_ITEMS)
    }
    case 'threads.delete': {
      const {thread} = await conversations.read(userId, request.params.thread_id)
      await conversations.remove(userId, thread.id)
      return {}
    }
    case 'threads.sync_custom_action': {
      const {thread_id: id, item_id: itemId} = request.params
      // The turn goes to its end, and what it says is in the conversation.
      for await (const event of await act(user, request.params, options))
        if (event.type === 'error') throw new DomainError('unavailable', 'not_answered', event.message)
      const items = await shown(user, await conversations.read(userId, id), options)
      const updated = items.find((item) => item.id === itemId)
      return updated ? {updated_item: updated} : {}
    }
    case 'attachments.create':
    case 'attachments.delete':
    case 'input.transcribe':
      throw notOffered(request.type)
  }
}

const NO_ITEMS = {data: [], has_more: false} as const

const zoneOf = async (user: CallingUser, options: TurnOptions): Promise<Zone> =>
  (await toolCaller(user, randomUUID(), options)).zone

const shown = async (user: CallingUser, {thread, messages}: Conversation, options: TurnOptions): Promise<Item[]> =>
  itemsOf(thread, messages, await zoneOf(user, options))

const said = (text: string) => ({role: 'user' as const, parts: [{type: 'text' as const, text}]})

function messageOf({content, attachments, quoted_text: quoted}: UserInput) {
  if (attachments.length > 0) {
    throw new DomainError('invalid', 'no_attachments', 'Files cannot be sent to todo5.', {hint: 'Write it as a text.'})
  }
  if (quoted !== undefined && quoted !== '') {
    throw new DomainError('invalid', 'no_quotes', 'Parts of an answer cannot be quoted.', {
      hint: 'Say which task you mean: its title, or its number.',
    })
  }
  return said(content.map(({text}) => text).join(''))
}

/** A button was pressed. Only what the card has as the server knows it is done; the payload is looked up, not believed. */
async function act(
  user: CallingUser,
  {thread_id: id, item_id: itemId, action}: ActionParams,
  options: ChatKitOptions,
): Promise<AsyncGenerator<Event>> {
  const conversation = await options.conversations.read(user.userId, id)
  const {messages: before} = conversation
  const zone = await zoneOf(user, options)
  const item = itemsOf(conversation.thread, before, zone).find((one) => one.id === itemId)
  if (item?.type !== 'widget' || !offers(item.widget, action)) {
    throw new DomainError('conflict', 'action_not_offered', 'This button is not there any more.', {
      hint: 'Read the conversation again.',
    })
  }
  const turn = await turnOf(user, {id, itemId: item.id, action, before}, options)
  return turnEvents({turn, before, zone, logger: options.logger})
}

interface Pressed {
  readonly id: string
  readonly itemId: string
  readonly action: ActionParams['action']
  readonly before: readonly UIMessage[]
}

async function turnOf(user: CallingUser, pressed: Pressed, options: ChatKitOptions): Promise<ChatTurn> {
  const {id, itemId, before} = pressed
  const {type, payload} = validate(cardAction, pressed.action)
  switch (type) {
    case 'todo5.answer': {
      const {approval, approved} = payload
      return beginTurn(user, {id, approvals: [{id: approval, approved}]}, options)
    }
    case 'todo5.choose': {
      const {choices} = (partOfItem(before, itemId) as QuestionPart).data
      return beginTurn(user, {id, message: said(choices[payload.choice]!.write)}, options)
    }
    case 'todo5.task': {
      const {says, call} = TASK_ACTIONS[payload.do]
      const title = factsOf(before).titles.get(payload.task) ?? `task ${payload.task}`
      const plan = {kind: 'calls', calls: [call(payload.task)], say: null} as const
      return beginTurn(user, {id, message: said(`${says}: ${title}`)}, {...options, plan})
    }
  }
}

const notOffered = (type: string): DomainError =>
  new DomainError('invalid', 'not_offered', `todo5 has no use for ${type}.`, {
    hint: 'It takes texts, and the buttons of its own cards.',
  })
