import {type ChatKitAnswer, checkChatKitAnswer, checkChatKitRequest} from '../chatkit/published-schema.ts'

type Json = any // eslint-disable-line typescript/no-explicit-any -- checked against the published schema

/** Of each request what answers it; the others answer `{}`. */
const ANSWERS: Readonly<Record<string, ChatKitAnswer>> = {
  'threads.get_by_id': 'thread',
  'threads.update': 'thread',
  'threads.list': 'threads',
  'items.list': 'items',
  'threads.sync_custom_action': 'syncAction',
}

export interface ChatKitAnswered {
  readonly status: number
  readonly events: readonly Json[]
  readonly error: {readonly message: string; readonly allow_retry: boolean} | undefined
  /** Of a request that is not streamed. */
  readonly body: Json
}

/**
 * Speaks the protocol as the component does: it keeps the items of its thread by the events alone. Each request and each
 * answer is checked against the published schema.
 */
export class ChatKitClient {
  readonly #url: string
  readonly #headers: Record<string, string>
  thread: string | undefined
  items: Json[] = []

  constructor(url: string, headers: Record<string, string>) {
    this.#url = url
    this.#headers = headers
  }

  async say(text: string): Promise<ChatKitAnswered> {
    const input = {content: [{type: 'input_text', text}], attachments: [], inference_options: {}}
    return this.thread === undefined
      ? this.send('threads.create', {input})
      : this.send('threads.add_user_message', {thread_id: this.thread, input})
  }

  /** Presses the newest button with this label. */
  async press(label: string, type: 'threads.custom_action' | 'threads.sync_custom_action' = 'threads.custom_action') {
    const item = this.items.findLast((one) => buttonsOf(one).some((button) => button.label === label))
    const button = item && buttonsOf(item).findLast((one) => one.label === label)
    if (!button) throw new Error(`no button ${label} in ${JSON.stringify(this.items)}`)
    const {type: action, payload} = button.onClickAction
    return this.send(type, {thread_id: this.thread, item_id: item.id, action: {type: action, payload}})
  }

  async send(type: string, params: Json): Promise<ChatKitAnswered> {
    const request = {type, params, metadata: {}}
    checkChatKitRequest(request)
    const answer = await fetch(this.#url, {
      method: 'POST',
      headers: {...this.#headers, 'content-type': 'application/json'},
      body: JSON.stringify(request),
    })
    const {status} = answer
    const text = await answer.text()
    if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
      const events = text
        .split('\n\n')
        .filter((one) => one !== '')
        .map((one) => JSON.parse(one.slice('data: '.length)))
      for (const event of events) this.#take(event)
      return {status, events, error: events.find((one) => one.type === 'error'), body: undefined}
    }
    const body = JSON.parse(text)
    if (status < 400) {
      const kind = ANSWERS[type]
      if (kind) checkChatKitAnswer(kind, body)
      else if (text !== '{}') throw new Error(`${type} answered ${text}`)
    } else if (body.type === 'error') checkChatKitAnswer('event', body)
    return {status, events: [], error: body.type === 'error' ? body : undefined, body}
  }

  #take(event: Json): void {
    checkChatKitAnswer('event', event)
    const place = (id: string): number => this.items.findIndex((item) => item.id === id)
    switch (event.type) {
      case 'thread.created':
        this.thread = event.thread.id
        break
      case 'thread.item.added':
        if (place(event.item.id) !== -1) throw new Error(`added twice: ${event.item.id}`)
        this.items.push(event.item)
        break
      case 'thread.item.done':
        if (place(event.item.id) === -1) this.items.push(event.item)
        else this.items[place(event.item.id)] = event.item
        break
      case 'thread.item.replaced':
        if (place(event.item.id) === -1) throw new Error(`replaced what is not there: ${event.item.id}`)
        this.items[place(event.item.id)] = event.item
        break
      case 'thread.item.removed':
        this.items.splice(place(event.item_id), 1)
        break
      case 'thread.item.updated':
        update(this.items[place(event.item_id)], event.update)
        break
    }
  }
}

function update(item: Json, change: Json): void {
  const {content_index: index} = change
  if (change.type.endsWith('text_delta')) item.content[index].text += change.delta
  else {
    // What was put together is what it says in the end.
    if (change.type.endsWith('.done') && item.content[index].text !== change.content.text)
      throw new Error(`${item.content[index].text} is not ${change.content.text}`)
    item.content[index] = {...change.content}
  }
}

export const buttonsOf = (component: Json): Json[] => {
  if (component.type === 'Button') return [component]
  return [component.widget ?? [], component.children ?? []].flat().flatMap(buttonsOf)
}

/** What the assistant said, without the marks of Markdown. */
export const textOf = ({events}: ChatKitAnswered): string =>
  events
    .filter(({type, item}) => type === 'thread.item.done' && item.type === 'assistant_message')
    .map(({item}) => item.content[0].text.replaceAll('  \n', '\n').replaceAll(/\\(.)/gu, '$1'))
    .join('\n')
