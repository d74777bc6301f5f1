import {randomUUID} from 'node:crypto'
import type {UIMessage} from 'ai'
import {DomainError} from '../../domain/errors.ts'
import type {ConversationStore} from '../../ports/conversation-store.ts'

export interface Thread {
  readonly id: string
  readonly title: string
  /** ISO 8601, UTC. */
  readonly created_at: string
  readonly updated_at: string
}

interface Entry extends Thread {
  /** How many chunks there are at least: one more may have been written by a process that was killed then. */
  readonly chunks: number
  /** Set while its chunks are being deleted. */
  readonly ended?: true
}

export interface Conversation {
  readonly thread: Thread
  readonly messages: readonly UIMessage[]
}

const MOST_THREADS = 500
const MOST_MESSAGES = 2000
/** A chunk is read and written as a whole with every message. */
const CHUNK_MESSAGES = 16
const CHUNK_BYTES = 128 * 1024
/** Each time somebody else was faster; with two tabs once is rare. */
const MOST_TRIES = 50

/**
 * The threads of each user and their messages, in the conversation store and nowhere else: one key for the list of
 * threads, one for each chunk of messages. Every key begins with the user, so that an id of somebody else's thread leads
 * nowhere. Every write is guarded by the etag of what was read.
 */
export class Conversations {
  readonly #store: ConversationStore

  constructor(store: ConversationStore) {
    this.#store = store
  }

  /** Last used first. */
  async list(userId: string): Promise<Thread[]> {
    const entries = await this.#entries(userId)
    for (const {id, ended} of entries) if (ended) await this.remove(userId, id)
    return entries
      .filter(({ended}) => !ended)
      .map(presented)
      .toSorted((a, b) => b.updated_at.localeCompare(a.updated_at))
  }

