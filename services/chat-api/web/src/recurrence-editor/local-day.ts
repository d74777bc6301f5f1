/** Days of the user's calendar. A local instant is a number: the local date and time in ms as if they were UTC. */
import type {Weekday} from '../../../../domain/recurrence/index.ts'

export const DAY = 86_400_000

export const weekdayOf = (local: number): Weekday => ((new Date(local).getUTCDay() + 6) % 7) as Weekday
export const monthDay = (local: number): number => new Date(local).getUTCDate()
/** 3 for the third Tuesday of its month. */
export const nthWeekday = (local: number): number => Math.ceil(monthDay(local) / 7)

const daysInMonth = (local: number): number => {
  const at = new Date(local)
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()
}
export const isLastWeekday = (local: number): boolean => monthDay(local) + 7 > daysInMonth(local)

/** `2026-11-26` */
export const dateText = (local: number): string => new Date(local).toISOString().slice(0, 10)
/** `09:00` */
export const timeText = (local: number): string => new Date(local).toISOString().slice(11, 16)

/** The last second of a day. */
export const endOfDate = (local: number): number => (Math.floor(local / DAY) + 1) * DAY - 1000

/** The start of a date such as `2026-11-26`; null for what is none. */
export function readDate(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/u.test(text)) return null
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(at) || dateText(at) !== text ? null : at
}
