import type {Database} from '../../database/database.ts'
import {outlastOutage} from '../../database/outage.ts'
import {query} from '../../database/query.ts'
import type {Logger} from '../../runtime/logger.ts'
import type {ReminderMetrics} from '../reminder-metrics.ts'
import type {ReminderSettings} from '../settings.ts'
import {type Finished, finishDeliveries} from './finish-deliveries.ts'
import type {Outcome} from './outcome.ts'
import type {PackedDelivery} from './pack-parcels.ts'

export interface FinisherDeps {
  readonly database: Database
  readonly settings: ReminderSettings
  readonly metrics: ReminderMetrics
  readonly logger: Logger
  /** Events are in the outbox. */
  readonly committed: () => void
}

interface Sent {
  readonly deliveries: readonly PackedDelivery[]
  readonly answers: ReadonlyMap<number, string>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Mails that are written down together: a commit for each would be most of the work under load. */
const BATCH = 64

/** Writes down what became of deliveries. Safe at any time, for it holds only while the lease is ours. */
export class Finisher {
  readonly #deps: FinisherDeps
  #waiting: Sent[] = []
  #writing = false

  constructor(deps: FinisherDeps) {
    this.#deps = deps
  }

  /** For mails that are out; those that come while others are being written are written together next. */
  async sent(deliveries: readonly PackedDelivery[], answers: ReadonlyMap<number, string>): Promise<void> {
    const {promise, resolve, reject} = Promise.withResolvers<void>()
    this.#waiting.push({deliveries, answers, resolve, reject})
    if (!this.#writing) void this.#writeWaiting()
    return promise
  }

  /**
   * Tries again and again while the database is away: if the mail is out, forgetting that would send it twice.
   */
  async finish(deliveries: readonly PackedDelivery[], outcome: Outcome): Promise<void> {
    await outlastOutage(this.#deps.settings.finishForMs, async () => this.#write(deliveries, outcome))
  }

  async #writeWaiting(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH)
      try {
        await this.#write(
          batch.flatMap((entry) => entry.deliveries),
          {kind: 'sent', answers: new Map(batch.flatMap((entry) => [...entry.answers]))},
          {lockTimeoutMs: 250},
        )
        for (const entry of batch) entry.resolve()
      } catch (error) {
        this.#deps.logger.debug({error, mails: batch.length}, 'mails are written down one by one')
        // One whose task is locked, or that cannot be written at all, must not hold the others.
        for (const {deliveries, answers, resolve, reject} of batch)
          this.finish(deliveries, {kind: 'sent', answers}).then(resolve, reject)
      }
    }
    this.#writing = false
  }

  async #write(
    deliveries: readonly PackedDelivery[],
    outcome: Outcome,
    options: {lockTimeoutMs?: number} = {},
  ): Promise<void> {
    const {database, committed} = this.#deps
    const users = [...new Set(deliveries.map((delivery) => delivery.userId))]
    const finished = await database.asUsers(users, async (tx) => {
      if (options.lockTimeoutMs) await query(tx, `set local lock_timeout = ${options.lockTimeoutMs}`)
      return finishDeliveries(tx, deliveries, outcome)
    })
    this.#count(finished, outcome)
    this.#tell(finished, outcome)
    committed()
    if (finished.length === deliveries.length) return
    // After a send this is the one window in which a mail can go out twice, with the same Message-ID.
    this.#deps.logger[outcome.kind === 'sent' ? 'warn' : 'debug'](
      {outcome: outcome.kind, lost: deliveries.length - finished.length},
      'a delivery was no longer ours when it was finished',
    )
  }

  #tell(finished: readonly Finished[], outcome: Outcome): void {
    const {logger} = this.#deps
    const failed = outcome.kind === 'failed'
    if (!failed && (outcome.kind !== 'sent' || !logger.isLevelEnabled('debug'))) return
    for (const {delivery} of finished) {
      const {userId, reminderId, taskId, channel} = delivery
      const facts = {user_id: userId, reminder_id: reminderId, task_id: taskId, channel}
      if (failed) logger.warn({...facts, code: outcome.code}, 'a reminder could not be sent')
      else logger.debug(facts, 'a reminder was sent')
    }
  }

  #count(finished: readonly Finished[], outcome: Outcome): void {
    const {metrics} = this.#deps
    for (const {delivery, lateSeconds} of finished) {
      const {channel, wokenBy} = delivery
      if (outcome.kind === 'sent') {
        metrics.sent.inc({channel, woken_by: wokenBy})
        metrics.lateness.observe(lateSeconds)
        metrics.recent.sent(lateSeconds)
      } else if (outcome.kind === 'failed') {
        metrics.failed.inc({channel, reason: outcome.code})
        metrics.recent.failed()
      } else if (outcome.kind === 'retry') {
        metrics.retries.inc({channel, reason: outcome.code})
      }
    }
  }
}
