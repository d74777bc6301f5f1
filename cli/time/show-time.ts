import {daysBetween, wallTime, type WallTime, type Zone} from '../../services/domain/dates/zone.ts'

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** When something is due: an instant (ms), and whether its time of day counts. */
export interface Due {
  readonly at: number
  readonly hasTime: boolean
}

/**
 * The instant whose date a due date has. A whole day is stored as its last second, in UTC; of a series that began in
 * winter the summer ones lie an hour later, past midnight. Two hours back there is the day that was meant.
 */
const dated = ({at, hasTime}: Due): number => (hasTime ? at : at - 2 * HOUR)

const two = (number: number): string => String(number).padStart(2, '0')
const clockOf = ({hour, minute}: WallTime): string => `${two(hour)}:${two(minute)}`
const dayMonth = ({day, month}: WallTime): string => `${day} ${MONTHS[month - 1]!}`
const weekdayOf = ({year, month, day}: WallTime): string =>
  WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()]!

const dateOf = (wall: WallTime): string => `${weekdayOf(wall)} ${dayMonth(wall)} ${wall.year}`

/** `09:00` */
export const clock = (instant: number, zone: Zone): string => clockOf(wallTime(instant, zone))

/** `09:00:05`; the offsets of zones are whole minutes. */
export const clockWithSeconds = (instant: number, zone: Zone): string =>
  `${clock(instant, zone)}:${two(Math.floor(instant / 1000) % 60)}`

/** Relative to now, at most 13 columns: `2 d late`, `today 17:00`, `Thu 09:00`, `26 Nov`, `12 Jan 2027`. */
export function shortDue({at, hasTime}: Due, now: number, zone: Zone): string {
  const day = dated({at, hasTime})
  if (at < now) return `${lateness(now - at, daysBetween(day, now, zone))} late`
  const wall = wallTime(day, zone)
  const days = daysBetween(now, day, zone)
  const time = hasTime ? ` ${clockOf(wall)}` : ''
  if (days === 0) return `today${time}`
  if (days <= 6) return `${weekdayOf(wall)}${time}`
  return wall.year === wallTime(now, zone).year ? dayMonth(wall) : `${dayMonth(wall)} ${wall.year}`
}

function lateness(ms: number, days: number): string {
  if (ms < HOUR) return `${Math.max(1, Math.floor(ms / MINUTE))} min`
  if (days === 0 || ms < 24 * HOUR) return `${Math.floor(ms / HOUR)} h`
  return `${days} d`
}

/** How long something lasts, in its largest unit: `12 min`, `3 h`, `2 d`. */
export const span = (ms: number): string => lateness(ms, Math.floor(ms / (24 * HOUR)))

/** `Thu 26 Nov 09:00`, of a day without the time, with the year when it is another than now. */
export function dayAndTime(due: Due, now: number, zone: Zone): string {
  const wall = wallTime(dated(due), zone)
  return `${weekdayOf(wall)} ${shortDate(due, now, zone)}${due.hasTime ? ` ${clockOf(wall)}` : ''}`
}

/** `Thu 26 Nov`, `Today, Fri 20 Nov`, with the year when it is another than now. */
export function day(due: Due, now: number, zone: Zone): string {
  const text = `${weekdayOf(wallTime(dated(due), zone))} ${shortDate(due, now, zone)}`
  const days = daysBetween(now, dated(due), zone)
  return days === 0 ? `Today, ${text}` : days === 1 ? `Tomorrow, ${text}` : text
}

/** `2026-11-26` */
export const dateOfDue = (due: Due, zone: Zone): string => plainDue(due, zone).split(' ')[0]!

/** Dates of a list: `26 Nov`, with the year when it is another than now. */
export function shortDate(due: number | Due, now: number, zone: Zone): string {
  const wall = wallTime(typeof due === 'number' ? due : dated(due), zone)
  return wall.year === wallTime(now, zone).year ? dayMonth(wall) : `${dayMonth(wall)} ${wall.year}`
}

