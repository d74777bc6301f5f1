import type {Database} from '../../database/database.ts'
import {parseReminderJob} from '../../domain/reminders/reminder-job.ts'
import type {JobHandler} from '../../ports/job-scheduler.ts'
import type {Logger} from '../../runtime/logger.ts'
import {currentTraceparent} from '../../runtime/tracing.ts'
import type {ReminderSettings} from '../settings.ts'
import {type Claims, type ReminderKey, reminderWaits} from '../use-cases/claims.ts'
import type {Dispatcher} from './dispatcher.ts'

/** Jobs are claimed together; a claim of more takes longer than the next one is worth. */
const BATCH = 200

/** Before a reminder that is due within moments, or is locked by somebody, is claimed again. */
const SHORTEST_WAIT_MS = 5

interface Wake extends ReminderKey {
  /** performance.now() until which an early job waits. */
  readonly waitUntil: number
  readonly traceparent: string | null
  readonly done: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export interface WakeUpDeps {
  readonly database: Database
  readonly claims: Claims
  readonly dispatcher: Dispatcher
  readonly settings: ReminderSettings
  readonly installation: () => Promise<string>
  readonly logger: Logger
  /** Called when a job found its reminder late: others may be, and the sweep sends them together. */
  readonly onLate: () => void
}

/**
 * What jobs do: claim their reminder. Done when it is claimed, for from then on the lease guards it. Jobs that come while
 * a claim is under way are claimed together next.
 */
export class WakeUps {
  readonly #deps: WakeUpDeps
  readonly #pending = new Map<string, Wake>()
  #draining: Promise<void> | undefined

  constructor(deps: WakeUpDeps) {
    this.#deps = deps
  }

  readonly handler: JobHandler = async ({name, data}) => {
    const job = parseReminderJob(data)
    if (!job || job.installation !== (await this.#deps.installation())) {
      this.#deps.logger.warn({job: name}, 'a job that is not of this installation does nothing')
      return
    }
    const key = `${job.reminder_id}-${job.revision}`
    const known = this.#pending.get(key)
    if (known) return known.done
    const {promise, resolve, reject} = Promise.withResolvers<void>()
    const waitUntil = performance.now() + this.#deps.settings.earlyWaitMs
    const {reminder_id: reminderId, revision} = job
    const wake = {reminderId, revision, waitUntil, traceparent: currentTraceparent(), done: promise, resolve, reject}
    this.#pending.set(key, wake)
    this.#drain()
    return promise
  }

  /** Resolves when no claim is under way; jobs that come after the dispatcher was closed are refused. */
  async stop(): Promise<void> {
    await this.#draining
  }

  #drain(): void {
    this.#draining ??= this.#claimPending().finally(() => {
      this.#draining = undefined
      if (this.#pending.size > 0) this.#drain()
    })
  }

  async #claimPending(): Promise<void> {
    const {dispatcher} = this.#deps
    while (this.#pending.size > 0) {
      await dispatcher.whenRoom()
      const batch = [...this.#pending.entries()].slice(0, Math.min(BATCH, Math.max(1, dispatcher.room())))
      for (const [key] of batch) this.#pending.delete(key)
      const wakes = batch.map(([, wake]) => wake)
      try {
        // The scheduler calls again, here after the restart or in another instance.
        if (dispatcher.stopped) throw new Error('the notification service is stopping')
        await this.#claim(wakes)
      } catch (error) {
        for (const wake of wakes) wake.reject(error)
      }
    }
  }

  async #claim(wakes: readonly Wake[]): Promise<void> {
    const {claims, database, dispatcher, settings} = this.#deps
    const claim = await claims.woken(wakes)
    const claimed = new Set(claim.deliveries.map((delivery) => delivery.reminderId))
    const rest = wakes.filter((wake) => !claimed.has(wake.reminderId))
    const waits =
      rest.length > 0 ? await reminderWaits(database, rest, settings.lateSeconds) : new Map<number, number>()
    await dispatcher.take(claim, new Map(wakes.map((wake) => [wake.reminderId, wake.traceparent])))
    for (const wake of wakes) if (claimed.has(wake.reminderId)) wake.resolve()
    for (const wake of rest) this.#later(wake, waits.get(wake.reminderId))
    if (rest.some((wake) => !waits.has(wake.reminderId))) this.#deps.onLate()
  }

  /** A job that is early, or whose reminder is locked, waits a little; moved, cancelled and claimed reminders have nothing left for it to do. */
  #later(wake: Wake, waitMs: number | undefined): void {
    if (waitMs === undefined || performance.now() + waitMs > wake.waitUntil) {
      wake.resolve()
      return
    }
    setTimeout(
      () => {
        this.#pending.set(`${wake.reminderId}-${wake.revision}`, wake)
        this.#drain()
      },
      Math.max(SHORTEST_WAIT_MS, Math.ceil(waitMs)),
    )
  }
}
