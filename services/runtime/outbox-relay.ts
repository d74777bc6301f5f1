import {randomUUID} from 'node:crypto'
import type {Database} from '../database/database.ts'
import {TOPICS} from '../domain/events/event-types.ts'
import {
  LEASE_LOST,
  type OutboxRow,
  type Refusal,
  exchangeOutbox,
  noteRefusals,
  outboxState,
  releaseRelayLease,
  takeRelayLease,
} from '../database/statements/relay.ts'
import type {EventPublisher, OutgoingEvent, PublishResult} from '../ports/event-publisher.ts'
import type {Logger} from './logger.ts'
import type {Metrics} from './metrics.ts'
import {type Periodic, periodic} from './periodic.ts'
import {PublishPauses} from './publish-pauses.ts'

const LEASE_SECONDS = 5
const BATCH = 500
/**
 * Rows can commit in another order than their ids. Every two seconds the whole outbox is looked at; in between everything
 * from this many ids before what was then the newest published one.
 */
const STRAGGLER_WINDOW = 2000
const FULL_SCAN_EVERY_MS = 2000
const LOOK_EVERY_MS = 2000
/** A round costs as much for one event as for fifty: those of the same moment go out together. */
const GATHER_MS = 20
/** Characters of a refusal that are kept; what Kafka says can name every broker. */
const MAX_REASON = 500

/**
 * Of the rows in id order, those that may go out together: of each task and topic only the first, so that no event of a
 * task is under way while an earlier one could still fail.
 */
export function choosePublishable(rows: readonly OutboxRow[]): OutboxRow[] {
  const underWay = new Set<string>()
  return rows.filter((row) => {
    if (row.taskId === null) return true
    const key = `${row.topic}/${row.taskId}`
    if (underWay.has(key)) return false
    underWay.add(key)
    return true
  })
}

export interface OutboxRelayOptions {
  readonly database: Database
  readonly publisher: EventPublisher
  /** Who leads, for `outbox status`. */
  readonly holder: string
  /** An operator's: takes the lease from the relay that has it, and has it until it stops. */
  readonly byHand?: boolean
  /** There is no other relay, but for an operator's: who has the lease was killed. */
  readonly alone?: boolean
  readonly logger: Logger
  readonly metrics: Metrics
}

/**
 * Publishes the outbox: one leader at a time by a lease in the database, no transaction open during a publish, and each
 * entry's answer decides over its row alone.
 */
export class OutboxRelay implements Periodic {
  readonly #options: OutboxRelayOptions
  readonly #token = randomUUID()
  readonly #loop: Periodic
  readonly #published
  readonly #refused
  readonly #pending
  readonly #oldest
  #leading = false
  /** Ids that the bus has and the outbox still holds; the next exchange deletes them. */
  #done: number[] = []
  #newest = 0
  /** Reading begins here: nothing below it waits, except what commits late. */
  #floor = 0
  #fullScanAt = 0
  #lookedAt = Number.NEGATIVE_INFINITY
  #waiting = 0
  readonly #pauses = new PublishPauses()
  #paused: readonly string[] = []
  /** By topic, while nothing of it is taken. */
  readonly #refusals = new Map<string, Refusal>()
  #noted = '[]'

