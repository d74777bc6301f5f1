import {channelFault} from '../contracts/channels.ts'
import type {ReminderInput} from '../contracts/tasks.ts'
import type {Transaction} from '../database/database.ts'
import {type Reminder, ReminderEntity} from '../database/entities/reminder.ts'
import type {Task} from '../database/entities/task.ts'
import {type ReminderImage, reminderImage} from '../database/statements/reminder-images.ts'
import {channelsNotSetUp} from '../database/statements/channels-not-set-up.ts'
import {insertReminders} from '../database/statements/insert-reminders.ts'
import {readTaskReminders} from '../database/statements/refresh-task-reminders.ts'
import {query} from '../database/query.ts'
import {prepared} from '../database/session.ts'
import {invalidRequest} from '../domain/errors.ts'
import {MAX_NAGS, type PlacedReminder, placeReminders} from '../domain/reminders/reminder-times.ts'
import type {ReminderTemplate} from '../domain/tasks/series-template.ts'
import type {Change} from './change.ts'

/** Those by which nothing could go out are refused here rather than when the reminder is due. */
export async function refuseChannels(
  {tx, userId}: Change,
  reminders: readonly ReminderInput[] | null | undefined,
): Promise<void> {
  const named = reminders?.flatMap(({channels = []}) => channels) ?? []
  const missing = await channelsNotSetUp(tx, userId, [...new Set(named)])
  if (missing.length === 0) return
  throw invalidRequest(
    reminders!.flatMap(({channels = []}, place) =>
      channels.flatMap((channel, at) =>
        missing.includes(channel) ? [channelFault(`reminders[${place}].channels[${at}]`, channel)] : [],
      ),
    ),
  )
}

/** Writes the reminders of a task for its due date. */
export async function scheduleReminders(
  change: Change,
  task: Task,
  reminders: readonly PlacedReminder[],
): Promise<void> {
  const inserted = await insertReminders(
    change.tx,
    reminders.map((reminder) => ({...reminder, userId: task.user_id, taskId: task.id})),
  )
  announceReminders(
    change,
    task,
    inserted.map(({id, revision, reminderAt, pending}) => ({
      id,
      revision,
      reminder_at: reminderAt,
      state: pending ? 'scheduled' : 'cancelled',
    })),
  )
}

/** Tells of reminders that were just written. */
export function announceReminders(
  change: Change,
  task: Task,
  reminders: readonly Pick<Reminder, 'id' | 'revision' | 'reminder_at' | 'state'>[],
): void {
  for (const reminder of reminders) {
    change.madeReminder(task, reminder.id)
    if (reminder.state !== 'scheduled') continue
    change.add('reminder.scheduled', task, {
      task_version: task.version,
      reminder_id: reminder.id,
      revision: reminder.revision,
      reminder_at: reminder.reminder_at.toISOString(),
    })
  }
}

/** Planning it takes four times as long as running it. */
const CANCEL = prepared(`
  with pending as (
    select id, task_id, state, reminder_at, channels, nag_every_seconds, nag_left, removed_at, snoozed_at
    from todo.reminders where task_id = $1 and state in ('scheduled', 'sending')
      and ($2::bigint[] is null or id = any ($2::bigint[])) order by id for update
  ), cancelled as (
    update todo.reminders r set state = 'cancelled', revision = r.revision + 1, updated_at = clock_timestamp()
    from pending where r.id = pending.id returning r.id, r.revision
  ), deliveries as (
    update todo.reminder_deliveries set state = 'cancelled'
    where reminder_id in (select id from cancelled) and state = 'scheduled'
  )
  select c.revision, ${reminderImage('p')} as image from pending p join cancelled c on c.id = p.id order by p.id`)

/**
 * Takes back what has not been sent, because the task is done, gone, or gets other reminders. With `ids` only of these
 * reminders.
 */
export async function cancelReminders(change: Change, task: Task, ids?: readonly number[]): Promise<void> {
  // A delivery that is being sent right now is left to its sender, who finds the new revision when it is done.
  const rows = await query<{revision: number; image: ReminderImage}>(change.tx, CANCEL, [task.id, ids ?? null])
  change.rememberReminders(
    task,
    rows.map(({image}) => image),
  )
  for (const {image, revision} of rows) {
    change.add('reminder.cancelled', task, {task_version: task.version, reminder_id: image.id, revision})
  }
}

