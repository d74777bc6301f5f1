import {v7 as uuidv7} from 'uuid'
import type {Transaction} from '../../database/database.ts'
import {enqueueEvents} from '../../database/statements/enqueue-events.ts'
import {refreshTaskReminders} from '../../database/statements/refresh-task-reminders.ts'
import type {EventPayload, EventType} from '../../domain/events/event-types.ts'
import {type NewEvent, newEvent} from '../../domain/events/new-event.ts'
import {currentTraceparent} from '../../runtime/tracing.ts'
import {
  type LockedReminder,
  closeReminders,
  lockReminders,
  lockTasks,
  markSent,
  scheduleNag,
  writeDeliveries,
} from './finish-statements.ts'
import {fallBackToMail} from './fall-back-to-mail.ts'
import type {Outcome} from './outcome.ts'
import type {PackedDelivery} from './pack-parcels.ts'

export interface Finished {
  readonly delivery: PackedDelivery
  readonly attempts: number
  readonly lateSeconds: number
}

/**
 * Writes down, in one transaction of their users, what became of deliveries: delivery, reminder, the columns of the task,
 * events. Answers with those that were still ours. A reminder that was changed meanwhile stays as it now is,
 * and the delivery of its old revision alone tells what was sent. Locks task, reminder, outbox, in this order.
 */
export async function finishDeliveries(
  tx: Transaction,
  deliveries: readonly PackedDelivery[],
  outcome: Outcome,
): Promise<Finished[]> {
  const tasks = await lockTasks(tx, [...new Set(deliveries.map((delivery) => delivery.taskId))])
  const reminders = await lockReminders(tx, [...new Set(deliveries.map((delivery) => delivery.reminderId))])
  const written = await writeDeliveries(tx, deliveries, outcome)
  if (written.length === 0 || outcome.kind === 'retry') return written.map((entry) => ({...entry, lateSeconds: 0}))

  const isOurs = ({reminderId, revision}: PackedDelivery): boolean => {
    const reminder = reminders.get(reminderId)!
    return reminder.revision === revision && reminder.state === 'sending'
  }
  const finished = written.map(({delivery, attempts}) => {
    const measured = reminders.get(delivery.reminderId)!
    const lateSeconds = measured.revision === delivery.revision ? measured.lateSeconds : delivery.notice.lateSeconds
    return {delivery, attempts, lateSeconds: Math.max(0, lateSeconds)}
  })
  const ours = [...new Set(written.filter(({delivery}) => isOurs(delivery)).map(({delivery}) => delivery.reminderId))]
  if (outcome.kind === 'failed') await fallBackToMail(tx, ours)
  const closed =
    outcome.kind === 'sent'
      ? new Set<number>()
      : await closeReminders(tx, ours, outcome.kind === 'failed' ? 'failed' : 'cancelled')
  // A server that was away for an hour does not end a repetition; an address that it refuses does.
  const repeating = outcome.kind === 'sent' ? ours : gaveUpForNow(outcome) ? [...closed] : []
  const nags = await scheduleNags(tx, repeating, reminders, tasks)
  if (outcome.kind === 'sent') {
    await markSent(
      tx,
      ours.filter((id) => !nags.has(id)),
    )
  }

  const {at} = written[0]!
  const events: NewEvent[] = []
  for (const entry of finished) {
    const {delivery} = entry
    const about = {
      task_version: tasks.get(delivery.taskId)!.version,
      reminder_id: delivery.reminderId,
      revision: delivery.revision,
    }
    const emit = <T extends EventType>(type: T, payload: EventPayload<T>): void => {
      events.push(newEvent(type, {eventId: uuidv7(), at, userId: delivery.userId, taskId: delivery.taskId, payload}))
    }
    if (outcome.kind === 'sent') {
      const {channel} = delivery
      emit('reminder.sent', {...about, channel, sent_at: at.toISOString(), late_seconds: entry.lateSeconds})
    } else if (outcome.kind === 'failed') {
      const reason = `${outcome.code}: ${outcome.reason}`.slice(0, 1000)
      emit('reminder.failed', {...about, channel: delivery.channel, reason, attempts: entry.attempts})
    } else if (closed.delete(delivery.reminderId)) {
      emit('reminder.cancelled', about)
    }
    const nag = nags.get(delivery.reminderId)
    if (nag) emit('reminder.scheduled', {...about, ...nag})
    nags.delete(delivery.reminderId)
  }
  await refreshTaskReminders(tx, [...tasks.keys()])
  enqueueEvents(tx, events, currentTraceparent())
  return finished
}

interface Nag {
  readonly revision: number
  readonly reminder_at: string
}

const gaveUpForNow = (outcome: Outcome): boolean => outcome.kind === 'failed' && outcome.code === 'retries_exhausted'

/** Schedules those again that nag, as long as some are left and the task is still open. */
async function scheduleNags(
  tx: Transaction,
  ids: readonly number[],
  reminders: ReadonlyMap<number, LockedReminder>,
  tasks: ReadonlyMap<number, {readonly open: boolean}>,
): Promise<Map<number, Nag>> {
  const nagging = ids.filter((id) => {
    const reminder = reminders.get(id)!
    return reminder.nagEverySeconds !== null && reminder.nagLeft > 0 && tasks.get(reminder.taskId)?.open === true
  })
  const nags = new Map<number, Nag>()
  for (const id of nagging) {
    const next = await scheduleNag(tx, id)
    nags.set(id, {revision: next.revision, reminder_at: next.reminderAt.toISOString()})
  }
  return nags
}
