import {setTimeout as delay} from 'node:timers/promises'
import type {Database} from '../../database/database.ts'
import {isDatabaseOutage} from '../../database/outage.ts'
import type {Logger} from '../../runtime/logger.ts'
import {type ChannelRegistry, DeliveryError} from '../channels/channel.ts'
import type {ReminderMetrics} from '../reminder-metrics.ts'
import type {ReminderSettings} from '../settings.ts'
import type {Claim} from './claims.ts'
import {type Finished, finishDeliveries} from './finish-deliveries.ts'
import type {Outcome} from './outcome.ts'
import type {PackedDelivery, PackedParcel} from './pack-parcels.ts'

export interface DeliverDeps {
  readonly database: Database
  readonly channels: ChannelRegistry
  readonly settings: ReminderSettings
  readonly metrics: ReminderMetrics
  readonly logger: Logger
  /** Events are in the outbox. */
  readonly committed: () => void
}

/** Sends one parcel and writes down what became of it. */
export async function deliverParcel(deps: DeliverDeps, claim: Claim, parcel: PackedParcel): Promise<void> {
  const outcome = await send(deps, parcel)
  await finish(deps, claim, parcel.deliveries, outcome)
}

async function send({channels, settings, logger}: DeliverDeps, parcel: PackedParcel): Promise<Outcome> {
  const {recipient, messageId, now, deliveries} = parcel
  const notices = deliveries.map((delivery) => delivery.notice)
  try {
    const channel = channels.get(parcel.channel)
    await channel.deliver({recipient, notices, messageId, now}, {timeoutMs: settings.sendTimeoutMs})
    return {kind: 'sent'}
  } catch (error) {
    const known = error instanceof DeliveryError ? error : undefined
    const code = known?.code ?? 'internal_error'
    const reason = error instanceof Error ? error.message : String(error)
    const failures = Math.max(...deliveries.map((delivery) => delivery.failures)) + 1
    const delaySeconds = known?.permanent ? null : settings.retryDelay(failures)
    // An error that no channel declared is a bug of ours and worth its stack.
    logger[known ? 'warn' : 'error'](
      {
        error: known ? undefined : error,
        reason,
        code,
        user_id: recipient.userId,
        channel: parcel.channel,
        failures,
        reminders: deliveries.length,
      },
      delaySeconds === null ? 'a reminder could not be sent' : 'a reminder could not be sent, will try again',
    )
    return delaySeconds === null
      ? {kind: 'failed', code: known?.permanent ? code : 'retries_exhausted', reason, tried: true}
      : {kind: 'retry', code, reason, delaySeconds}
  }
}

/**
 * Writes the outcome, again and again while the database is away: the mail is out, and forgetting that would send it twice.
 * Safe at any time, for it holds only while the lease is ours.
 */
export async function finish(
  deps: DeliverDeps,
  claim: Claim,
  deliveries: readonly PackedDelivery[],
  outcome: Outcome,
): Promise<void> {
  const {database, settings, logger} = deps
  const giveUpAt = performance.now() + settings.finishForMs
  const userId = deliveries[0]!.userId
  for (;;) {
    try {
      const finished = await database.asUser(userId, async (tx) =>
        finishDeliveries(tx, claim.token, deliveries, outcome),
      )
      count(deps, claim, finished, outcome)
      deps.committed()
      if (finished.length < deliveries.length) {
        // After a send this is the one window in which a mail can go out twice, with the same Message-ID.
        logger[outcome.kind === 'sent' ? 'warn' : 'debug'](
          {user_id: userId, outcome: outcome.kind, lost: deliveries.length - finished.length},
          'a delivery was no longer ours when it was finished',
        )
      }
      return
    } catch (error) {
      if (!isDatabaseOutage(error) || performance.now() > giveUpAt) throw error
      await delay(250)
    }
  }
}

function count({metrics}: DeliverDeps, claim: Claim, finished: readonly Finished[], outcome: Outcome): void {
  for (const {delivery, lateSeconds} of finished) {
    const {channel} = delivery
    if (outcome.kind === 'sent') {
      metrics.sent.inc({channel, woken_by: claim.wokenBy})
      metrics.lateness.observe(lateSeconds)
    } else if (outcome.kind === 'failed') {
      metrics.failed.inc({channel, reason: outcome.code})
    } else if (outcome.kind === 'retry') {
      metrics.retries.inc({channel, reason: outcome.code})
    }
  }
}
