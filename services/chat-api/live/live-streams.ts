import type {ServerResponse} from 'node:http'
import {z} from 'zod'
import {COMMENT_SECONDS, type LiveTaskMessage, MAX_STREAMS_PER_USER} from '../../contracts/live.ts'
import {DomainError} from '../../domain/errors.ts'
import {TOPICS} from '../../domain/events/event-types.ts'
import type {DeliveredEvent} from '../../ports/event-subscriptions.ts'
import type {LiveEvents, LiveListener} from '../../ports/live-events.ts'
import type {Logger} from '../../runtime/logger.ts'
import type {Metrics} from '../../runtime/metrics.ts'
import {type Periodic, periodic} from '../../runtime/periodic.ts'
import type {Accounts} from '../accounts/accounts.ts'
import type {Identity} from '../accounts/identity.ts'
import {LiveStream, READY} from './live-stream.ts'

/** ms */
export interface LiveTimes {
  readonly comment: number
  /** How often keys and sessions are looked at again. */
  readonly check: number
  /** A stream whose key or session could not be looked at for so long is ended. */
  readonly believe: number
}

const TIMES: LiveTimes = {comment: COMMENT_SECONDS * 1000, check: 10_000, believe: 20_000}

export interface LiveStreamsOptions {
  readonly events: LiveEvents
  readonly accounts: Pick<Accounts, 'stillHold'>
  readonly logger: Logger
  readonly metrics: Metrics
  readonly times?: LiveTimes
}

/** What of an event is passed on. */
const shape = z.object({
  event_type: z.string(),
  task_id: z.int().positive(),
  payload: z.object({task_version: z.int().positive()}),
})

type Ending = 'slow' | 'revoked' | 'unchecked'

/** Who has `GET /live` open, and what is passed on to them: to each what happens to their own tasks. */
export class LiveStreams implements LiveListener {
  readonly #events: LiveEvents
  readonly #accounts: Pick<Accounts, 'stillHold'>
  readonly #times: LiveTimes
  readonly #byUser = new Map<string, Set<LiveStream>>()
  /** How many a user has that are not open yet. */
  readonly #opening = new Map<string, number>()
  readonly #check: Periodic
  readonly #figures: Figures
  #heart: NodeJS.Timeout | undefined
  #hungUp = false

