import {v5 as uuidv5, v7 as uuidv7} from 'uuid'
import type {Database, Transaction} from '../database/database.ts'
import {isDatabaseOutage} from '../database/outage.ts'
import {query} from '../database/query.ts'
import {prepared} from '../database/session.ts'
import {claimInbox} from '../database/statements/claim-inbox.ts'
import {type Envelope, envelopeSchema} from '../domain/events/envelope.ts'
import {type DeadLetter, deadLetterTopic} from '../domain/events/dead-letter.ts'
import {payloadFault, readEvent} from '../domain/events/event-fault.ts'
import {type Topic, payloadSchema} from '../domain/events/event-types.ts'
import type {Acknowledgement, DeliveredEvent, Subscription} from '../ports/event-subscriptions.ts'
import type {Logger} from './logger.ts'
import type {Metrics} from './metrics.ts'
import {type OpenSpan, openSpan, withSpan} from './tracing.ts'

export interface ConsumerOptions {
  readonly consumer: string
  readonly topics: readonly Topic[]
  /** What the consumer handles; other types are acknowledged and counted. */
  readonly eventTypes: readonly string[] | 'all'
  /** Of those what there is something to do for now; the others leave no inbox row either. */
  readonly concerns?: (event: Envelope) => boolean
  readonly database: Database
  readonly logger: Logger
  readonly metrics: Metrics
  /** All events of the batch are new to this consumer and of users that exist. One transaction, committed with the inbox. */
  readonly handle: (tx: Transaction, events: readonly Envelope[]) => Promise<void>
  /** Called after a commit, since it may have written events of its own. */
  readonly committed?: () => void
  /** An event that fails this often for its own reasons goes to the dead letters. */
  readonly maxAttempts?: number
  /** A handler gives up by itself after this, ms. */
  readonly timeoutMs?: number
}

/** Of these users those that are gone. */
const ERASED = prepared('select user_id from todo.tombstones where user_id = any ($1::uuid[])')

type Parsed =
  | {readonly kind: 'event'; readonly event: Envelope; readonly delivered: DeliveredEvent}
  | {readonly kind: 'ignored'}
  | {readonly kind: 'poison'; readonly delivered: DeliveredEvent; readonly code: string; readonly reason: string}

/**
 * An idempotent consumer: effect, inbox rows and the consumer's own events are one transaction. Poison goes to the dead
 * letters with its reason, through the outbox, and the partition goes on; an outage of ours is answered with `retry`.
 */
export function createConsumer(options: ConsumerOptions): Subscription {
  const run = new ConsumerRun(options)
  return {consumer: options.consumer, topics: options.topics, handle: async (events) => run.batch(events)}
}

class ConsumerRun {
  readonly #options: ConsumerOptions
  readonly #maxAttempts: number
  readonly #timeoutMs: number
  /** How often an event failed, by event_id; kept in memory: after a restart an event gets its attempts anew. */
  readonly #attempts = new Map<string, number>()
  readonly #handled
  readonly #duplicates
  readonly #ignored
  readonly #failures
  readonly #deadLetters
  readonly #endToEnd

