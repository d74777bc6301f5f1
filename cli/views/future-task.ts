import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {defaultReminders} from '../../services/domain/reminders/reminder-times.ts'
import type {NewTask} from '../client/task-writes.ts'
import {instantText} from '../operations/task-input.ts'
import {followingOccurrences} from '../operations/rule-words.ts'

/** A task that is not there yet, as it would be. */
export function futureTask(fields: NewTask, now: number): TaskResponse {
  const {title, due_at: dueAt = null, due_has_time: hasTime = true, recurring_pattern: pattern = null} = fields
  const wanted = dueAt === null ? [] : (fields.reminders ?? defaultReminders(hasTime))
  const reminders = wanted.map((reminder, index) => ({
    id: index,
    offset_seconds: reminder.offset_seconds,
    reminder_at: instantText(Date.parse(dueAt!) - reminder.offset_seconds * 1000),
    state: 'scheduled' as const,
    channels: reminder.channels ? [...reminder.channels] : null,
    nag_every_seconds: reminder.nag_every_seconds ?? null,
    revision: 1,
  }))
  const at = instantText(now)
  const end = fields.recurring_end_date ?? null
  const occurrence = {recurring_pattern: pattern, occurrence_at: pattern === null ? null : dueAt}
  const [next] = followingOccurrences({...occurrence, due_at: dueAt, due_has_time: hasTime, recurring_end_date: end}, 1)
  return {
    id: 0,
    title,
    description: fields.description ?? '',
    priority: fields.priority ?? 0,
    tags: fields.tags ?? [],
    due_at: dueAt,
    due_has_time: hasTime,
    completed_at: null,
    skipped_at: null,
    deleted_at: null,
    ...occurrence,
    recurring_end_date: end,
    next_occurrence: next === undefined ? null : instantText(next),
    reminder_at: null,
    reminder_sent: false,
    series_id: null,
    predecessor_id: null,
    version: 1,
    created_at: at,
    updated_at: at,
    reminders,
  }
}
