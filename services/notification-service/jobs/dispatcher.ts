import type {Database} from '../../database/database.ts'
import {outlastOutage} from '../../database/outage.ts'
import type {Logger} from '../../runtime/logger.ts'
import {inSpan} from '../../runtime/tracing.ts'
import type {Claim, Claims} from '../use-cases/claims.ts'
import {type DeliverDeps, deliverParcel} from '../use-cases/deliver.ts'
import {type Origin, type PackedDelivery, packParcels} from '../use-cases/pack-parcels.ts'

export interface DispatcherDeps extends DeliverDeps {
  readonly database: Database
  readonly claims: Claims
  readonly origin: () => Promise<Origin>
}

interface Work {
  readonly claim: Claim
  readonly deliveries: readonly PackedDelivery[]
  readonly sends: boolean
  /** Of the job that woke the first of them. */
  readonly traceparent: string | null
  /** Calls `sent` when the mail is out and only has to be written down. */
  readonly run: (sent: () => void) => Promise<void>
}

/**
 * Sends what was claimed, a few mails at a time; written down are many together. What waits so long that its lease could end during the send is let go:
 * the sweep finds it when the lease has ended.
 */
export class Dispatcher {
  readonly #deps: DispatcherDeps
  readonly #logger: Logger
  readonly #queue: Work[] = []
  readonly #active = new Set<Promise<void>>()
  #sending = 0
  #waiting: (() => void)[] = []
  #held = 0
  #stopped = false

  constructor(deps: DispatcherDeps) {
    this.#deps = deps
    this.#logger = deps.logger
  }

  get stopped(): boolean {
    return this.#stopped
  }

  /** How many more deliveries may be claimed now; 0 after stop. */
  room(): number {
    return this.#stopped ? 0 : Math.max(0, this.#deps.settings.claimAhead - this.#held)
  }

  /** Resolves when there is room for more than a few, or when the dispatcher is stopped: a claim of one costs as much. */
  async whenRoom(): Promise<void> {
    if (this.#worthAClaim() || this.#stopped) return
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /**
   * Resolves when the claim is read and waits for its turn, not when it is sent. `traces`: the trace of the job of each
   * reminder; others begin one.
   */
  async take(claim: Claim, traces: ReadonlyMap<number, string | null> = new Map()): Promise<void> {
    const count = claim.deliveries.length
    if (count === 0) return
    this.#hold(count)
    const add = (deliveries: readonly PackedDelivery[], sends: boolean, run: Work['run']): void => {
      this.#hold(deliveries.length)
      const traceparent = traces.get(deliveries[0]!.reminderId) ?? null
      this.#queue.push({claim, deliveries, sends, traceparent, run})
    }
    try {
      const {database, finisher, settings, origin} = this.#deps
      const options = {origin: await origin(), lateSeconds: settings.lateSeconds}
      // Nobody else may send it before the lease ends: a minute late for an outage of a second.
      const left = claim.askedAt + settings.leaseSeconds * 1000 - settings.sendTimeoutMs - performance.now()
      const packed = await outlastOutage(left, async () => packParcels(database, claim, options))
      for (const parcel of packed.parcels) {
        add(parcel.deliveries, true, async (sent) => deliverParcel(this.#deps, parcel, sent))
      }
      for (const group of byUser(packed.cancelled)) {
        add(group, false, async () => finisher.finish(group, {kind: 'cancelled'}))
      }
      const reason = 'It was due more than 7 days ago.'
      for (const group of byUser(packed.tooLate)) {
        add(group, false, async () => finisher.finish(group, {kind: 'failed', code: 'too_late', reason, tried: false}))
      }
    } finally {
      this.#hold(-count)
      this.#pump()
    }
  }

  /** From now on there is no room, and who waits for it is let go. */
  close(): void {
    this.#stopped = true
    this.#hold(0)
  }

  /** After close, when nobody claims any more: what waits goes back, what is being sent is finished. */
  async stop(): Promise<void> {
    this.close()
    for (const {claim, deliveries} of this.#queue.splice(0)) {
      try {
        await this.#deps.claims.release(
          claim.token,
          deliveries.map((delivery) => delivery.id),
        )
      } catch (error) {
        this.#logger.info({error}, 'claimed reminders were not given back; their lease ends by itself')
      }
    }
    await Promise.all(this.#active)
  }

  #hold(count: number): void {
    this.#held += count
    if (!this.#worthAClaim() && !this.#stopped) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }

  #worthAClaim(): boolean {
    return this.room() >= this.#deps.settings.claimAhead / 4
  }

  #pump(): void {
    while (!this.#stopped && this.#sending < this.#deps.settings.slots) {
      const work = this.#queue.shift()
      if (!work) return
      this.#sending++
      let sending = true
      const sent = (): void => {
        if (!sending) return
        sending = false
        this.#sending--
        this.#pump()
      }
      const running: Promise<void> = this.#run(work, sent).finally(() => {
        this.#active.delete(running)
        this.#hold(-work.deliveries.length)
        sent()
      })
      this.#active.add(running)
    }
  }

  async #run({claim, deliveries, sends, traceparent, run}: Work, sent: () => void): Promise<void> {
    const {leaseSeconds, sendTimeoutMs} = this.#deps.settings
    if (sends && performance.now() - claim.askedAt > leaseSeconds * 1000 - sendTimeoutMs) {
      this.#logger.warn({reminders: deliveries.length}, 'a reminder waited too long for its turn and is claimed again')
      return
    }
    try {
      await inSpan(sends ? 'send reminder' : 'drop reminder', {kind: 'consumer', parent: traceparent}, async () =>
        run(sent),
      )
    } catch (error) {
      this.#logger.error(
        {error, user_id: deliveries[0]!.userId},
        'what became of a reminder could not be written down; it is claimed again when its lease ends',
      )
    }
  }
}

function byUser(deliveries: readonly PackedDelivery[]): PackedDelivery[][] {
  return [...Map.groupBy(deliveries, (delivery) => delivery.userId).values()]
}
