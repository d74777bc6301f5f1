import type {RecurrenceRule} from './rule.ts'

const MINUTES_PER_DAY = 1440

export interface MovedTimes {
  readonly byHour: readonly number[]
  readonly byMinute: readonly number[]
  /** By how many days the dates move with the times, −1, 0 or 1; null when some times move to another day and some not. */
  readonly days: number | null
}

const ALL_HOURS = Array.from({length: 24}, (_, hour) => hour)
const ALL_MINUTES = Array.from({length: 60}, (_, minute) => minute)

/**
 * The hours and minutes of a rule whose implied parts are written out, moved by `delta` ms. Null when they are no
 * hours × minutes afterwards, as 9:00 and 9:30 by half an hour, or when `delta` is not whole minutes.
 */
export function movedTimes(rule: RecurrenceRule, delta: number): MovedTimes | null {
  const by = delta / 60_000
  if (!Number.isInteger(by)) return null
  const days = new Set<number>()
  const times = new Set<number>()
  for (const hour of rule.byHour.length > 0 ? rule.byHour : ALL_HOURS) {
    for (const minute of rule.byMinute.length > 0 ? rule.byMinute : ALL_MINUTES) {
      const moved = hour * 60 + minute + by
      days.add(Math.floor(moved / MINUTES_PER_DAY))
      times.add(((moved % MINUTES_PER_DAY) + MINUTES_PER_DAY) % MINUTES_PER_DAY)
    }
  }
  const hours = [...new Set([...times].map((time) => Math.floor(time / 60)))].sort((a, b) => a - b)
  const minutes = [...new Set([...times].map((time) => time % 60))].sort((a, b) => a - b)
  if (hours.length * minutes.length !== times.size) return null
  const [only = 0] = days
  return {
    byHour: rule.byHour.length > 0 ? hours : [],
    byMinute: rule.byMinute.length > 0 ? minutes : [],
    days: days.size === 1 ? only : null,
  }
}