  constructor(options: OutboxRelayOptions) {
    this.#options = options
    const {metrics, logger} = options
    this.#published = metrics.counter('outbox_published_total', 'Events handed to the bus.', ['topic'])
    this.#refused = metrics.counter(
      'outbox_publish_failures_total',
      'Events that the bus did not take; they are tried again.',
      ['topic'],
    )
    // From the beginning: what appears with its first failure has not grown by then.
    for (const topic of TOPICS) this.#refused.inc({topic}, 0)
    this.#pending = metrics.gauge('outbox_pending', 'Events that wait in the outbox.')
    this.#oldest = metrics.gauge('outbox_oldest_seconds', 'Age of the oldest event in the outbox.')
    this.#loop = periodic({
      name: 'outbox relay',
      logger,
      idleMs: 100,
      gatherMs: GATHER_MS,
      work: async () => this.#work(),
    })
  }

  /** How many events wait, as of two seconds ago at most; known to every relay, leading or not. */
  get waiting(): number {
    return this.#waiting
  }

  /** Topics of which the bus takes nothing at present. */
  get refusals(): readonly Refusal[] {
    return [...this.#refusals.values()]
  }

  start(): void {
    this.#loop.start()
  }

  wake(): void {
    this.#loop.wake()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    if (!this.#leading) return
    this.#leading = false
    try {
      await this.#exchange(0)
      await this.#options.database.acrossUsers(async (tx) => releaseRelayLease(tx, this.#token))
    } catch (error) {
      this.#options.logger.info({error}, 'the relay lease was not given back; it ends by itself')
    }
  }

  async #work(): Promise<'busy' | 'idle'> {
    if (Date.now() - this.#lookedAt >= LOOK_EVERY_MS) await this.#look()
    if (!(await this.#lead())) return 'idle'
    try {
      return await this.#publishOnce()
    } catch (error) {
      if ((error as {code?: string}).code !== LEASE_LOST) throw error
      this.#leading = false
      return 'idle'
    }
  }

  async #look(): Promise<void> {
    const state = await this.#options.database.acrossUsers(outboxState)
    this.#lookedAt = Date.now()
    this.#waiting = state.pending
    this.#pending.set(state.pending)
    this.#oldest.set(state.oldestSeconds)
    const {refusals} = this
    const note = JSON.stringify(refusals)
    if (!this.#leading || note === this.#noted) return
    await this.#options.database.acrossUsers(async (tx) => noteRefusals(tx, this.#token, refusals))
    this.#noted = note
  }

  async #lead(): Promise<boolean> {
    if (this.#leading) return true
    const {database, holder, byHand = false, alone = false} = this.#options
    this.#leading = await database.acrossUsers(async (tx) =>
      takeRelayLease(tx, {holder, token: this.#token, seconds: LEASE_SECONDS, byHand, alone}),
    )
    // Whoever takes it begins with a clean slate: what this one knew is what it was when it led before.
    if (this.#leading) this.#refusals.clear()
    this.#noted = '[]'
    return this.#leading
  }

  async #exchange(limit: number): Promise<OutboxRow[]> {
    const paused = this.#pauses.topics(performance.now())
    // What a topic left behind during its pause lies below the floor.
    const returned = this.#paused.some((topic) => !paused.includes(topic))
    this.#paused = paused
    const full = returned || Date.now() >= this.#fullScanAt
    const fromId = full ? 0 : this.#floor
    const rows = await this.#options.database.acrossUsers(async (tx) =>
      exchangeOutbox(tx, {
        token: this.#token,
        leaseSeconds: LEASE_SECONDS,
        published: this.#done,
        fromId,
        limit,
        paused,
      }),
    )
    if (full) {
      this.#fullScanAt = Date.now() + FULL_SCAN_EVERY_MS
      this.#floor = Math.max(0, this.#newest - STRAGGLER_WINDOW)
    }
    this.#done = []
    return rows
  }

  async #publishOnce(): Promise<'busy' | 'idle'> {
    const rows = await this.#exchange(BATCH)
    const going = choosePublishable(rows).filter((row) => !this.#pauses.waits(row, performance.now()))
    if (going.length === 0) return 'idle'
    const results = await this.#publish(going)
    this.#note(going, results)
    // A row that has to wait (refused, or behind another one of its task) is read again before anything that is younger.
    const published = new Set(this.#done)
    const waiting = rows.find((row) => !published.has(row.id)) ?? (rows.length === BATCH ? rows.at(-1) : undefined)
    if (waiting) this.#floor = Math.min(this.#floor, waiting.id)
    return this.#done.length === 0 ? 'idle' : 'busy'
  }

  async #publish(rows: readonly OutboxRow[]): Promise<readonly PublishResult[]> {
    try {
      return await this.#options.publisher.publish(rows.map(toOutgoing))
    } catch (error) {
      for (const {topic} of rows) this.#noteRefusal(topic, (error as Error).message)
      throw error
    }
  }

  #noteRefusal(topic: string, reason: string): void {
    const since = this.#refusals.get(topic)?.since ?? new Date().toISOString()
    this.#refusals.set(topic, {topic, since, reason: reason.slice(0, MAX_REASON)})
  }

  #note(rows: readonly OutboxRow[], results: readonly PublishResult[]): void {
    const attempts = rows.map((row, place) => ({...row, result: results[place], ok: results[place]?.ok === true}))
    this.#pauses.note(attempts, performance.now())
    for (const {ok, id, topic} of attempts) {
      if (!ok) continue
      this.#done.push(id)
      this.#newest = Math.max(this.#newest, id)
      this.#published.inc({topic})
    }
    const refused = attempts.filter((attempt) => !attempt.ok)
    for (const [topic, ofTopic] of Map.groupBy(refused, (attempt) => attempt.topic)) {
      const [{result, eventId}] = ofTopic as [(typeof refused)[number]]
      const reason = result?.ok === false ? result.reason : 'no answer'
      this.#refused.inc({topic}, ofTopic.length)
      this.#noteRefusal(topic, reason)
      this.#options.logger.warn(
        {topic, events: ofTopic.length, event_id: eventId, reason},
        'the bus did not take events, will try again',
      )
    }
    for (const {ok, topic} of attempts) if (ok) this.#refusals.delete(topic)
  }
}

const toOutgoing = (row: OutboxRow): OutgoingEvent => ({
  topic: row.topic,
  // A dead letter of an unknown user has no order to keep; its own id spreads such over the partitions.
  key: row.userId ?? row.eventId,
  eventId: row.eventId,
  eventType: row.event.event_type ?? 'dead_letter',
  event: row.event,
  traceparent: row.traceparent,
})