/** For programs: `2026-11-26 09:00+01:00`, `…Z` in UTC, `2026-11-26` for a day. */
export function plainDue({at, hasTime}: Due, zone: Zone): string {
  const wall = wallTime(dated({at, hasTime}), zone)
  const date = `${String(wall.year).padStart(4, '0')}-${two(wall.month)}-${two(wall.day)}`
  return hasTime ? `${date} ${clockOf(wall)}${offsetText(zone.offsetAt(at), zone)}` : date
}

/** For programs, of what follows fast: `2026-11-26 09:00:00.123+01:00`. */
export function plainInstant(at: number, zone: Zone): string {
  const local = zone.offsetAt(at)
  return `${new Date(at + local).toISOString().slice(0, -1).replace('T', ' ')}${offsetText(local, zone)}`
}

/** `+01:00`, `Z` for UTC itself. */
export function offsetText(offset: number, zone: Zone): string {
  if (zone.name === 'UTC') return 'Z'
  const minutes = Math.round(Math.abs(offset) / MINUTE)
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** `Thu 26 Nov 2026 09:00 CET`; of a day without the time. */
export function longInstant(due: number | Due, zone: Zone): string {
  if (typeof due !== 'number' && !due.hasTime) return dateOf(wallTime(dated(due), zone))
  const instant = typeof due === 'number' ? due : due.at
  const wall = wallTime(instant, zone)
  return `${dateOf(wall)} ${clockOf(wall)} ${zoneLabel(instant, zone)}`
}

/** `Thu 26 Nov 2026 09:00 CET (08:00 UTC), in 6 days`; for a day `Thu 26 Nov 2026, in 6 days`. */
export function longDue({at, hasTime}: Due, now: number, zone: Zone): string {
  const wall = wallTime(dated({at, hasTime}), zone)
  const date = dateOf(wall)
  const distance = fromNow({at, hasTime}, now, zone)
  if (!hasTime) return `${date}, ${distance}`
  if (zone.name === 'UTC') return `${date} ${clockOf(wall)} UTC, ${distance}`
  const utc = new Date(at).toISOString()
  const otherDay = Number(utc.slice(8, 10)) === wall.day ? '' : `${weekdayOf(wallTime(at, UTC_ZONE))} `
  return `${date} ${clockOf(wall)} ${zoneLabel(at, zone)} (${otherDay}${utc.slice(11, 16)} UTC), ${distance}`
}

const UTC_ZONE: Zone = {name: 'UTC', offsetAt: () => 0}

function fromNow(due: Due, now: number, zone: Zone): string {
  const days = daysBetween(now, dated(due), zone)
  if (due.at < now) return `${lateness(now - due.at, -days)} late`
  if (days === 0) {
    const minutes = Math.round((due.at - now) / MINUTE)
    if (!due.hasTime) return 'today'
    return minutes < 60 ? `in ${minutes} min` : `in ${Math.round(minutes / 60)} h`
  }
  return days === 1 ? 'tomorrow' : `in ${days} days`
}

/** `3 days early`, `2 h late`; empty when it is within the minute. */
export function earlyOrLate({at, hasTime}: Due, done: number, zone: Zone): string {
  const days = daysBetween(done, dated({at, hasTime}), zone)
  if (!hasTime && days === 0) return ''
  const ms = Math.abs(at - done)
  if (ms < MINUTE) return ''
  const size = lateness(ms, Math.abs(days)).replace(/ d$/u, Math.abs(days) === 1 ? ' day' : ' days')
  return `${size} ${done <= at ? 'early' : 'late'}`
}

/** `CET`, `EST`; an offset where the zone has no name in English. */
export function zoneLabel(instant: number, zone: Zone): string {
  if (zone.name === 'UTC') return 'UTC'
  for (const locale of ['en-GB', 'en-US', 'en-AU', 'en-IN']) {
    const name = zoneNames(locale, zone.name)
      .formatToParts(instant)
      .find((part) => part.type === 'timeZoneName')?.value
    if (name !== undefined && /^[A-Z]{2,5}$/u.test(name) && name !== 'UTC') return name
  }
  return offsetText(zone.offsetAt(instant), zone)
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Made once each: a list of a thousand dates would spend 50 ms on them. */
function zoneNames(locale: string, timeZone: string): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone}`
  const made = formatters.get(key) ?? new Intl.DateTimeFormat(locale, {timeZone, timeZoneName: 'short'})
  formatters.set(key, made)
  return made
}
