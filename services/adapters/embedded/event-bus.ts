import {randomUUID} from 'node:crypto'
import type {Database} from '../../database/database.ts'
import {partitionOf} from '../../domain/events/partition.ts'
import type {EventPublisher} from '../../ports/event-publisher.ts'
import type {Acknowledgement, EventSubscriptions, Subscription} from '../../ports/event-subscriptions.ts'
import type {Logger} from '../../runtime/logger.ts'
import {type Periodic, periodic} from '../../runtime/periodic.ts'
import {
  type ConsumerPosition,
  appendToLog,
  consumerPositions,
  expireLog,
  partitionEnds,
  readLog,
  releaseConsumerLeases,
  savePositions,
  takeConsumerLease,
} from './event-log.ts'

const MAX_BATCH = 100
const LEASE_SECONDS = 3
const RENEW_EVERY_MS = 1000
const EXPIRE_EVERY_MS = 3_600_000
const KEEP_DAYS = 7

interface PartitionState {
  readonly subscription: Subscription
  readonly topic: string
  readonly partition: number
  position: number
  saved: number
  busy: boolean
  /** After a `retry`: not before this time, ms. */
  notBefore: number
  failures: number
}

export interface EmbeddedEventBus extends EventPublisher, EventSubscriptions {
  start(): Promise<void>
  /** Waits for the batches under way and writes down the positions. */
  stop(): Promise<void>
}

/**
 * The bus for todo5 in one process: a log in PostgreSQL with the semantics of Kafka (partitions by key, a position per
 * consumer, retry by not advancing), so that the same consumers run on both.
 */
export function createEmbeddedEventBus(options: {
  database: Database
  logger: Logger
  retryDelayMs?: number
}): EmbeddedEventBus {
  return new EmbeddedBus(options.database, options.logger, options.retryDelayMs ?? 200)
}

class EmbeddedBus implements EmbeddedEventBus {
  readonly #database: Database
  readonly #logger: Logger
  readonly #retryDelayMs: number
  readonly #holder = randomUUID()
  readonly #subscriptions: Subscription[] = []
  readonly #states = new Map<string, PartitionState>()
  readonly #leased = new Set<string>()
  readonly #running = new Set<Promise<void>>()
  readonly #poll: Periodic
  #renewAt = 0
  #expireAt = 0
  #stopping = false

  constructor(database: Database, logger: Logger, retryDelayMs: number) {
    this.#database = database
    this.#logger = logger
    this.#retryDelayMs = retryDelayMs
    this.#poll = periodic({name: 'embedded event bus', logger, idleMs: 100, work: async () => this.#round()})
  }

  subscribe(subscription: Subscription): void {
    this.#subscriptions.push(subscription)
  }

