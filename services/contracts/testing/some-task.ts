import type {TaskResponse} from '../tasks.ts'

/** A task as the API has it; nothing but what is given is special about it. */
export const someTask = (fields: Partial<TaskResponse> & {id: number}): TaskResponse => ({
  title: `Task ${fields.id}`,
  description: '',
  priority: 0,
  tags: [],
  due_at: null,
  due_has_time: true,
  completed_at: null,
  skipped_at: null,
  deleted_at: null,
  recurring_pattern: null,
  recurring_end_date: null,
  next_occurrence: null,
  reminder_at: null,
  reminder_sent: false,
  series_id: null,
  predecessor_id: null,
  occurrence_at: fields.series_id == null ? null : (fields.due_at ?? null),
  version: 1,
  created_at: '2026-11-01T00:00:00Z',
  updated_at: '2026-11-01T00:00:00Z',
  reminders: [],
  ...fields,
})
