import {type AuditEntry, type TaskRecord, causeOf} from './task-record.ts'
import {lengthOfTime, moment} from './time-words.ts'

/** An instant in a payload as people read it; null for what is none. */
const read = (value: unknown, timeZone: string): string | null =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? moment(value, timeZone) : null

const byChannel = ({channel}: Readonly<Record<string, unknown>>): string =>
  typeof channel === 'string' ? ` by ${channel}` : ''

/** One event in one sentence; one that this version does not know by its type. */
export function eventText(entry: AuditEntry, record: Pick<TaskRecord, 'entries' | 'timeZone'>): string {
  const {payload} = entry
  const {timeZone} = record
  switch (entry.event_type) {
    case 'task.created': {
      const after = typeof payload['predecessor_id'] === 'number' ? ` after task ${payload['predecessor_id']}` : ''
      const due = read(payload['due_at'], timeZone)
      return `Created${after}${due ? `, due ${due}` : ''}.`
    }
    case 'task.completed':
      return 'Done.'
    case 'task.skipped':
      return 'Skipped.'
    case 'task.reopened':
      return typeof payload['retracted_task_id'] === 'number'
        ? `Opened again; task ${payload['retracted_task_id']}, which had followed, is gone.`
        : 'Opened again.'
    case 'task.deleted':
      return 'Deleted.'
    case 'task.updated':
      return changeText(payload, timeZone)
    case 'reminder.scheduled':
      return `Reminder set for ${read(payload['reminder_at'], timeZone) ?? 'a time that is not recorded'}.`
    case 'reminder.cancelled': {
      const cause = causeOf(record.entries, entry)?.event_type
      return `Reminder cancelled${cause ? `: the task was ${PAST[cause] ?? 'changed'}` : ''}.`
    }
    case 'reminder.sent': {
      const late = Number(payload['late_seconds'] ?? 0)
      return `Reminder sent${byChannel(payload)}${late > 60 ? `, ${lengthOfTime(late)} late` : ''}.`
    }
    case 'reminder.failed': {
      const {reason} = payload
      return `Reminder${byChannel(payload)} failed: ${typeof reason === 'string' ? reason : 'no reason is recorded'}`
    }
    default:
      return entry.event_type
  }
}

const PAST: Readonly<Record<string, string>> = {
  'task.completed': 'done',
  'task.skipped': 'skipped',
  'task.deleted': 'deleted',
}

const FIELDS: Readonly<Record<string, string>> = {
  due_at: 'due date',
  due_has_time: 'time of day',
  recurring_pattern: 'rule',
  recurring_end_date: 'end of the series',
  series_id: 'series',
}

function changeText(payload: Readonly<Record<string, unknown>>, timeZone: string): string {
  const changed = Array.isArray(payload['changed']) ? payload['changed'].map(String) : []
  const due = (side: unknown): string => {
    const value = typeof side === 'object' && side !== null ? (side as Record<string, unknown>)['due_at'] : undefined
    return read(value, timeZone) ?? 'none'
  }
  const words = changed.map((field) =>
    field === 'due_at'
      ? `due date from ${due(payload['before'])} to ${due(payload['after'])}`
      : (FIELDS[field] ?? field),
  )
  return words.length === 0 ? 'Changed.' : `Changed: ${words.join(', ')}.`
}