  constructor({events, accounts, logger, metrics, times = TIMES}: LiveStreamsOptions) {
    this.#events = events
    this.#accounts = accounts
    this.#times = times
    this.#figures = figures(metrics)
    this.#check = periodic({
      name: 'look at the keys and sessions of live updates',
      logger,
      idleMs: times.check,
      failureMs: Math.min(1000, times.check),
      work: async () => this.#checkAll(),
    })
    events.listen(TOPICS, this)
  }

  wanted(): boolean {
    return this.#byUser.size > 0 || this.#opening.size > 0
  }

  missed(): void {
    const now = performance.now()
    for (const stream of this.#all()) this.#write(stream, READY, now)
  }

  take(delivered: readonly DeliveredEvent[]): void {
    const texts = new Map<string, string>()
    for (const event of delivered) {
      const userId = userOf(event)
      const streams = this.#byUser.get(userId)
      const message = streams && messageOf(event)
      if (message === undefined) continue
      texts.set(userId, `${texts.get(userId) ?? ''}${message}`)
      this.#figures.sent.inc(streams!.size)
    }
    const now = performance.now()
    // Once for each stream: what is written in one turn waits until its end, and would look like a slow reader.
    for (const [userId, text] of texts) for (const stream of this.#byUser.get(userId)!) this.#write(stream, text, now)
  }

  /**
   * Resolves when the stream is open; `begin` is called when it is certain that there will be one. Throws a DomainError,
   * or one of the database, when there will be none.
   */
  async open(who: Identity, response: ServerResponse, begin: () => void): Promise<void> {
    const {userId, credentialId} = who
    const opening = this.#opening.get(userId) ?? 0
    if (opening + (this.#byUser.get(userId)?.size ?? 0) >= MAX_STREAMS_PER_USER) throw tooMany()
    this.#opening.set(userId, opening + 1)
    try {
      // A key that was verified some time ago may have ended since.
      const [holding] = await Promise.all([this.#accounts.stillHold([credentialId]), this.#events.ready()])
      if (!holding.has(credentialId)) throw noLongerHolds()
      if (this.#hungUp) throw stopping()
      begin()
      if (!response.destroyed) this.#add(new LiveStream(who, response, performance.now()), response)
    } finally {
      const left = this.#opening.get(userId)! - 1
      if (left === 0) this.#opening.delete(userId)
      else this.#opening.set(userId, left)
    }
  }

  start(): void {
    this.#check.start()
    const every = Math.min(1000, this.#times.comment)
    this.#heart = setInterval(() => this.#keepAlive(), every).unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#heart)
    await this.#check.stop()
  }

  /** Ends all streams in order, and lets no new one in: before the process waits for the requests that are under way. */
  hangUp(): void {
    this.#hungUp = true
    for (const stream of this.#all()) {
      this.#remove(stream)
      stream.end()
    }
  }

  #all(): LiveStream[] {
    return [...this.#byUser.values()].flatMap((streams) => [...streams])
  }

  #add(stream: LiveStream, response: ServerResponse): void {
    const {userId} = stream
    this.#byUser.set(userId, (this.#byUser.get(userId) ?? new Set()).add(stream))
    this.#figures.open.inc()
    response.once('close', () => this.#remove(stream))
    stream.begin()
  }

  #remove(stream: LiveStream): void {
    const streams = this.#byUser.get(stream.userId)
    if (!streams?.delete(stream)) return
    this.#figures.open.dec()
    if (streams.size === 0) this.#byUser.delete(stream.userId)
  }

  #end(stream: LiveStream, reason: Ending): void {
    this.#figures.ended.inc({reason})
    this.#remove(stream)
    stream.end()
  }

  #write(stream: LiveStream, text: string, now: number): void {
    if (!stream.write(text, now)) this.#end(stream, 'slow')
  }

  #keepAlive(): void {
    const now = performance.now()
    for (const stream of this.#all()) {
      if (!stream.keepAlive(now, this.#times.comment)) this.#end(stream, 'slow')
    }
  }

  async #checkAll(): Promise<'idle'> {
    const streams = this.#all()
    if (streams.length === 0) return 'idle'
    const now = performance.now()
    try {
      const holding = await this.#accounts.stillHold([...new Set(streams.map(({credentialId}) => credentialId))])
      for (const stream of streams) {
        if (holding.has(stream.credentialId)) stream.checkedAt = now
        else this.#end(stream, 'revoked')
      }
    } catch (error) {
      for (const stream of streams)
        if (performance.now() - stream.checkedAt > this.#times.believe) this.#end(stream, 'unchecked')
      throw error
    }
    return 'idle'
  }
}

type Figures = ReturnType<typeof figures>

const figures = (metrics: Metrics) => ({
  open: metrics.gauge('live_streams', 'Open streams of live updates.'),
  sent: metrics.counter('live_messages_total', 'Messages written to streams of live updates.'),
  ended: metrics.counter('live_streams_ended_total', 'Streams that were ended from here, and why.', ['reason']),
})

const userOf = ({event}: DeliveredEvent): string => {
  const {user_id: userId} = (event ?? {}) as {user_id?: unknown}
  return typeof userId === 'string' ? userId : ''
}

/** Undefined: nothing that could be fetched again. */
function messageOf({event}: DeliveredEvent): string | undefined {
  const read = shape.safeParse(event)
  if (!read.success) return undefined
  const {task_id: id, payload, event_type: type} = read.data
  return `event: task\ndata: ${JSON.stringify({id, version: payload.task_version, type} satisfies LiveTaskMessage)}\n\n`
}

const tooMany = (): DomainError =>
  new DomainError('rate_limited', 'too_many_streams', `You have ${MAX_STREAMS_PER_USER} streams open already.`, {
    hint: 'Close one: a window that is gone counts for up to a minute.',
    retryAfterSeconds: 60,
  })

const noLongerHolds = (): DomainError =>
  new DomainError('unauthenticated', 'not_signed_in', 'The key or session has ended.', {
    hint: 'Sign in with: todo5 login. Programs send an API key as x-api-key.',
  })

const stopping = (): DomainError =>
  new DomainError('unavailable', 'stopping', 'The service is stopping.', {retryAfterSeconds: 2})
