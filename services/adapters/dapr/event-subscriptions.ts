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

/** 100 entries or 10 ms, whichever comes first: Dapr's own wait of 10 s would be the latency of every event. */
const BULK = {enabled: true, maxMessagesCount: 100, maxAwaitDurationMs: 10}

export interface DaprEventSubscriptionsOptions {
  /** The pub/sub component that delivers a topic; each has its own queue of batches. */
  readonly pubsubOf: (topic: string) => string
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
    return [...this.#byTopic.keys()].map((topic) => {
      const live = this.#live.get(topic)
      return {
        pubsubname: live?.pubsub ?? this.#options.pubsubOf(topic),
        topic,
        route: `/events/${topic}`,
        ...(live === undefined && {deadLetterTopic: deadLetterTopic(topic as Topic)}),
        bulkSubscribe: BULK,
      }
    })
  }

  /** The answer to a delivery: to a batch its entries one by one, to a single event its status. */
  async deliver(topic: string, body: unknown): Promise<object> {
    const subscription = this.#byTopic.get(topic)
    if (!subscription) throw new Error(`nobody here subscribes to ${topic}`)
    const source = sourceOf(await this.#options.installation())
    if (!isBatch(body)) {
      const [answer] = await this.#handle(subscription, [toEntry('0', body, {}, {topic, source})])
      return {status: statusOf(answer)}
    }
    const entries = body.entries.map(({entryId, event, metadata}, place) =>
      toEntry(entryId ?? String(place), event, metadata ?? {}, {topic, source}),
    )
    const answers = await this.#handle(subscription, entries)
    return {statuses: entries.map((entry, place) => ({entryId: entry.id, status: statusOf(answers[place])}))}
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
    return entries.map(({partition}, place) => {
      if (answers[place] !== 'done') held.add(partition)
      return held.has(partition) ? 'retry' : 'done'
    })
  }
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
