import type {Logger} from '../../runtime/logger.ts'
import {type ChannelRegistry, DeliveryError} from '../channels/channel.ts'
import type {ReminderSettings} from '../settings.ts'
import type {Finisher} from './finisher.ts'
import {type Outcome, plainAnswer} from './outcome.ts'
import type {PackedParcel} from './pack-parcels.ts'

export interface DeliverDeps {
  readonly channels: ChannelRegistry
  readonly finisher: Finisher
  readonly settings: ReminderSettings
  readonly logger: Logger
}

/** Sends one parcel, calls `sent`, and writes down what became of it. */
export async function deliverParcel(deps: DeliverDeps, parcel: PackedParcel, sent: () => void): Promise<void> {
  const outcome = await send(deps, parcel)
  sent()
  await (outcome.kind === 'sent'
    ? deps.finisher.sent(parcel.deliveries, outcome.answers)
    : deps.finisher.finish(parcel.deliveries, outcome))
}

async function send({channels, settings, logger}: DeliverDeps, parcel: PackedParcel): Promise<Outcome> {
  const {recipient, messageId, now, deliveries} = parcel
  const notices = deliveries.map((delivery) => delivery.notice)
  try {
    const channel = channels.get(parcel.channel)
    const said = await channel.deliver({recipient, notices, messageId, now}, {timeoutMs: settings.sendTimeoutMs})
    const answer = plainAnswer(said)
    return {kind: 'sent', answers: new Map(deliveries.map((delivery) => [delivery.id, answer]))}
  } catch (error) {
    const known = error instanceof DeliveryError ? error : undefined
    const code = known?.code ?? 'internal_error'
    const reason = plainAnswer(error instanceof Error ? error.message : String(error))
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
