import type {TaskHistoryResponse} from '../../contracts/history.ts'
import {eventText} from './event-text.ts'
import {reminderVerdicts} from './reminder-verdicts.ts'
import type {AuditEntry, ReminderRecord, TaskRecord} from './task-record.ts'

type Entry = TaskHistoryResponse['entries'][number]

/** One timeline of a task, oldest first, and what it says about its reminders. */
export function composeHistory(record: TaskRecord): TaskHistoryResponse {
  const events = record.entries.toSorted(inOrderOfChange).map((entry): Entry => {
    const reminderId = entry.payload['reminder_id']
    return {
      at: entry.occurred_at,
      kind: entry.event_type,
      text: eventText(entry, record),
      reminder_id: typeof reminderId === 'number' ? reminderId : null,
      details: entry.payload,
    }
  })
  const tries = record.reminders.flatMap(triesOf)
  // Of the same millisecond a try comes before the event that tells of it.
  const entries = [...tries, ...events].sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
  return {task_id: record.taskId, verdicts: reminderVerdicts(record), entries}
}

/** Each topic is recorded by itself, so the entries of one change come in any order; their ids are those of their making. */
const inOrderOfChange = (one: AuditEntry, other: AuditEntry): number =>
  Date.parse(one.occurred_at) - Date.parse(other.occurred_at) || (one.event_id < other.event_id ? -1 : 1)

function triesOf(reminder: ReminderRecord): Entry[] {
  return reminder.deliveries.flatMap((delivery) =>
    delivery.attempts.map(({at, outcome, code, answer}, place): Entry => {
      const {channel, revision, message_id: messageId} = delivery
      return {
        at,
        kind: `delivery.${outcome}`,
        text: tryText({channel, outcome, answer, number: place + 1}),
        reminder_id: reminder.id,
        details: {channel, revision, message_id: messageId, code, answer},
      }
    }),
  )
}

function tryText(tried: {channel: string; outcome: string; answer: string; number: number}): string {
  const {channel, outcome, answer, number} = tried
  if (outcome === 'sent') return `${channel === 'email' ? 'The mail server' : channel} took it: ${answer}`
  if (outcome === 'retry') return `Try ${number} by ${channel} failed: ${answer}`
  return outcome === 'failed' ? `Given up by ${channel}: ${answer}` : `Not sent by ${channel}: ${answer}`
}
