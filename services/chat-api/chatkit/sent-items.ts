import {isDeepStrictEqual} from 'node:util'
import type {AssistantItem, Event, Item} from './protocol.ts'
import type {ShownItem} from './thread-items.ts'

/** What a client has been told, so that it is told the rest and nothing twice. */
export class SentItems {
  readonly #whole = new Map<string, Item>()
  /** Texts of which more may come. */
  readonly #growing = new Map<string, AssistantItem>()

  constructor(items: readonly Item[]) {
    for (const item of items) this.#whole.set(item.id, item)
  }

  /** These are all that there are. */
  *become(items: readonly Item[]): Generator<Event> {
    const ids = new Set(items.map(({id}) => id))
    for (const id of [...this.#whole.keys(), ...this.#growing.keys()]) {
      if (ids.has(id)) continue
      this.#whole.delete(id)
      this.#growing.delete(id)
      yield {type: 'thread.item.removed', item_id: id}
    }
    yield* this.grow(items.map((item) => ({item, isGrowing: false})))
  }

  /** These have come, or have become more; about others nothing is said. */
  *grow(items: readonly ShownItem[]): Generator<Event> {
    for (const {item, isGrowing} of items) {
      const known = this.#whole.get(item.id)
      if (known) {
        if (!isDeepStrictEqual(known, item)) yield {type: 'thread.item.replaced', item}
        this.#whole.set(item.id, item)
      } else if (item.type === 'assistant_message') {
        yield* this.#text(item, isGrowing)
      } else {
        yield {type: 'thread.item.done', item}
        this.#whole.set(item.id, item)
      }
    }
  }

  *#text(item: AssistantItem, isGrowing: boolean): Generator<Event> {
    const [content] = item.content
    if (!content) return
    const known = this.#growing.get(item.id)
    if (!known) {
      yield {type: 'thread.item.added', item: {...item, content: []}}
      const empty = {...content, text: ''}
      const update = {type: 'assistant_message.content_part.added', content_index: 0, content: empty} as const
      yield {type: 'thread.item.updated', item_id: item.id, update}
    }
    // What was written is never unwritten.
    const delta = content.text.slice(known?.content[0]?.text.length ?? 0)
    if (delta !== '') {
      const update = {type: 'assistant_message.content_part.text_delta', content_index: 0, delta} as const
      yield {type: 'thread.item.updated', item_id: item.id, update}
    }
    this.#growing.set(item.id, item)
    if (isGrowing) return
    const update = {type: 'assistant_message.content_part.done', content_index: 0, content} as const
    yield {type: 'thread.item.updated', item_id: item.id, update}
    yield {type: 'thread.item.done', item}
    this.#growing.delete(item.id)
    this.#whole.set(item.id, item)
  }
}
