import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {formatDuration} from '../../../../domain/dates/duration.ts'
import {DATE_ONLY_OFFSET_SECONDS} from '../../../../domain/reminders/reminder-times.ts'

/** As PATCH /tasks/{id} takes it. */
export interface DraftReminder {
  readonly offset_seconds: number
  /** Absent: as the settings say. */
  readonly channels?: readonly string[]
  /** Absent: once. */
  readonly nag_every_seconds?: number
}

const DAY = 86_400

/** The reminders that a task has still to send; of a series all, since they are those of its next ones too. */
export function remindersOf(task: Pick<TaskResponse, 'reminders' | 'series_id'>): DraftReminder[] {
  const kept = task.reminders.filter(
    ({offset_seconds: offset, state}) =>
      offset !== null &&
      (state === 'scheduled' || state === 'sending' || (task.series_id !== null && state !== 'cancelled')),
  )
  return kept
    .map(({offset_seconds: offset, channels, nag_every_seconds: nag}) => ({
      offset_seconds: offset!,
      ...(channels !== null && {channels}),
      ...(nag !== null && {nag_every_seconds: nag}),
    }))
    .sort((a, b) => b.offset_seconds - a.offset_seconds)
}

export const sameReminders = (one: readonly DraftReminder[], other: readonly DraftReminder[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** Those that can be chosen, in seconds before the due date. A whole day is reminded of in its morning. */
export const usualOffsets = (hasTime: boolean): readonly number[] =>
  hasTime
    ? [0, 600, 1800, 3600, 3 * 3600, DAY, 7 * DAY]
    : [0, 1, 2, 7].map((days) => DATE_ONLY_OFFSET_SECONDS + days * DAY)

/** "1 hour before", "at the time", "1 day before, 09:00" */
export function offsetInWords(seconds: number, hasTime: boolean): string {
  const days = (seconds - DATE_ONLY_OFFSET_SECONDS) / DAY
  if (!hasTime && Number.isInteger(days) && days >= 0)
    return days === 0 ? 'on the day, 09:00' : `${counted(days, 'day')} before, 09:00`
  if (seconds === 0) return hasTime ? 'at the time' : 'at the end of the day'
  for (const [unit, size] of [
    ['week', 7 * DAY],
    ['day', DAY],
    ['hour', 3600],
    ['minute', 60],
  ] as const)
    if (seconds % size === 0) return `${counted(seconds / size, unit)} before`
  return `${formatDuration(seconds)} before`
}

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`

/** With one more, the earliest first; unchanged when there is one at that time. */
export function withReminder(reminders: readonly DraftReminder[], seconds: number): readonly DraftReminder[] {
  if (reminders.some(({offset_seconds: offset}) => offset === seconds)) return reminders
  return [...reminders, {offset_seconds: seconds}].sort((a, b) => b.offset_seconds - a.offset_seconds)
}