  async publish(events: Parameters<EventPublisher['publish']>[0]): ReturnType<EventPublisher['publish']> {
    if (events.length === 0) return []
    await this.#database.acrossUsers(async (tx) =>
      appendToLog(
        tx,
        events.map((entry) => ({
          topic: entry.topic,
          partition: partitionOf(entry.key),
          key: entry.key,
          event: entry.event,
          traceparent: entry.traceparent,
        })),
      ),
    )
    this.#poll.wake()
    return events.map(() => ({ok: true}) as const)
  }

  async start(): Promise<void> {
    this.#stopping = false
    this.#poll.start()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#poll.stop()
    await Promise.all(this.#running)
    await this.#database.acrossUsers(async (tx) => {
      await this.#savePositions(tx)
      await releaseConsumerLeases(tx, this.#holder)
    })
    this.#leased.clear()
    this.#states.clear()
    this.#renewAt = 0
  }

  async #round(): Promise<'busy' | 'idle'> {
    if (Date.now() >= this.#renewAt) await this.#renewLeases()
    const ends = await this.#database.acrossUsers(async (tx) => {
      await this.#savePositions(tx)
      if (Date.now() >= this.#expireAt) {
        await expireLog(tx, KEEP_DAYS)
        this.#expireAt = Date.now() + EXPIRE_EVERY_MS
      }
      return partitionEnds(tx)
    })
    let started = 0
    for (const end of ends) {
      for (const subscription of this.#subscriptions) {
        if (!this.#leased.has(subscription.consumer) || !subscription.topics.includes(end.topic)) continue
        const state = this.#state(subscription, end.topic, end.partition)
        if (state.busy || state.position >= end.next || Date.now() < state.notBefore) continue
        started++
        this.#dispatch(state)
      }
    }
    return started > 0 ? 'busy' : 'idle'
  }

  #dispatch(state: PartitionState): void {
    state.busy = true
    const run = this.#deliver(state)
      .catch((error: unknown) => {
        this.#holdBack(state)
        this.#logger.warn({error, consumer: state.subscription.consumer}, 'delivering events failed, will try again')
      })
      .finally(() => {
        state.busy = false
        this.#running.delete(run)
        if (!this.#stopping) this.#poll.wake()
      })
    this.#running.add(run)
  }

  async #deliver(state: PartitionState): Promise<void> {
    const {topic, partition, position, subscription} = state
    const entries = await this.#database.acrossUsers(async (tx) =>
      readLog(tx, {topic, partition, position, limit: MAX_BATCH}),
    )
    if (entries.length === 0) return
    const answers: readonly Acknowledgement[] = await subscription.handle(entries)
    const done = answers.findIndex((answer) => answer !== 'done')
    const advanced = done === -1 ? Math.min(answers.length, entries.length) : done
    // The lease was lost and won again meanwhile: what was saved by whoever had it is the truth.
    if (state.position !== position) return
    // From the entry, not by counting: positions whose events have expired are jumped over.
    if (advanced > 0) state.position = entries[advanced - 1]!.position + 1
    if (advanced === entries.length) {
      state.failures = 0
      state.notBefore = 0
    } else {
      this.#holdBack(state)
    }
  }

  #holdBack(state: PartitionState): void {
    state.failures++
    state.notBefore = Date.now() + Math.min(5000, this.#retryDelayMs * 2 ** Math.min(state.failures - 1, 5))
  }

  #state(subscription: Subscription, topic: string, partition: number): PartitionState {
    const key = stateKey(subscription.consumer, topic, partition)
    let state = this.#states.get(key)
    if (!state) {
      state = {subscription, topic, partition, position: 0, saved: 0, busy: false, notBefore: 0, failures: 0}
      this.#states.set(key, state)
    }
    return state
  }

  async #renewLeases(): Promise<void> {
    for (const subscription of this.#subscriptions) {
      const {consumer} = subscription
      await this.#database.acrossUsers(async (tx) => {
        const mine = await takeConsumerLease(tx, consumer, this.#holder, LEASE_SECONDS)
        if (mine && !this.#leased.has(consumer)) {
          for (const saved of await consumerPositions(tx, consumer)) {
            const state = this.#state(subscription, saved.topic, saved.partition)
            state.position = saved.position
            state.saved = saved.position
          }
          this.#leased.add(consumer)
        } else if (!mine && this.#leased.delete(consumer)) {
          this.#logger.info({consumer}, 'another process delivers to this consumer now')
        }
      })
    }
    this.#renewAt = Date.now() + RENEW_EVERY_MS
  }

  async #savePositions(tx: Parameters<typeof savePositions>[0]): Promise<void> {
    const moved: (ConsumerPosition & {state: PartitionState})[] = []
    for (const state of this.#states.values()) {
      const {subscription, topic, partition, position, saved} = state
      if (position !== saved && this.#leased.has(subscription.consumer)) {
        moved.push({consumer: subscription.consumer, topic, partition, position, state})
      }
    }
    if (moved.length === 0) return
    await savePositions(tx, this.#holder, moved)
    // Should the commit fail, the positions are written with the next change; until then a crash means a redelivery.
    for (const entry of moved) entry.state.saved = entry.position
  }
}

const stateKey = (consumer: string, topic: string, partition: number): string => `${consumer}/${topic}/${partition}`