  constructor(options: ConsumerOptions) {
    this.#options = options
    this.#maxAttempts = options.maxAttempts ?? 10
    this.#timeoutMs = options.timeoutMs ?? 5000
    const {metrics} = options
    this.#handled = metrics.counter('consumer_events_handled_total', 'Events whose effect was committed.', [
      'event_type',
    ])
    this.#duplicates = metrics.counter('consumer_duplicates_suppressed_total', 'Events that had been handled before.')
    this.#ignored = metrics.counter('consumer_events_ignored_total', 'Events that this consumer does not handle.')
    this.#failures = metrics.counter('consumer_failures_total', 'Batches or events that failed and were tried again.', [
      'reason',
    ])
    this.#deadLetters = metrics.counter('consumer_dead_letters_total', 'Events put into the dead letters.', ['code'])
    this.#endToEnd = metrics.histogram(
      'event_end_to_end_seconds',
      'From the time in the event to the commit of its effect.',
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
      ['consumer'],
    )
  }

  async batch(delivered: readonly DeliveredEvent[]): Promise<Acknowledgement[]> {
    const parsed = delivered.map((entry) => this.#parse(entry))
    const events = parsed.filter((entry) => entry.kind === 'event')
    const ignored = this.#countIgnored(parsed)
    // A single entry is not tried twice in a row.
    if (events.length + ignored === parsed.length && parsed.length > 1) {
      const failure = await this.#attempt(events)
      if (failure === undefined) return delivered.map(() => 'done')
    }
    // One by one: the first that has to be retried stops the rest, so that nothing overtakes it.
    const answers: Acknowledgement[] = []
    let stopped = false
    for (const entry of parsed) {
      if (!stopped && (await this.#single(entry)) === 'retry') stopped = true
      answers.push(stopped ? 'retry' : 'done')
    }
    return answers
  }

  #countIgnored(parsed: readonly Parsed[]): number {
    const ignored = parsed.filter((entry) => entry.kind === 'ignored').length
    if (ignored > 0) this.#ignored.inc(ignored)
    return ignored
  }

  async #single(entry: Parsed): Promise<Acknowledgement> {
    if (entry.kind === 'ignored') return 'done'
    if (entry.kind === 'poison') return this.#deadLetter(entry.delivered, entry.code, entry.reason)
    const error = await this.#attempt([entry])
    if (error === undefined) return 'done'
    // Away, restarting, deadlocked, locked by somebody: not the event's fault, so it has no number of tries.
    if (isOurFault(error)) return 'retry'
    const attempts = (this.#attempts.get(entry.event.event_id) ?? 0) + 1
    if (attempts < this.#maxAttempts) {
      this.#attempts.set(entry.event.event_id, attempts)
      return 'retry'
    }
    this.#attempts.delete(entry.event.event_id)
    return this.#deadLetter(entry.delivered, 'handler_failed', `failed ${attempts} times: ${messageOf(error)}`)
  }

  #parse(delivered: DeliveredEvent): Parsed {
    const poison = (code: string, reason: string): Parsed => ({kind: 'poison', delivered, code, reason})
    if (delivered.fault) return poison(delivered.fault.code, delivered.fault.reason)
    const read = readEvent(delivered.event)
    if ('fault' in read) return poison(read.fault.code, read.fault.reason)
    const {event} = read
    const {eventTypes} = this.#options
    if (!payloadSchema(event.event_type) || (eventTypes !== 'all' && !eventTypes.includes(event.event_type)))
      return {kind: 'ignored'}
    const fault = payloadFault(event)
    if (fault) return poison(fault.code, fault.reason)
    if (this.#options.concerns?.(event) === false) return {kind: 'ignored'}
    return {kind: 'event', event, delivered}
  }

  /** Undefined when the effect is committed. */
  async #attempt(entries: readonly {event: Envelope; delivered: DeliveredEvent}[]): Promise<unknown> {
    if (entries.length === 0) return undefined
    const {consumer, database, logger, handle} = this.#options
    // Two deliveries of one event can stand in one batch.
    const events = [...new Map(entries.map(({event}) => [event.event_id, event])).values()]
    const users = [...new Set(events.map((event) => event.user_id))]
    const spans = entries.map(({event, delivered}) => handlingSpan(consumer, event, delivered))
    try {
      // What a batch does together stands in the trace of its first event.
      const fresh = await withSpan(spans[0]!, async () =>
        within(this.#timeoutMs, async () =>
          database.asUsers(users, async (tx) => {
            const [unhandled, erased] = await Promise.all([
              claimInbox(
                tx,
                consumer,
                events.map((event) => event.event_id),
              ),
              query<{user_id: string}>(tx, ERASED, [users]),
            ])
            const gone = new Set(erased.map((row) => row.user_id))
            const todo = events.filter((event) => unhandled.has(event.event_id) && !gone.has(event.user_id))
            if (todo.length > 0) await handle(tx, todo)
            return todo
          }),
        ),
      )
      for (const event of events) this.#attempts.delete(event.event_id)
      this.#count(entries.length, fresh)
      this.#tell(fresh)
      for (const span of spans) span.end()
      if (fresh.length > 0) this.#options.committed?.()
      return undefined
    } catch (error) {
      for (const span of spans) span.end(error)
      this.#failures.inc({reason: isOurFault(error) ? 'outage' : 'handler'})
      logger.warn(
        {error, consumer, events: events.length, ...(events.length === 1 && whoseEvent(events[0]!))},
        'handling events failed',
      )
      return error ?? new Error('a handler threw nothing')
    }
  }

  #count(deliveries: number, fresh: readonly Envelope[]): void {
    const now = Date.now()
    for (const event of fresh) {
      this.#handled.inc({event_type: event.event_type})
      this.#endToEnd.observe({consumer: this.#options.consumer}, Math.max(0, now - Date.parse(event.timestamp)) / 1000)
    }
    if (deliveries > fresh.length) this.#duplicates.inc(deliveries - fresh.length)
  }

  #tell(fresh: readonly Envelope[]): void {
    const {consumer, logger} = this.#options
    if (!logger.isLevelEnabled('debug')) return
    for (const event of fresh) {
      const {event_type, task_id} = event
      logger.debug({...whoseEvent(event), consumer, event_type, task_id}, 'an event was handled')
    }
  }

  async #deadLetter(delivered: DeliveredEvent, code: string, reason: string): Promise<Acknowledgement> {
    const {consumer, database, logger} = this.#options
    const letter: DeadLetter = {
      dead_letter: {
        topic: delivered.topic,
        consumer,
        code,
        reason: reason.slice(0, 2000),
        at: new Date().toISOString(),
        replay_count: replayCount(delivered.event),
      },
      original: delivered.event ?? null,
    }
    const owner = envelopeSchema.shape.user_id.safeParse(delivered.key)
    const id = letterId(consumer, delivered)
    let isNew: boolean
    try {
      isNew = await database.acrossUsers(async (tx) => {
        // It comes again when the bus went down before it noted that it was done.
        if (!(await claimInbox(tx, `${consumer} dead letters`, [id])).has(id)) return false
        await query(tx, 'select todo.put_dead_letter($1, $2, $3, $4::jsonb)', [
          deadLetterTopic(delivered.topic as Topic),
          id,
          owner.success ? owner.data : null,
          storableJson(letter),
        ])
        return true
      })
    } catch (error) {
      logger.warn({error, consumer, code}, 'a dead letter could not be written, will try again')
      return 'retry'
    }
    if (!isNew) {
      this.#duplicates.inc()
      return 'done'
    }
    this.#deadLetters.inc({code})
    const {event_id: event} = envelopeSchema.pick({event_id: true}).safeParse(delivered.event).data ?? {event_id: null}
    const whose = {user_id: owner.data ?? null, event_id: event}
    logger.error({...whose, consumer, code, reason, topic: delivered.topic}, 'an event went to the dead letters')
    return 'done'
  }
}

