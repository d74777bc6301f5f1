import type {ReminderTemplate} from '../tasks/series-template.ts'

/** One hour before the due date: what a task gets when nothing is said. */
export const DEFAULT_OFFSET_SECONDS = 3600

/** A date-only due is the last second of the user's day; its reminder comes at 09:00 of that day. */
export const DATE_ONLY_OFFSET_SECONDS = 15 * 3600 - 1

/** A repeated reminder stops after this many. */
export const MAX_NAGS = 24

const DAY_SECONDS = 86_400

/**
 * The offset of a reminder that is wanted so many seconds before. Of a whole day, whole days are counted from the morning
 * when it would be reminded of, not from its last second.
 */
export const offsetBefore = (seconds: number, dueHasTime: boolean): number =>
  !dueHasTime && seconds % DAY_SECONDS === 0 ? seconds + DATE_ONLY_OFFSET_SECONDS : seconds

export const defaultReminders = (dueHasTime: boolean): ReminderTemplate[] => [
  {
    offset_seconds: dueHasTime ? DEFAULT_OFFSET_SECONDS : DATE_ONLY_OFFSET_SECONDS,
    channels: null,
    nag_every_seconds: null,
  },
]

export interface PlannedReminder extends ReminderTemplate {
  /** ms, UTC; may lie in the past: then it is sent at once. */
  readonly at: number
}

export interface PlacedReminder extends PlannedReminder {
  /** False when both its time and the due date are past: it waits for another due date. */
  readonly pending: boolean
}

/** All reminders of a due date, also those that there is nothing left to remind of. */
export function placeReminders(
  templates: readonly ReminderTemplate[],
  dueAt: number | null,
  now: number,
): PlacedReminder[] {
  if (dueAt === null) return []
  return templates.map((template) => {
    const at = dueAt - template.offset_seconds * 1000
    return {...template, at, pending: at > now || dueAt > now}
  })
}

/**
 * The reminders of a due date. One whose time is past is kept while the due date is ahead, and is then sent at once;
 * when the due date is past too there is nothing left to remind of.
 */
export function planReminders(
  templates: readonly ReminderTemplate[],
  dueAt: number | null,
  now: number,
): PlannedReminder[] {
  return placeReminders(templates, dueAt, now).filter((reminder) => reminder.pending)
}
