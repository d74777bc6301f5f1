import {randomUUID} from 'node:crypto'
import {setTimeout as delay} from 'node:timers/promises'
import type {LoadUser} from '../support/faults/load.ts'
import {type Api, Client} from './client.ts'
import type {DayRule, Ledger} from './ledger.ts'
import {Random} from './random.ts'

const HOUR = 3_600_000
/** Long after any run: what is due then reminds of nothing. */
const FIRST_DUE = Date.parse('2036-12-01T09:00:00Z')
/** Between two operations of a client, at most; ms. */
const PACE_MS = 20

export interface LoadOptions {
  readonly users: readonly LoadUser[]
  readonly clientsEach: number
  readonly seed: number
  readonly api: Api
  readonly ledger: Ledger
}

interface At {
  readonly chain: string
  readonly task: number
  readonly place: number
}

/** Clients who go on with their tasks whatever happens; several of each user, each with chains of its own. */
export class Load {
  readonly clients: readonly Story[]
  #running: Promise<void> | undefined

  constructor({users, clientsEach, seed, api, ledger}: LoadOptions) {
    this.clients = users.flatMap((user, u) =>
      Array.from(
        {length: clientsEach},
        (_, c) => new Story(new Client(user, api, ledger), new Random(seed * 1000 + u * 100 + c)),
      ),
    )
  }

  /** `failed` is told of the first mistake; the others go on. */
  start(failed: (error: unknown) => void): void {
    this.#running = Promise.all(this.clients.map(async (story) => await story.run().catch(failed))).then(
      () => undefined,
    )
  }

  /** Every operation that was begun has an answer. */
  async stop(): Promise<void> {
    for (const story of this.clients) story.stopping = true
    await this.#running
  }
}

export class Story {
  stopping = false
  readonly #client: Client
  readonly #random: Random

  constructor(client: Client, random: Random) {
    this.#client = client
    this.#random = random
  }

  async run(): Promise<void> {
    while (!this.stopping) {
      if (this.#random.chance(0.75)) await this.#chain()
      else await this.#reminder()
    }
  }

  /** Adds a task that repeats and completes it; answers with the ids. */
  async completeDaily(): Promise<number> {
    const at = await this.#create({everyDays: 1, count: null}, null)
    await this.#client.perform({op: 'complete', ...at})
    return at.task
  }

  /** Adds a task that reminds now; answers with what stands in the mail. */
  async remindNow(): Promise<string> {
    const {chain} = await this.#createReminder(0)
    return chain
  }

  async #pause(): Promise<void> {
    await delay(this.#random.next() * PACE_MS)
  }

  async #create(rule: DayRule | null, remindAt: number | null): Promise<At> {
    const chain = randomUUID()
    const dueAt = remindAt === null ? FIRST_DUE : remindAt + HOUR
    const made = await this.#client.perform({op: 'create', chain, dueAt, rule, remindAt})
    if (!made) throw new Error(`a task was refused: ${chain}`)
    return {chain, task: made.answer.tasks[0]!.id, place: 0}
  }

  /** A task that repeats: its occurrences are done, skipped, changed and taken back, one after the other. */
  async #chain(): Promise<void> {
    const rule = {everyDays: this.#random.between(1, 3), count: this.#random.chance(0.4) ? 3 : null}
    let at: At | undefined = await this.#create(rule, null)
    for (let steps = this.#random.between(2, 6); steps > 0 && at && !this.stopping; steps--) {
      await this.#pause()
      at = await this.#step(at, rule)
    }
    if (at) await this.#end(at)
  }

  /** Answers with the occurrence that is open then; undefined when the chain has ended. */
  async #step(at: At, rule: DayRule): Promise<At | undefined> {
    if (this.#random.chance(0.2)) {
      const edited = await this.#client.perform({op: 'edit', ...at, description: randomUUID()})
      if (edited && this.#random.chance(0.3)) await this.#client.perform({op: 'undo', chain: at.chain, of: edited.n})
      return at
    }
    const op = this.#random.chance(0.75) ? 'complete' : 'skip'
    const closed = await this.#client.perform({op, ...at})
    if (!closed) return undefined
    if (this.#random.chance(0.2)) {
      await this.#pause()
      if (this.#random.chance(0.5)) await this.#client.perform({op: 'undo', chain: at.chain, of: closed.n})
      else await this.#client.perform({op: 'reopen', ...at})
      return at
    }
    const place = at.place + 1
    if (rule.count !== null && place >= rule.count) return undefined
    const next = closed.answer.next ?? (await this.#following(at.chain))
    return next && {chain: at.chain, task: next.id, place}
  }

  /** Undefined when the run is over before it is there: it has to come nevertheless. */
  async #following(chain: string): Promise<{id: number} | undefined> {
    while (!this.stopping) {
      const next = await this.#client.openOccurrence(chain)
      if (next) return next
      await delay(200)
    }
    return undefined
  }

  async #end(at: At): Promise<void> {
    if (this.#random.chance(0.5)) return
    const scope = this.#random.oneOf(['following', 'all'] as const)
    const deleted = await this.#client.perform({op: 'delete', ...at, scope})
    if (deleted && this.#random.chance(0.3)) {
      await this.#client.perform({op: 'undo', chain: at.chain, of: deleted.n})
    }
  }

  /** In whole seconds, as they are stored. */
  async #createReminder(inMs: number): Promise<At> {
    return await this.#create(null, Math.ceil((Date.now() + inMs) / 1000) * 1000)
  }

  /** A mail within seconds, or none after all. */
  async #reminder(): Promise<void> {
    const inMs = this.#random.between(1, 8) * 1000
    // Behind the first one, so that it always comes in its place.
    const later = Math.ceil((Date.now() + inMs) / 1000) * 1000 + this.#random.between(3, 12) * 1000
    const at = await this.#createReminder(inMs)
    await this.#pause()
    const choice = this.#random.next()
    if (choice < 0.5) return
    if (choice < 0.6) await this.#client.perform({op: 'complete', ...at})
    else if (choice < 0.7) await this.#client.perform({op: 'snooze', ...at, remindAt: later})
    else if (choice < 0.8) await this.#client.perform({op: 'move', ...at, dueAt: later + HOUR, remindAt: later})
    else if (choice < 0.9) await this.#client.perform({op: 'edit', ...at, description: randomUUID()})
    else {
      const deleted = await this.#client.perform({op: 'delete', ...at, scope: 'this'})
      if (deleted && this.#random.chance(0.6)) {
        await this.#client.perform({op: 'undo', chain: at.chain, of: deleted.n})
      }
    }
  }
}
