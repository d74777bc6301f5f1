import {deadLetterTopic} from '../../domain/events/dead-letter.ts'
import type {Topic} from '../../domain/events/event-types.ts'
import type {
  Acknowledgement,
  DeliveredEvent,
  EventSubscriptions,
  Subscription,
} from '../../ports/event-subscriptions.ts'
import type {Logger} from '../../runtime/logger.ts'
import {readCloudEvent, sourceOf} from '../../domain/events/cloud-event.ts'

/**
 * 100 entries or 20 ms, whichever comes first: Dapr's own wait of 10 s would be the latency of every event. A tick that
 * passes while a partition waits for its turn cuts its next batch short, so shorter ones make smaller batches.
 */
const BULK = {enabled: true, maxMessagesCount: 100, maxAwaitDurationMs: 20}
/** Transactions of one consumer at once: one commits while the next reads. */
const MAX_PARALLEL = 2
/** Entries that are handled together; a single request has up to 100. */
const MAX_TOGETHER = 400

export interface DaprEventSubscriptionsOptions {
  /** The pub/sub components that deliver a topic, each its share of the partitions, one batch after the other. */
  readonly pubsubsOf: (topic: string) => readonly string[]
  readonly installation: () => Promise<string>
  readonly logger: Logger
}

/** One entry of GET /dapr/subscribe. */
interface Declaration {
  readonly pubsubname: string
  readonly topic: string
  readonly route: string
  readonly deadLetterTopic?: string
  readonly bulkSubscribe: typeof BULK
}

/** A subscription without dead letters, through a component of its own. */
export interface LiveDelivery {
  readonly pubsub: string
  /** Called each time the sidecar asks what there is to subscribe: when it starts. */
  readonly asked: () => void
}

/** A request of the sidecar that waits for its consumer. */
interface Request {
  readonly entries: readonly Entry[]
  readonly answer: (answers: readonly Acknowledgement[]) => void
}

interface Queue {
  readonly waiting: Request[]
  running: number
}

interface Entry {
  readonly id: string
  readonly partition: string
  readonly delivered: DeliveredEvent
}

/**
 * Subscriptions as Dapr wants them: it asks which there are, and posts batches. Every answer is either that an entry is
 * done or that it has to come again; nothing is ever dropped, since Dapr forgets the fate of what it drops.
 */
export class DaprEventSubscriptions implements EventSubscriptions {
  readonly #options: DaprEventSubscriptionsOptions
  readonly #byTopic = new Map<string, Subscription>()
  readonly #live = new Map<string, LiveDelivery>()
  readonly #queues = new Map<Subscription, Queue>()

  constructor(options: DaprEventSubscriptionsOptions) {
    this.#options = options
  }

  subscribe(subscription: Subscription, live?: LiveDelivery): void {
    for (const topic of subscription.topics) {
      // The consumer group is the app: it cannot read a topic twice.
      if (this.#byTopic.has(topic)) throw new Error(`${topic} has a subscription in this process already`)
      this.#byTopic.set(topic, subscription)
      if (live) this.#live.set(topic, live)
    }
  }

  has(topic: string): boolean {
    return this.#byTopic.has(topic)
  }

  /** The answer to GET /dapr/subscribe. The dead-letter topic is for what Dapr itself cannot decode. */
  declaration(): Declaration[] {
    for (const {asked} of new Set(this.#live.values())) asked()
    return [...this.#byTopic.keys()].flatMap((topic) => {
      const live = this.#live.get(topic)
      const pubsubs = live ? [live.pubsub] : this.#options.pubsubsOf(topic)
      return pubsubs.map((pubsubname) => ({
        pubsubname,
        topic,
        route: `/events/${topic}`,
        ...(live === undefined && {deadLetterTopic: deadLetterTopic(topic as Topic)}),
        bulkSubscribe: BULK,
      }))
    })
  }

  /** The answer to a delivery: to a batch its entries one by one, to a single event its status. */
  async deliver(topic: string, body: unknown): Promise<object> {
    const subscription = this.#byTopic.get(topic)
    if (!subscription) throw new Error(`nobody here subscribes to ${topic}`)
    const source = sourceOf(await this.#options.installation())
    if (!isBatch(body)) {
      const [answer] = await this.#take(subscription, [toEntry('0', body, {}, {topic, source})])
      return {status: statusOf(answer)}
    }
    const entries = body.entries.map(({entryId, event, metadata}, place) =>
      toEntry(entryId ?? String(place), event, metadata ?? {}, {topic, source}),
    )
    const answers = await this.#take(subscription, entries)
    return {statuses: entries.map((entry, place) => ({entryId: entry.id, status: statusOf(answers[place])}))}
  }

  async #take(subscription: Subscription, entries: readonly Entry[]): Promise<readonly Acknowledgement[]> {
    const {promise, resolve: answer} = Promise.withResolvers<readonly Acknowledgement[]>()
    const queue = this.#queues.get(subscription) ?? {waiting: [], running: 0}
    this.#queues.set(subscription, queue)
    queue.waiting.push({entries, answer})
    if (queue.running < MAX_PARALLEL) void this.#work(subscription, queue)
    return await promise
  }

  /** What several readers bring at one time is one transaction: it costs hardly more than that of one of them. */
  async #work(subscription: Subscription, queue: Queue): Promise<void> {
    queue.running++
    for (let requests = together(queue); requests.length > 0; requests = together(queue)) {
      const answers = await this.#handle(
        subscription,
        requests.flatMap(({entries}) => entries),
      )
      let place = 0
      let failed = false
      for (const request of requests) {
        const own = answers.slice(place, place + request.entries.length)
        place += request.entries.length
        // Behind the first that failed nothing was tried: another reader's partitions need not wait for that one.
        if (failed && own.includes('retry')) queue.waiting.push(request)
        else request.answer(own)
        failed ||= own.includes('retry')
      }
    }
    queue.running--
  }

