import {offsetAt} from '../recurrence/zone-offset.ts'

/** A time zone as far as a calendar needs it. */
export interface Zone {
  /** IANA name, or UTC. */
  readonly name: string
  /** Local time minus UTC at an instant, ms. */
  offsetAt(instant: number): number
}

export const UTC: Zone = {name: 'UTC', offsetAt: () => 0}

/** A zone by its IANA name, from the data of Intl. Throws InvalidRecurrence `rrule_time_zone` for a name that is none. */
export function zoneOf(name: string): Zone {
  if (name === 'UTC') return UTC
  offsetAt(name, 0)
  return {name, offsetAt: (instant) => offsetAt(name, instant)}
}

/** A date and time on a wall clock. `month` is 1…12. */
export interface WallTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

export function wallTime(instant: number, zone: Zone): WallTime {
  const local = new Date(instant + zone.offsetAt(instant))
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
  }
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * The instant of a wall time: of two (clocks go back) the first, and where there is none (clocks go forward) the one as
 * much later as the gap is wide, as RFC 5545 section 3.3.5 has it. Days and hours may overflow, as with Date.UTC.
 */
export function instantOf(wall: WallTime, zone: Zone): number {
  const date = new Date(0)
  date.setUTCFullYear(wall.year, wall.month - 1, wall.day) // Date.UTC takes the years 0…99 for 1900…1999
  date.setUTCHours(wall.hour, wall.minute, wall.second)
  const local = date.getTime()
  const before = zone.offsetAt(local - DAY)
  const after = zone.offsetAt(local + DAY)
  // The earlier instant that shows this wall time has the larger offset of the two that are near.
  for (const offset of [Math.max(before, after), Math.min(before, after)]) {
    if (zone.offsetAt(local - offset) === offset) return local - offset
  }
  return local - before
}

/** Midnight that begins the day of an instant; `days` later ones (or earlier, negative). */
export function startOfDay(instant: number, zone: Zone, days = 0): number {
  const {year, month, day} = wallTime(instant, zone)
  return instantOf({year, month, day: day + days, hour: 0, minute: 0, second: 0}, zone)
}

/** The last second of a day, as a due date without a time is stored. */
export const endOfDay = (date: Pick<WallTime, 'year' | 'month' | 'day'>, zone: Zone): number =>
  instantOf({...date, hour: 23, minute: 59, second: 59}, zone)

/** Whole calendar days from one instant's day to the other's. */
export function daysBetween(from: number, to: number, zone: Zone): number {
  const number = (instant: number): number => Math.floor((instant + zone.offsetAt(instant)) / DAY)
  return number(to) - number(from)
}
