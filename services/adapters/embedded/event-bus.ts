import {randomUUID} from 'node:crypto'
import type {Database} from '../../database/database.ts'
import {partitionOf} from '../../domain/events/partition.ts'
import type {EventPublisher} from '../../ports/event-publisher.ts'
import type {Acknowledgement, EventSubscriptions, Subscription} from '../../ports/event-subscriptions.ts'
import type {Logger} from '../../runtime/logger.ts'
import {type Periodic, periodic} from '../../runtime/periodic.ts'
import {
  type ConsumerPosition,
  type PartitionEnd,
  type ReadEntry,
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
/** Batches of one consumer that are under way at once; more of them only wait for each other in the database. */
const MAX_PARALLEL = 4
const LEASE_SECONDS = 3
const RENEW_EVERY_MS = 1000
const EXPIRE_EVERY_MS = 3_600_000
/** As often as a client of Kafka commits its offsets, or more: what a crash forgets is delivered again, and suppressed. */
const SAVE_EVERY_MS = 200
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
  /** The round in which it was delivered last: who has waited longest comes first. */
  round: number
}

/** What one call of a consumer gets: from one partition, or a little from each of several. */
interface Batch {
  readonly subscription: Subscription
  readonly parts: Part[]
}

interface Part {
  readonly state: PartitionState
  readonly position: number
  readonly limit: number
}

interface ReadPart extends Part {
  readonly entries: readonly ReadEntry[]
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
  /** Batches under way by consumer, without those of a partition that has failed. */
  readonly #parallel = new Map<string, number>()
  #renewAt = 0
  #saveAt = 0
  #expireAt = 0
  #rounds = 0
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

  /** Whoever publishes and whatever batch ends wakes the next round, so that none need be busy. */
  async #round(): Promise<'idle'> {
    if (Date.now() >= this.#renewAt) await this.#renewLeases()
    this.#rounds++
    const batches = await this.#database.acrossUsers(async (tx) => {
      if (Date.now() >= this.#saveAt) {
        await this.#savePositions(tx)
        this.#saveAt = Date.now() + SAVE_EVERY_MS
      }
      if (Date.now() >= this.#expireAt) {
        await expireLog(tx, KEEP_DAYS)
        this.#expireAt = Date.now() + EXPIRE_EVERY_MS
      }
      const chosen = this.#chooseBatches(await partitionEnds(tx))
      const wishes = chosen.flatMap(({parts}) =>
        parts.map(({state: {topic, partition}, position, limit}) => ({topic, partition, position, limit})),
      )
      const read = (await readLog(tx, wishes)).values()
      return chosen.map(({subscription, parts}) => ({
        subscription,
        parts: parts.map((part) => ({...part, entries: read.next().value!})),
      }))
    })
    for (const {subscription, parts} of batches) this.#dispatch(subscription, parts)
    return 'idle'
  }

  #chooseBatches(ends: readonly PartitionEnd[]): Batch[] {
    return this.#subscriptions
      .filter(({consumer}) => this.#leased.has(consumer))
      .flatMap((subscription) => {
        const ready = ends
          .filter(({topic}) => subscription.topics.includes(topic))
          .map((end) => ({end, state: this.#state(subscription, end.topic, end.partition)}))
          .filter(({end, state}) => !state.busy && state.position < end.next && Date.now() >= state.notBefore)
          .toSorted((a, b) => a.state.round - b.state.round)
          .map(({end, state}) => ({state, waiting: end.next - state.position}))
        return packBatches(subscription, ready, MAX_PARALLEL - (this.#parallel.get(subscription.consumer) ?? 0))
      })
  }

  #dispatch(subscription: Subscription, parts: readonly ReadPart[]): void {
    if (parts.every(({entries}) => entries.length === 0)) return
    const {consumer} = subscription
    const counted = parts.every(({state}) => state.failures === 0) ? 1 : 0
    const underWay = (change: number) => this.#parallel.set(consumer, (this.#parallel.get(consumer) ?? 0) + change)
    underWay(counted)
    for (const {state} of parts) {
      state.busy = true
      state.round = this.#rounds
    }
    const run = this.#deliver(subscription, parts)
      .catch((error: unknown) => {
        for (const {state} of parts) this.#holdBack(state)
        this.#logger.warn({error, consumer}, 'delivering events failed, will try again')
      })
      .finally(() => {
        underWay(-counted)
        for (const {state} of parts) state.busy = false
        this.#running.delete(run)
        if (!this.#stopping) this.#poll.wake()
      })
    this.#running.add(run)
  }

  async #deliver(subscription: Subscription, parts: readonly ReadPart[]): Promise<void> {
    const answers: readonly Acknowledgement[] = await subscription.handle(parts.flatMap(({entries}) => entries))
    let from = 0
    let refused = false
    for (const {state, position, entries} of parts) {
      const own = answers.slice(from, (from += entries.length))
      // The lease was lost and won again meanwhile: what was saved by whoever had it is the truth.
      if (state.position !== position) continue
      const stop = entries.findIndex((_, place) => own[place] !== 'done')
      const last = stop === -1 ? entries.at(-1) : entries[stop - 1]
      // From the entry, not by counting: positions whose events have expired are jumped over.
      if (last) state.position = last.position + 1
      if (stop === -1) {
        state.failures = 0
        state.notBefore = 0
      } else if (!refused) {
        // The first one stopped the others of the batch: it comes alone next time, they come together.
        refused = true
        this.#holdBack(state)
      }
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
      state = {subscription, topic, partition, position: 0, saved: 0, busy: false, notBefore: 0, failures: 0, round: 0}
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

/**
 * Batches for one consumer of what waits in its partitions: little of many together, since what a batch costs is its
 * transaction. A partition that has failed comes alone, so that it holds up no other.
 */
function packBatches(
  subscription: Subscription,
  ready: readonly {readonly state: PartitionState; readonly waiting: number}[],
  room: number,
): Batch[] {
  const alone: Batch[] = []
  const packed: Batch[] = []
  let left = 0
  for (const {state, waiting} of ready) {
    const {position} = state
    if (state.failures > 0) {
      alone.push({subscription, parts: [{state, position, limit: MAX_BATCH}]})
      continue
    }
    if (left === 0) {
      if (packed.length >= room) continue
      packed.push({subscription, parts: []})
      left = MAX_BATCH
    }
    const limit = Math.min(waiting, left)
    packed.at(-1)!.parts.push({state, position, limit})
    left -= limit
  }
  return [...alone, ...packed]
}

const stateKey = (consumer: string, topic: string, partition: number): string => `${consumer}/${topic}/${partition}`
