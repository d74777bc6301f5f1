import {MAX_NAGS} from './reminder-times.ts'

/** A reminder of a task that its user has not taken away. */
export interface PresentReminder {
  readonly id: number
  /** Null: the one that an earlier snooze made. */
  readonly offsetSeconds: number | null
  /** ms, UTC. */
  readonly at: number
  readonly state: 'scheduled' | 'sending' | 'sent' | 'failed' | 'cancelled'
  readonly channels: readonly string[] | null
  readonly nagEverySeconds: number | null
  readonly nagLeft: number
}

export interface PlacedSnooze {
  /** Ids of the reminders that do not come any more, because the snooze comes in their place. */
  readonly aside: readonly number[]
  readonly channels: readonly string[] | null
  readonly nagEverySeconds: number | null
  readonly nagLeft: number
}

const isPending = ({state}: PresentReminder): boolean => state === 'scheduled' || state === 'sending'
const isSnooze = ({offsetSeconds}: PresentReminder): boolean => offsetSeconds === null
/** Its first one is out, so its next one is a repetition, whenever that would be. */
const isNagging = ({nagEverySeconds, nagLeft}: PresentReminder): boolean =>
  nagEverySeconds !== null && nagLeft < MAX_NAGS

/**
 * What a snooze until `at` (ms, UTC) does to the reminders of a task: what would come up to then is put aside, and so is
 * one that is repeating itself: the repetition goes on from the snooze, with as many as are left. Later ones stay.
 */
export function placeSnooze(reminders: readonly PresentReminder[], at: number): PlacedSnooze {
  const byTime = [...reminders].sort((one, other) => one.at - other.at || one.id - other.id)
  const aside = byTime.filter(
    (reminder) => isPending(reminder) && !isSnooze(reminder) && (reminder.at <= at || isNagging(reminder)),
  )
  const replaced = byTime.filter((reminder) => aside.includes(reminder) || (isSnooze(reminder) && isPending(reminder)))
  const nag = replaced.findLast(({nagEverySeconds}) => nagEverySeconds !== null)
  const sent = byTime.filter(({state}) => state === 'sent' || state === 'failed')
  const pattern = nag ?? replaced.at(-1) ?? sent.at(-1)
  return {
    aside: aside.map(({id}) => id),
    channels: pattern?.channels ?? null,
    nagEverySeconds: nag?.nagEverySeconds ?? null,
    nagLeft: nag?.nagLeft ?? 0,
  }
}