  async #handle({handle, consumer}: Subscription, entries: readonly Entry[]): Promise<Acknowledgement[]> {
    let answers: readonly Acknowledgement[] = []
    try {
      answers = await handle(entries.map((entry) => entry.delivered))
    } catch (error) {
      this.#options.logger.warn({error, consumer}, 'delivering events failed, will try again')
    }
    // Dapr sends again exactly those that are to be retried: whatever follows one of its partition has to stay behind it.
    const held = new Set<string>()
    return entries.map(({partition, delivered: {topic}}, place) => {
      const source = `${topic}/${partition}`
      if (answers[place] !== 'done') held.add(source)
      return held.has(source) ? 'retry' : 'done'
    })
  }
}

/** The requests that waited longest, as many as are handled at once; none when none waits. */
function together({waiting}: Queue): Request[] {
  let size = 0
  const fitting = waiting.findIndex(({entries}, place) => (size += entries.length) > MAX_TOGETHER && place > 0)
  return waiting.splice(0, fitting === -1 ? waiting.length : fitting)
}

const statusOf = (answer: Acknowledgement | undefined): 'SUCCESS' | 'RETRY' => (answer === 'done' ? 'SUCCESS' : 'RETRY')

interface Batch {
  readonly entries: readonly {entryId?: string; event?: unknown; metadata?: Readonly<Record<string, string>>}[]
}

const isBatch = (body: unknown): body is Batch =>
  typeof body === 'object' && body !== null && 'entries' in body && Array.isArray(body.entries)

function toEntry(
  id: string,
  value: unknown,
  metadata: Readonly<Record<string, string>>,
  ours: {topic: string; source: string},
): Entry {
  const cloudEvent = readCloudEvent(value)
  const event = cloudEvent ? cloudEvent.event : value
  const fault = faultOf(cloudEvent?.source, ours.source)
  const {__partition: partition = '', __offset: offset} = metadata
  return {
    id,
    partition,
    delivered: {
      topic: ours.topic,
      key: metadata['__key'] ?? userOf(event),
      event,
      traceparent: cloudEvent?.traceparent ?? null,
      ...(offset !== undefined && {position: `${partition}/${offset}`}),
      ...(fault && {fault}),
    },
  }
}

/** Undefined is the source of what is no CloudEvent, null that of one without any. */
function faultOf(source: string | null | undefined, ours: string): DeliveredEvent['fault'] {
  if (source === undefined) return {code: 'no_cloud_event', reason: 'It is not a CloudEvent with JSON in it.'}
  if (source === ours) return undefined
  return {code: 'foreign_installation', reason: `Its source is ${source ?? 'not given'}, this is ${ours}.`}
}

const userOf = (event: unknown): string => {
  const {user_id: user} = (event ?? {}) as {user_id?: unknown}
  return typeof user === 'string' ? user : ''
}
