import {formatInstant, formatInstantOrNull} from '../../contracts/instant.ts'
import type {TaskRemindersResponse} from '../../contracts/history.ts'
import type {Transaction} from '../../database/database.ts'
import {type ReminderDelivery, ReminderDeliveryEntity, ReminderEntity} from '../../database/entities/reminder.ts'
import {TaskEntity} from '../../database/entities/task.ts'
import {taskNotFound} from '../../domain/errors.ts'
import {presentReminder} from '../present-task.ts'

/** The newest ones: whoever changes the reminders of a task again and again leaves old ones behind. */
const MOST_REMINDERS = 200
/** 25 times by three channels of each of 40 reminders that repeat. */
const MOST_DELIVERIES = 3000

/** Every reminder of a task and what became of it, also of a task that is deleted: that may be why none came. */
export async function getTaskReminders(tx: Transaction, id: number): Promise<TaskRemindersResponse> {
  const task = await tx.findOne(TaskEntity, {id})
  if (!task) throw taskNotFound(id)
  const reminders = await tx.find(ReminderEntity, {task_id: id}, {orderBy: {id: 'desc'}, limit: MOST_REMINDERS})
  const deliveries = await tx.find(
    ReminderDeliveryEntity,
    {reminder_id: {$in: reminders.map((reminder) => reminder.id)}},
    {orderBy: {id: 'desc'}, limit: MOST_DELIVERIES},
  )
  const byReminder = Map.groupBy(deliveries.toReversed(), (delivery) => delivery.reminder_id)
  return {
    reminders: reminders.toReversed().map((reminder) => ({
      ...presentReminder(reminder),
      created_at: formatInstant(reminder.created_at),
      updated_at: formatInstant(reminder.updated_at),
      removed_at: formatInstantOrNull(reminder.removed_at),
      snoozed_at: formatInstantOrNull(reminder.snoozed_at),
      deliveries: (byReminder.get(reminder.id) ?? []).map(present),
    })),
  }
}

const present = (delivery: ReminderDelivery): TaskRemindersResponse['reminders'][number]['deliveries'][number] => ({
  channel: delivery.channel,
  revision: delivery.revision,
  state: delivery.state,
  // Of one that is sent, failed or cancelled there is no next one, whatever the column says.
  next_attempt_at: delivery.state === 'scheduled' ? formatInstant(delivery.next_attempt_at) : null,
  message_id: delivery.message_id ?? null,
  attempts: delivery.attempt_log.map((attempt) => ({...attempt, at: formatInstant(new Date(attempt.at))})),
})
