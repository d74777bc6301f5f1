import {ApiError} from './api-error.ts'

/** A change that was made on the page and has to reach the API, now or when there is a connection again. */
export interface Change {
  /** Of this change, the same each time that it is sent: so it is made once. */
  readonly key: string
  readonly userId: string
  readonly method: 'POST' | 'PATCH' | 'DELETE'
  /** Below /api/v1. */
  readonly path: string
  readonly body?: unknown
  readonly ifMatch?: number | undefined
  /** How long to wait for the next occurrence, seconds. */
  readonly wait?: number
  /** Changes of one task are sent one after the other; null: it depends on none. */
  readonly taskId: number | null
  /** For a person: `Add "Water the plants"`. */
  readonly label: string
}

/** Where changes outlive the page. */
export interface ChangeStore {
  all(): Promise<readonly Change[]>
  put(change: Change): Promise<void>
  remove(key: string): Promise<void>
}

export interface OutboxOptions {
  readonly store: ChangeStore
  readonly send: (change: Change) => Promise<unknown>
  /** Whatever was answered, also to a change of an earlier page. */
  readonly onAnswer: (change: Change, value: unknown) => void
  /** What was refused, if nobody waits for it any more. */
  readonly onRefusal: (change: Change, error: ApiError) => void
}

export interface OutboxState {
  /** In the order in which they were made. */
  readonly waiting: readonly Change[]
  /** The last try reached nobody. */
  readonly isOffline: boolean
}

interface Entry {
  readonly change: Change
  readonly settle: {resolve: (value: unknown) => void; reject: (error: unknown) => void} | undefined
  isSending: boolean
}

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30_000

/** Sends changes, each until it is answered, in order per task. What the API refuses is out; what it did not hear stays. */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #listeners = new Set<() => void>()
  #entries: Entry[] = []
  #state: OutboxState = {waiting: [], isOffline: false}
  #pause = FIRST_PAUSE_MS
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  get state(): OutboxState {
    return this.#state
  }

  subscribe(changed: () => void): () => void {
    this.#listeners.add(changed)
    return () => this.#listeners.delete(changed)
  }

  /** What earlier pages of this person left. */
  async resume(userId: string): Promise<void> {
    const known = new Set(this.#entries.map(({change}) => change.key))
    for (const change of await this.#options.store.all()) {
      if (change.userId !== userId || known.has(change.key)) continue
      this.#entries.push({change, settle: undefined, isSending: false})
    }
    this.#publish()
    this.flush()
  }

  /** Resolves with the answer, however late; rejects with an ApiError when the API refuses. */
  async submit(change: Change): Promise<unknown> {
    const {promise, resolve, reject} = Promise.withResolvers<unknown>()
    this.#entries.push({change, settle: {resolve, reject}, isSending: false})
    this.#publish()
    // Without room on the device it is sent all the same, and lost only with the page.
    await this.#options.store.put(change).catch((error: unknown) => console.warn('A change could not be kept.', error))
    this.flush()
    return promise
  }

  /** Tries now, as when a connection may be there again. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const busy = new Set<number>()
    for (const entry of this.#entries) {
      const {taskId} = entry.change
      const isBehind = taskId !== null && busy.has(taskId)
      if (taskId !== null) busy.add(taskId)
      if (!entry.isSending && !isBehind) void this.#send(entry)
    }
  }

  async #send(entry: Entry): Promise<void> {
    entry.isSending = true
    try {
      const value = await this.#options.send(entry.change)
      this.#pause = FIRST_PAUSE_MS
      await this.#settled(entry, false)
      this.#options.onAnswer(entry.change, value)
      entry.settle?.resolve(value)
    } catch (error) {
      entry.isSending = false
      if (isToBeRepeated(error)) return this.#tryLater(error)
      await this.#settled(entry, false)
      if (entry.settle) entry.settle.reject(error)
      else if (error instanceof ApiError) this.#options.onRefusal(entry.change, error)
    }
    this.flush()
  }

  async #settled(entry: Entry, isOffline: boolean): Promise<void> {
    this.#entries = this.#entries.filter((other) => other !== entry)
    this.#publish(isOffline)
    // It would be sent once more with its key, and get the same answer.
    await this.#options.store.remove(entry.change.key).catch((error: unknown) => console.warn(error))
  }

  #tryLater(error: ApiError): void {
    this.#publish(error.isOffline)
    if (this.#timer !== undefined) return
    const pause = error.retryAfter === undefined ? this.#pause : error.retryAfter * 1000
    this.#timer = setTimeout(() => this.flush(), pause)
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS)
  }

  #publish(isOffline = this.#state.isOffline): void {
    this.#state = {waiting: this.#entries.map(({change}) => change), isOffline}
    for (const changed of this.#listeners) changed()
  }
}

/** Not heard, or "not now". */
const isToBeRepeated = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.isOffline || error.status === 503 || error.status === 429)
