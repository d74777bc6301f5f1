import type {AuditListResponse} from '../../contracts/audit.ts'
import type {TaskRemindersResponse} from '../../contracts/history.ts'

export type AuditEntry = AuditListResponse['entries'][number]
export type ReminderRecord = TaskRemindersResponse['reminders'][number]
export type DeliveryRecord = ReminderRecord['deliveries'][number]

/** What is known of one task. */
export interface TaskRecord {
  readonly taskId: number
  /** Oldest first. */
  readonly entries: readonly AuditEntry[]
  readonly reminders: readonly ReminderRecord[]
  readonly now: Date
  /** IANA name; for the times in texts. */
  readonly timeZone: string
}

/** What ended, moved or changed a task. */
const CHANGES = new Set(['task.completed', 'task.skipped', 'task.deleted', 'task.updated', 'task.reopened'])

/** The change of the task in whose transaction an event of one of its reminders was written. */
export function causeOf(entries: readonly AuditEntry[], reminderEvent: AuditEntry): AuditEntry | undefined {
  const version = reminderEvent.payload['task_version']
  return entries.find(({event_type: type, payload}) => CHANGES.has(type) && payload['task_version'] === version)
}

/** The newest event of a type about a reminder; with `revision` about that revision of it. */
export const lastEvent = (
  entries: readonly AuditEntry[],
  type: string,
  reminderId: number,
  revision?: number,
): AuditEntry | undefined =>
  entries.findLast(
    ({event_type: eventType, payload}) =>
      eventType === type &&
      payload['reminder_id'] === reminderId &&
      (revision === undefined || payload['revision'] === revision),
  )