const whoseEvent = ({user_id, event_id}: Envelope) => ({user_id, event_id})

/** Any random uuid will do as the namespace. */
const LETTERS = '5d3e5c0e-7a0b-4f3a-9c39-6a0f3d1c9b52'

/** The same for each delivery of an event; what lies elsewhere, as after a replay or in a new topic, is another one. */
function letterId(consumer: string, {topic, key, position, event}: DeliveredEvent): string {
  if (position === undefined) return uuidv7()
  return uuidv5(JSON.stringify([consumer, topic, key, position, event ?? null]), LETTERS)
}

/** As the event says, even one that is poison; it stands there since its last replay. */
function replayCount(event: unknown): number {
  const count = envelopeSchema.shape.replay_count.safeParse((event as Partial<Envelope> | null)?.replay_count)
  return count.data ?? 0
}

const handlingSpan = (consumer: string, event: Envelope, {topic, traceparent}: DeliveredEvent): OpenSpan =>
  openSpan(`handle ${event.event_type}`, {
    kind: 'consumer',
    parent: traceparent,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.destination.name': topic,
      'messaging.consumer.group.name': consumer,
      'messaging.message.id': event.event_id,
    },
  })

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work(), timeout])
  } finally {
    clearTimeout(timer)
  }
}

/** The handler did not end in time, for example behind a lock. What it began ends by the statement timeout. */
class NoAnswer extends Error {}

const isOurFault = (error: unknown): boolean => error instanceof NoAnswer || isDatabaseOutage(error)

/** JSON that PostgreSQL takes as jsonb: NUL and halves of surrogate pairs, which it refuses, become U+FFFD. */
function storableJson(value: unknown): string {
  const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'string') return storable(part)
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).map(([key, entry]) => [storable(key), entry]))
  })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
