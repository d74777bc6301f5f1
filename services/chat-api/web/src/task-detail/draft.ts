/** What is being typed about a task, on the user's clock, and what of it is to be sent. */
import {formatInstant} from '../../../../contracts/instant.ts'
import type {Scope} from '../../../../contracts/scope.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {endOfDay, instantOf, wallTime, zoneOf} from '../../../../domain/dates/zone.ts'
import {type DraftReminder, remindersOf, sameReminders} from './draft-reminders.ts'

export interface Draft {
  readonly title: string
  readonly note: string
  /** "2026-11-26"; '' without a due date. */
  readonly date: string
  /** "09:00"; '' when the day is meant. */
  readonly time: string
  readonly priority: number
  /** Separated by spaces, with or without #. */
  readonly tags: string
  readonly reminders: readonly DraftReminder[]
}

/** Of PATCH /tasks/{id}. */
export interface TaskChange {
  readonly title?: string
  readonly description?: string
  readonly due_at?: string | null
  readonly due_has_time?: boolean
  readonly priority?: number
  readonly tags?: readonly string[]
  readonly reminders?: readonly DraftReminder[]
}

export const isOpen = (task: Pick<TaskResponse, 'completed_at' | 'skipped_at' | 'deleted_at'>): boolean =>
  task.completed_at === null && task.skipped_at === null && task.deleted_at === null

export function draftOf(task: TaskResponse, zone: string): Draft {
  return {
    title: task.title,
    note: task.description,
    ...dueFields(task, zone),
    priority: task.priority,
    tags: task.tags.join(' '),
    reminders: remindersOf(task),
  }
}

const two = (number: number): string => String(number).padStart(2, '0')
const HOUR = 3_600_000

function dueFields({due_at: dueAt, due_has_time: hasTime}: TaskResponse, zone: string): Pick<Draft, 'date' | 'time'> {
  if (dueAt === null) return {date: '', time: ''}
  // A whole day is stored as its last second; a clock change moves that past midnight.
  const wall = wallTime(Date.parse(dueAt) - (hasTime ? 0 : 2 * HOUR), zoneOf(zone))
  return {
    date: `${String(wall.year).padStart(4, '0')}-${two(wall.month)}-${two(wall.day)}`,
    time: hasTime ? `${two(wall.hour)}:${two(wall.minute)}` : '',
  }
}

/** The instant of a typed date and time, ms; the end of the day without a time; null for what is no date. */
export function dueOfDraft({date, time}: Pick<Draft, 'date' | 'time'>, zone: string): number | null {
  const [year, month, day] = date.split('-').map(Number)
  if (!/^\d{4}-\d\d-\d\d$/u.test(date) || year === undefined || month === undefined || day === undefined) return null
  if (!/^\d\d:\d\d/u.test(time)) return endOfDay({year, month, day}, zoneOf(zone))
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return instantOf({year, month, day, hour, minute, second: 0}, zoneOf(zone))
}

const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,]+/u)
      .map((tag) => tag.replace(/^#/u, ''))
      .filter((tag) => tag !== ''),
  ),
]

/** Only what was changed; null when nothing was. */
export function changeOfDraft(draft: Draft, task: TaskResponse, zone: string): TaskChange | null {
  const before = draftOf(task, zone)
  const dueChanged = draft.date !== before.date || draft.time !== before.time
  const dueAt = dueOfDraft(draft, zone)
  const tags = tagsOf(draft.tags)
  const change: TaskChange = {
    ...(draft.title.trim() !== before.title && {title: draft.title}),
    ...(draft.note !== before.note && {description: draft.note}),
    ...(dueChanged && {
      due_at: dueAt === null ? null : formatInstant(new Date(dueAt)),
      ...(dueAt !== null && {due_has_time: draft.time !== ''}),
    }),
    ...(draft.priority !== before.priority && {priority: draft.priority}),
    ...(tags.join(' ') !== before.tags && {tags}),
    ...(!sameReminders(draft.reminders, before.reminders) && {reminders: draft.reminders}),
  }
  return Object.keys(change).length === 0 ? null : change
}

/**
 * How far a change of an occurrence can reach, the likeliest first; null when there is nothing to ask. A new date is most
 * often one for this time, a new text one for good.
 */
export function scopesOf(change: TaskChange, task: TaskResponse): readonly Scope[] | null {
  if (task.series_id === null || !isOpen(task)) return null
  const names = Object.keys(change)
  const movesOnly = names.every((name) => name === 'due_at' || name === 'due_has_time')
  if (movesOnly) return ['this', 'following']
  const textOnly = names.every((name) => ['title', 'description', 'priority', 'tags'].includes(name))
  return textOnly ? ['following', 'this', 'all'] : ['following', 'this']
}

/** What was typed, on top of a newer task: fields that were not touched are as they are now. */
export function rebased(draft: Draft, base: TaskResponse, newest: TaskResponse, zone: string): Draft {
  const [before, now] = [draftOf(base, zone), draftOf(newest, zone)]
  const typed = Object.entries(draft).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field as keyof Draft]),
  )
  return {...now, ...Object.fromEntries(typed)}
}
