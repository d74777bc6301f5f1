import {randomUUID} from 'node:crypto'
import {setTimeout as delay} from 'node:timers/promises'
import type {z} from 'zod'
import type {CompleteTaskResponse, createTaskRequest, TaskResponse} from '../../../services/contracts/tasks.ts'
import type {Book, BookedTask} from './book.ts'

export interface LoadUser {
  readonly userId: string
  readonly apiKey: string
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Between two requests of a client: a load that two busy cores carry. */
const PACE_MS = 150
const FIRST_DUE = Date.parse('2036-12-01T09:00:00Z')
/** A daily task without an end is completed this often, one with an end until it has ended. */
const CHAIN = 2
const COUNT = 3

/**
 * Users who go on with their tasks whatever happens: each adds tasks that repeat, completes them and what follows them,
 * and adds tasks of which a mail has to come within seconds. As careful clients they repeat a request, under its key,
 * until it is answered, and write into the book what the answer promised.
 */
export class Load {
  /** How often a request was not answered, or with which status it was put off. */
  readonly putOff = new Map<string, number>()
  readonly #apiUrl: string
  readonly #users: readonly LoadUser[]
  readonly #book: Book
  #running: Promise<void> | undefined
  #stopping = false

  constructor(apiUrl: string, users: readonly LoadUser[], book: Book) {
    this.#apiUrl = apiUrl
    this.#users = users
    this.#book = book
  }

  start(): void {
    this.#stopping = false
    this.#running = Promise.all(this.#users.map(async (user, place) => await this.#client(user, place))).then(
      () => undefined,
    )
    // Told by stop().
    this.#running.catch(() => undefined)
  }

  /** Every request that was begun is answered. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#running
  }

  async addDaily(user: LoadUser): Promise<BookedTask> {
    return await this.#addRepeating(user, 'daily')
  }

  /** A task that is due in an hour and some ms, and so reminds in as many. */
  async remindIn(user: LoadUser, ms: number): Promise<BookedTask> {
    const dueAt = Math.ceil((Date.now() + ms) / 1000) * 1000 + HOUR
    const title = `Remind ${randomUUID()}`
    const made = await this.#add(user, {title, due_at: new Date(dueAt).toISOString()})
    const reminder = {at: dueAt - HOUR, bookedAt: Date.now()}
    return this.#note(user, made, {dueAt, goesOn: false, reminder})
  }

  async #client(user: LoadUser, place: number): Promise<void> {
    for (let round = place; !this.#stopping; round++) {
      const counted = round % 2 === 0
      let task: BookedTask | undefined = await this.#addRepeating(user, counted ? `FREQ=DAILY;COUNT=${COUNT}` : 'daily')
      for (let step = 1; task && step <= (counted ? COUNT : CHAIN); step++) {
        await delay(PACE_MS)
        const last: boolean = counted && step === COUNT - 1
        task = await this.complete(user, task, !last)
      }
      await delay(PACE_MS)
      const reminding = await this.remindIn(user, 2000 + (round % 5) * 2500)
      if (round % 2 === 0) await this.#update(user, reminding)
      await delay(PACE_MS)
    }
  }

  async #addRepeating(user: LoadUser, pattern: string): Promise<BookedTask> {
    const made = await this.#add(user, {
      title: `Repeat ${randomUUID()}`,
      due_at: new Date(FIRST_DUE).toISOString(),
      recurring_pattern: pattern,
    })
    return this.#note(user, made, {dueAt: FIRST_DUE, goesOn: true, reminder: null})
  }

  /** Answers with what follows, when that was there within a second. `goesOn`: whether something follows that, too. */
  async complete(user: LoadUser, task: BookedTask, goesOn = true): Promise<BookedTask | undefined> {
    const {next} = await this.#insist<CompleteTaskResponse>(user, 'POST', `/tasks/${task.id}/complete`)
    task.completedAt = Date.now()
    if (!next) return undefined
    return this.#note(user, next, {dueAt: task.dueAt + DAY, goesOn, reminder: null})
  }

  async #update(user: LoadUser, task: BookedTask): Promise<void> {
    await this.#insist<TaskResponse>(user, 'PATCH', `/tasks/${task.id}`, {priority: 2})
    task.updates++
  }

  async #add(user: LoadUser, task: z.input<typeof createTaskRequest>): Promise<TaskResponse> {
    const made = await this.#insist<TaskResponse>(user, 'POST', '/tasks', task)
    this.#book.added++
    return made
  }

  #note(
    user: LoadUser,
    {id, title}: TaskResponse,
    facts: Pick<BookedTask, 'dueAt' | 'goesOn' | 'reminder'>,
  ): BookedTask {
    const task = {id, title, userId: user.userId, completedAt: null, updates: 0, ...facts}
    this.#book.add(task)
    return task
  }

  async #insist<T>(user: LoadUser, method: string, path: string, body?: object): Promise<T> {
    const headers = {
      'x-api-key': user.apiKey,
      'idempotency-key': randomUUID(),
      prefer: 'wait=1',
      ...(body && {'content-type': 'application/json'}),
    }
    for (;;) {
      const answer = await this.#ask(path, {method, headers, ...(body && {body: JSON.stringify(body)})})
      if (typeof answer === 'object') return answer.body as T
      this.putOff.set(answer, (this.putOff.get(answer) ?? 0) + 1)
      await delay(PACE_MS)
    }
  }

  /** Or why there is no answer yet. */
  async #ask(path: string, init: RequestInit): Promise<{body: unknown} | string> {
    let answer: Response
    let text: string
    try {
      answer = await fetch(`${this.#apiUrl}${path}`, {...init, signal: AbortSignal.timeout(60_000)})
      text = await answer.text()
    } catch (error) {
      // Refused, broken off, or no answer within a minute.
      if (error instanceof TypeError) return 'no connection'
      if (error instanceof Error && error.name === 'TimeoutError') return 'no answer'
      throw error
    }
    if (answer.ok) return {body: JSON.parse(text)}
    if (answer.status === 503) return '503'
    throw new Error(`${init.method} ${path} was answered with ${answer.status}: ${text}`)
  }
}

/** Somebody who signs up, and makes a key. */
export async function signUp(apiUrl: string): Promise<LoadUser> {
  const origin = new URL(apiUrl).origin
  const email = `${randomUUID()}@example.com`
  const post = async (path: string, body: object, headers = {}): Promise<Response> => {
    const answer = await fetch(`${origin}/api/auth${path}`, {
      method: 'POST',
      headers: {'content-type': 'application/json', ...headers},
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`)
    return answer
  }
  const signedUp = await post('/sign-up/email', {email, name: 'Somebody', password: randomUUID()})
  const {user} = (await signedUp.json()) as {user: {id: string}}
  const session = signedUp.headers.get('set-auth-token')!
  const made = await post('/api-key/create', {name: 'load'}, {authorization: `Bearer ${session}`})
  const {key} = (await made.json()) as {key: string}
  return {userId: user.id, apiKey: key}
}