  async begin(userId: string, title: string): Promise<Thread> {
    const at = new Date().toISOString()
    const entry: Entry = {id: randomUUID(), title, created_at: at, updated_at: at, chunks: 0}
    await this.#changeEntries(userId, (entries) => {
      if (entries.length >= MOST_THREADS) {
        throw new DomainError('conflict', 'too_many_threads', `There are ${MOST_THREADS} conversations already.`, {
          hint: 'Delete some that you no longer need.',
        })
      }
      return [...entries, entry]
    })
    return presented(entry)
  }

  /** Throws `thread_not_found`. */
  async read(userId: string, id: string): Promise<Conversation> {
    const entry = await this.#entry(userId, id)
    const messages: UIMessage[] = []
    for (let number = 0; ; number++) {
      const chunk = await this.#chunk(userId, id, number)
      if (!chunk) break
      messages.push(...chunk.messages)
    }
    return {thread: presented(entry), messages}
  }

  async rename(userId: string, id: string, title: string): Promise<Thread> {
    await this.#entry(userId, id)
    const entries = await this.#changeEntries(userId, (all) =>
      all.map((entry) => (entry.id === id ? {...entry, title} : entry)),
    )
    return presented(entryOf(entries, id))
  }

  /** Adds a message, or puts it in the place of the one with its id. Throws `thread_not_found`. */
  async put(userId: string, id: string, message: UIMessage): Promise<void> {
    const entry = await this.#entry(userId, id)
    const number = await this.#write(userId, id, {from: Math.max(0, entry.chunks - 2), message})
    const at = new Date().toISOString()
    const entries = await this.#changeEntries(userId, (all) =>
      all.map((one) => (one.id === id ? {...one, updated_at: at, chunks: Math.max(one.chunks, number + 1)} : one)),
    )
    const isThere = entries.some((one) => one.id === id && !one.ended)
    // Deleted meanwhile, and whoever did that may not have seen this chunk.
    if (!isThere) await this.#store.delete(chunkKey(userId, id, number))
  }

  /**
   * Changes the message if it is the last one: null from `change` leaves it as it is, and is the answer then. Of two who
   * change it at once the second sees what the first has written.
   */
  async changeLast(
    userId: string,
    id: string,
    change: (message: UIMessage) => UIMessage | null,
  ): Promise<UIMessage | null> {
    const entry = await this.#entry(userId, id)
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const place = await this.#lastChunk(userId, id, Math.max(0, entry.chunks - 1))
      const last = place?.chunk.messages.at(-1)
      const changed = last && change(last)
      if (!place || !changed) return null
      const messages = [...place.chunk.messages.slice(0, -1), changed]
      if (await this.#save(chunkKey(userId, id, place.number), messages, place.chunk.etag)) return changed
    }
    throw busy()
  }

  /** Nothing when it is not there. */
  async remove(userId: string, id: string): Promise<void> {
    const before = await this.#entries(userId)
    const entry = before.find((one) => one.id === id)
    if (!entry) return
    // Marked first: what is killed half way is finished when the threads are next listed.
    await this.#changeEntries(userId, (all) => all.map((one) => (one.id === id ? {...one, ended: true} : one)))
    await this.#removeChunks(userId, entry)
    await this.#changeEntries(userId, (all) => all.filter((one) => one.id !== id))
  }

  /** All that there is of a user; says how many threads that were. */
  async erase(userId: string): Promise<number> {
    const entries = await this.#entries(userId)
    for (const entry of entries) await this.#removeChunks(userId, entry)
    await this.#store.delete(indexKey(userId))
    return entries.length
  }

  async #removeChunks(userId: string, {id, chunks}: Entry): Promise<void> {
    for (let number = 0; ; number++) {
      const key = chunkKey(userId, id, number)
      if (number >= chunks && (await this.#store.get(key)) === null) return
      await this.#store.delete(key)
    }
  }

  /** The number of the chunk that has the message then. */
  async #write(userId: string, id: string, {from, message}: {from: number; message: UIMessage}): Promise<number> {
    let number = from
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const chunk = await this.#chunk(userId, id, number)
      const messages = chunk?.messages ?? []
      const place = messages.findIndex((one) => one.id === message.id)
      if (chunk && place === -1 && (isFull(messages) || (await this.#chunk(userId, id, number + 1)))) {
        number++
        tries--
        if (number * CHUNK_MESSAGES > MOST_MESSAGES) throw tooLong()
        continue
      }
      const next = place === -1 ? [...messages, message] : messages.with(place, message)
      if (await this.#save(chunkKey(userId, id, number), next, chunk?.etag ?? null)) return number
    }
    throw busy()
  }

  async #lastChunk(userId: string, id: string, from: number): Promise<{number: number; chunk: Chunk} | null> {
    let found: {number: number; chunk: Chunk} | null = null
    for (let number = from; ; number++) {
      const chunk = await this.#chunk(userId, id, number)
      if (!chunk) return found
      found = {number, chunk}
    }
  }

  async #chunk(userId: string, id: string, number: number): Promise<Chunk | null> {
    const stored = await this.#store.get(chunkKey(userId, id, number))
    return stored && {messages: stored.value as UIMessage[], etag: stored.etag}
  }

  async #entries(userId: string): Promise<Entry[]> {
    return ((await this.#store.get(indexKey(userId)))?.value ?? []) as Entry[]
  }

  async #entry(userId: string, id: string): Promise<Entry> {
    return entryOf(await this.#entries(userId), id)
  }

  async #changeEntries(userId: string, change: (entries: readonly Entry[]) => readonly Entry[]): Promise<Entry[]> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const stored = await this.#store.get(indexKey(userId))
      const entries = (stored?.value ?? []) as Entry[]
      const changed = [...change(entries)]
      if (!stored && changed.length === 0) return []
      if (await this.#save(indexKey(userId), changed, stored?.etag ?? null)) return changed
    }
    throw busy()
  }

  async #save(key: string, value: unknown, etag: string | null): Promise<boolean> {
    return this.#store.save(key, storable(value), etag)
  }
}

interface Chunk {
  readonly messages: readonly UIMessage[]
  readonly etag: string
}

const indexKey = (userId: string): string => `chat/${userId}/threads`
const chunkKey = (userId: string, id: string, number: number): string => `chat/${userId}/${id}/${number}`

const presented = ({id, title, created_at, updated_at}: Entry): Thread => ({id, title, created_at, updated_at})

function entryOf(entries: readonly Entry[], id: string): Entry {
  const entry = entries.find((one) => one.id === id && !one.ended)
  if (entry) return entry
  throw new DomainError('not_found', 'thread_not_found', 'There is no such conversation.', {
    hint: 'List your conversations, or leave the id out to begin a new one.',
  })
}

const isFull = (messages: readonly UIMessage[]): boolean =>
  messages.length >= CHUNK_MESSAGES || JSON.stringify(messages).length > CHUNK_BYTES

/** PostgreSQL takes no NUL and no lone surrogate in JSON; a model can write either. */
const storable = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'string' ? part.replaceAll('\0', '').toWellFormed() : part,
  )

const busy = (): DomainError =>
  new DomainError('unavailable', 'conversation_busy', 'The conversation is being changed by others all the time.', {
    hint: 'Try again in a moment.',
    retryAfterSeconds: 2,
  })

const tooLong = (): DomainError =>
  new DomainError('conflict', 'conversation_too_long', 'This conversation is as long as one can be.', {
    hint: 'Begin a new one.',
  })
