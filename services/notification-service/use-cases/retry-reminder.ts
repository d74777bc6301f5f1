import {v7 as uuidv7} from 'uuid'
import type {RetriedReminder} from '../../contracts/reminders.ts'
import type {Transaction} from '../../database/database.ts'
import {query, toDate, toNumber} from '../../database/query.ts'
import {enqueueEvents} from '../../database/statements/enqueue-events.ts'
import {refreshTaskReminders} from '../../database/statements/refresh-task-reminders.ts'
import {DomainError} from '../../domain/errors.ts'
import {newEvent} from '../../domain/events/new-event.ts'
import {TOO_LATE_SECONDS} from '../../domain/reminders/delivery-decision.ts'
import {currentTraceparent} from '../../runtime/tracing.ts'
import {lockReminders, lockTasks} from './finish-statements.ts'
import {findReminder} from './read-reminders.ts'

export const reminderNotFound = (id: number | string): DomainError =>
  new DomainError('not_found', 'reminder_not_found', `There is no reminder ${id}.`, {
    hint: 'List the reminders to see their ids.',
  })

const refused = (code: string, message: string, hint: string): DomainError =>
  new DomainError('conflict', code, message, {hint})

/**
 * Sends a reminder once more by those channels by which it failed, with ten tries again; the others, that took it, do not
 * get it twice. The sweep sends it. Locks task, reminder, outbox, in this order.
 */
export async function retryReminder(tx: Transaction, userId: string, id: number): Promise<RetriedReminder> {
  const [found] = await query<{task_id: string}>(tx, 'select task_id from todo.reminders where id = $1', [id])
  if (!found) throw reminderNotFound(id)
  const taskId = toNumber(found.task_id)
  const task = (await lockTasks(tx, [taskId])).get(taskId)!
  const reminder = (await lockReminders(tx, [id])).get(id)!
  const {state, revision, lateSeconds} = reminder
  if (!task.open)
    throw refused('task_closed', 'Its task is not open any more.', 'Reopen the task to be reminded of it.')
  if (state === 'cancelled')
    throw refused(
      'reminder_cancelled',
      'It was cancelled: the task was moved, or the reminder taken away.',
      'Remind the task anew.',
    )
  const failed = await failedChannels(tx, id, revision)
  if (failed.length > 0 && lateSeconds > TOO_LATE_SECONDS)
    throw refused('too_late', 'It was due more than 7 days ago.', 'Snooze the task to be reminded of it now.')
  if (failed.length === 0 && state === 'sent')
    throw refused('reminder_sent', 'It was sent, and no channel failed.', 'Snooze the task to be reminded once more.')
  if (failed.length > 0) await sendAgain(tx, {userId, id, taskId, version: task.version, revision})
  return {reminder: (await findReminder(tx, id)) ?? missing(id), retried: failed}
}

function missing(id: number): never {
  throw reminderNotFound(id)
}

async function failedChannels(tx: Transaction, id: number, revision: number): Promise<string[]> {
  const rows = await query<{channel: string}>(
    tx,
    `select channel from todo.reminder_deliveries
     where reminder_id = $1 and revision = $2 and state = 'failed' order by channel`,
    [id, revision],
  )
  return rows.map(({channel}) => channel)
}

interface Again {
  readonly userId: string
  readonly id: number
  readonly taskId: number
  readonly version: number
  readonly revision: number
}

async function sendAgain(tx: Transaction, {userId, id, taskId, version, revision}: Again): Promise<void> {
  // Alone keeps its Message-ID, so that who got it all the same gets the same mail; a summary had others in it.
  await query(
    tx,
    `update todo.reminder_deliveries set state = 'scheduled', attempts = 0, next_attempt_at = clock_timestamp(),
       message_id = case when message_id like 'summary-%' then null else message_id end
     where reminder_id = $1 and revision = $2 and state = 'failed'`,
    [id, revision],
  )
  // One that another channel has sent stays sent.
  const [row] = await query<{reminder_at: string; now: string}>(
    tx,
    `update todo.reminders set state = case when state = 'failed' then 'sending' else state end,
       updated_at = clock_timestamp()
     where id = $1 returning reminder_at, clock_timestamp() as now`,
    [id],
  )
  await refreshTaskReminders(tx, [taskId])
  const payload = {
    task_version: version,
    reminder_id: id,
    revision,
    reminder_at: toDate(row!.reminder_at).toISOString(),
  }
  const at = toDate(row!.now)
  enqueueEvents(
    tx,
    [newEvent('reminder.scheduled', {eventId: uuidv7(), at, userId, taskId, payload})],
    currentTraceparent(),
  )
}