/** The user wants none of the present reminders any more: they never come back by themselves. */
export async function removeReminders(change: Change, task: Task): Promise<void> {
  await change.rememberRemindersOf(task)
  await cancelReminders(change, task)
  await query(
    change.tx,
    'update todo.reminders set removed_at = clock_timestamp() where task_id = $1 and removed_at is null',
    [task.id],
  )
}

/**
 * The due date moved: each reminder keeps its offset, and one that was sent or put aside is sent for the new date. A snooze
 * was for the old one.
 */
export async function moveReminders(
  change: Change,
  task: Task,
  reminders: readonly Reminder[],
  now: Date,
): Promise<void> {
  await change.rememberRemindersOf(task)
  await cancelReminders(change, task)
  await query(
    change.tx,
    `update todo.reminders set snoozed_at = null, removed_at = case when offset_seconds is null then clock_timestamp() end
     where task_id = $1 and removed_at is null and (offset_seconds is null or snoozed_at is not null)`,
    [task.id],
  )
  const placed = reminders.flatMap((reminder) =>
    placeReminders([templateOf(reminder)], task.due_at?.getTime() ?? null, now.getTime()).map(({at, pending}) => ({
      id: reminder.id,
      at: new Date(at),
      pending,
      nagLeft: reminder.nag_every_seconds == null ? 0 : MAX_NAGS,
    })),
  )
  await reschedule(change, task, placed)
}

/** What a task reminds of, sent or not, without what its user took away. */
export async function remindersOf(tx: Transaction, task: Task): Promise<Reminder[]> {
  return tx.find(ReminderEntity, {task_id: task.id, offset_seconds: {$ne: null}, removed_at: null}, {refresh: true})
}

/**
 * A reopened task gets back the reminders that completing it took away, as far as their time has not passed; not those in
 * whose place a snooze came, nor, without a due date, those that were before one.
 */
export async function restoreReminders(change: Change, task: Task, now: Date): Promise<void> {
  await change.rememberRemindersOf(task)
  const cancelled = await change.tx.find(
    ReminderEntity,
    {
      task_id: task.id,
      state: 'cancelled',
      removed_at: null,
      snoozed_at: null,
      reminder_at: {$gt: now},
      ...(task.due_at ? {} : {offset_seconds: null}),
    },
    {refresh: true},
  )
  await reschedule(
    change,
    task,
    cancelled.map((reminder) => ({
      id: reminder.id,
      at: reminder.reminder_at,
      pending: true,
      nagLeft: reminder.nag_left,
    })),
  )
}

interface Rescheduled {
  readonly id: number
  readonly at: Date
  readonly pending: boolean
  readonly nagLeft: number
}

async function reschedule(change: Change, task: Task, reminders: readonly Rescheduled[]): Promise<void> {
  if (reminders.length === 0) return
  const rows = await query<{id: string; revision: number}>(
    change.tx,
    `update todo.reminders r set state = case when i.pending then 'scheduled' else 'cancelled' end, reminder_at = i.at,
       revision = r.revision + 1, nag_left = i.nag_left, updated_at = clock_timestamp()
     from unnest($1::bigint[], $2::timestamptz[], $3::boolean[], $4::smallint[]) as i (id, at, pending, nag_left)
     where r.id = i.id returning r.id, r.revision`,
    [
      reminders.map(({id}) => id),
      reminders.map(({at}) => at.toISOString()),
      reminders.map(({pending}) => pending),
      reminders.map(({nagLeft}) => nagLeft),
    ],
  )
  const revisions = new Map(rows.map((row) => [Number(row.id), row.revision]))
  for (const {id, at} of reminders.filter(({pending}) => pending)) {
    change.add('reminder.scheduled', task, {
      task_version: task.version,
      reminder_id: id,
      revision: revisions.get(id)!,
      reminder_at: at.toISOString(),
    })
  }
}

/** Brings reminder_at and reminder_sent of a task up to date; the next flush writes them. */
export async function mirrorReminders(tx: Transaction, task: Task): Promise<void> {
  const {reminderAt, reminderSent} = await readTaskReminders(tx, task.id)
  task.reminder_at = reminderAt
  task.reminder_sent = reminderSent
}

export const templateOf = (reminder: Reminder): ReminderTemplate => ({
  offset_seconds: reminder.offset_seconds ?? 0,
  channels: reminder.channels ?? null,
  nag_every_seconds: reminder.nag_every_seconds ?? null,
})
