import {randomUUID} from 'node:crypto'
import type {Database} from '../../database/database.ts'
import {query, toNumber} from '../../database/query.ts'
import type {ReminderSettings} from '../settings.ts'

export type WokenBy = 'job' | 'sweep'

/** One reminder by one channel that is ours to send, until the lease ends. */
export interface ClaimedDelivery {
  readonly id: number
  /** Of the claim. Whoever has it may finish the delivery, as long as nobody claimed it anew. */
  readonly token: string
  readonly wokenBy: WokenBy
  readonly userId: string
  readonly reminderId: number
  readonly taskId: number
  readonly revision: number
  readonly channel: string
  /** Set when it was packed into a summary before. */
  readonly messageId: string | null
}

export interface Claim {
  readonly token: string
  readonly deliveries: readonly ClaimedDelivery[]
  /** performance.now() before the claim was asked for: the lease lasts at least until leaseSeconds after it. */
  readonly askedAt: number
}

export interface ReminderKey {
  readonly reminderId: number
  readonly revision: number
}

interface ClaimRow {
  readonly delivery_id: string
  readonly user_id: string
  readonly reminder_id: string
  readonly task_id: string
  readonly revision: number
  readonly channel: string
  readonly message_id: string | null
}

/**
 * Claims what is due: each reminder becomes one delivery per channel, leased to us, and no other instance gets it before
 * the lease ends. Whether something is due is decided by the database's clock, so nothing is ever early.
 */
export class Claims {
  readonly #database: Database
  readonly #settings: ReminderSettings

  constructor(database: Database, settings: ReminderSettings) {
    this.#database = database
    this.#settings = settings
  }

  /** The reminders of jobs; those that are early, late, moved or taken are left out. */
  async woken(keys: readonly ReminderKey[]): Promise<Claim> {
    return this.#claim('job', 'todo.claim_woken_reminders($1, $2, $3, $4::bigint[], $5::int[])', [
      this.#settings.lateSeconds,
      keys.map((key) => key.reminderId),
      keys.map((key) => key.revision),
    ])
  }

  /** Reminders that no job has taken though their time was `overdueSeconds` ago. */
  async overdue(limit: number): Promise<Claim> {
    const {overdueSeconds, lateSeconds} = this.#settings
    return this.#claim('sweep', 'todo.claim_overdue_reminders($1, $2, $3, $4, $5)', [
      overdueSeconds,
      lateSeconds,
      limit,
    ])
  }

  /** All late reminders of up to `users` users. */
  async late(users: number): Promise<Claim> {
    return this.#claim('sweep', 'todo.claim_late_reminders($1, $2, $3, $4)', [this.#settings.lateSeconds, users])
  }

  /** Retries whose time has come, and what somebody claimed and did not finish. */
  async open(limit: number): Promise<Claim> {
    return this.#claim('sweep', 'todo.claim_open_deliveries($1, $2, $3)', [limit])
  }

  /** Of whoever had claimed something; answers with how many deliveries that were. */
  async endLeases(): Promise<number> {
    const rows = await this.#database.acrossUsers(async (tx) =>
      query<{ended: number}>(tx, 'select todo.end_delivery_leases() as ended'),
    )
    return rows[0]!.ended
  }

  /** Gives back what was not begun. */
  async release(token: string, deliveryIds: readonly number[]): Promise<void> {
    await this.#database.acrossUsers(async (tx) =>
      query(tx, 'select todo.release_deliveries($1, $2::bigint[])', [token, deliveryIds]),
    )
  }

  async #claim(wokenBy: WokenBy, call: string, parameters: readonly unknown[]): Promise<Claim> {
    const token = randomUUID()
    const askedAt = performance.now()
    const rows = await this.#database.acrossUsers(async (tx) =>
      query<ClaimRow>(tx, `select * from ${call}`, [token, this.#settings.leaseSeconds, ...parameters]),
    )
    const deliveries = rows.map((row) => ({
      id: toNumber(row.delivery_id),
      token,
      wokenBy,
      userId: row.user_id,
      reminderId: toNumber(row.reminder_id),
      taskId: toNumber(row.task_id),
      revision: row.revision,
      channel: row.channel,
      messageId: row.message_id,
    }))
    return {token, deliveries, askedAt}
  }
}

/** How long until the reminders of these jobs are due, ms, 0 when they are, unless they are late by now; none for all others. */
export async function reminderWaits(
  database: Database,
  keys: readonly ReminderKey[],
  lateSeconds: number,
): Promise<ReadonlyMap<number, number>> {
  const rows = await database.acrossUsers(async (tx) =>
    query<{reminder_id: string; wait_ms: number}>(
      tx,
      'select * from todo.reminder_waits($1::bigint[], $2::int[], $3)',
      [keys.map((key) => key.reminderId), keys.map((key) => key.revision), lateSeconds],
    ),
  )
  return new Map(rows.map((row) => [toNumber(row.reminder_id), row.wait_ms]))
}
