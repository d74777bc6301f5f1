import {daysBetween as days, startOfDay as start, zoneOf} from '../../../../domain/dates/zone.ts'

/** Dates in words, in the zone of the account. Instants are ms, UTC; `zone` is an IANA name. */

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format costs 0.1 ms, and a list asks for hundreds. */
function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`
  let found = formats.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', {timeZone: zone, ...options})
    formats.set(key, found)
  }
  return found
}

/** `07:00` */
export const clockTime = (at: number, zone: string): string =>
  format(zone, {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'}).format(at)

/** `2026-11-23`: sorts and compares as text. */
export function dayKey(at: number, zone: string): string {
  return new Date(at + zoneOf(zone).offsetAt(at)).toISOString().slice(0, 10)
}

/** Calendar days from one instant's day to the other's. */
export const daysBetween = (from: number, to: number, zone: string): number => days(from, to, zoneOf(zone))

/** The first instant of the day that is `later` days after that of `at`. Also where midnight does not exist. */
export const startOfDay = (at: number, zone: string, later = 0): number => start(at, zoneOf(zone), later)

/** `Mon 23 Nov`, with the year when it is another one than that of `now`. */
export function shortDay(at: number, zone: string, now: number): string {
  const sameYear = dayKey(at, zone).slice(0, 4) === dayKey(now, zone).slice(0, 4)
  return format(zone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : {year: 'numeric'}),
  })
    .format(at)
    .replace(',', '')
}

/** `Monday 23 November` */
export const longDay = (at: number, zone: string): string =>
  format(zone, {weekday: 'long', day: 'numeric', month: 'long'}).format(at).replace(',', '')

/** `Today`, `Tomorrow`, `Monday 30 November`: the head of a day. */
export function dayHead(at: number, zone: string, now: number): {readonly name: string; readonly date: string} {
  const days = daysBetween(now, at, zone)
  const date = shortDay(at, zone, now)
  if (days === 0) return {name: 'Today', date}
  if (days === 1) return {name: 'Tomorrow', date}
  return {name: format(zone, {weekday: 'long'}).format(at), date: date.replace(/^\w+ /u, '')}
}

export interface Due {
  readonly at: number
  /** False: the day is meant. */
  readonly hasTime: boolean
}

/** `Mon 23 Nov, 07:00`; without the time when the day is meant. */
export function dueDate({at, hasTime}: Due, zone: string, now: number): string {
  const days = daysBetween(now, at, zone)
  const day = days === 0 ? 'today' : days === 1 ? 'tomorrow' : shortDay(at, zone, now)
  return hasTime ? `${day}, ${clockTime(at, zone)}` : day
}

export interface DueWords {
  readonly text: string
  readonly isLate: boolean
}

/** When it is due, from now: `2 days late`, `3 hours late`, `today 17:00`, `tomorrow 09:00`, `Thu 09:00`, `26 Nov`. */
export function dueWords(due: Due, zone: string, now: number): DueWords {
  if (due.at < now) return {text: `${lateness(due, zone, now)} late`, isLate: true}
  const days = daysBetween(now, due.at, zone)
  const time = due.hasTime ? ` ${clockTime(due.at, zone)}` : ''
  if (days === 0) return {text: `today${time}`, isLate: false}
  if (days === 1) return {text: `tomorrow${time}`, isLate: false}
  if (days <= 6) return {text: `${shortDay(due.at, zone, now).split(' ')[0]}${time}`, isLate: false}
  return {text: shortDay(due.at, zone, now).replace(/^\w+ /u, ''), isLate: false}
}

/** Hours within a day, also past midnight; of a whole day only days. */
function lateness(due: Due, zone: string, now: number): string {
  const minutes = Math.floor((now - due.at) / 60_000)
  if (!due.hasTime || minutes >= 24 * 60) return counted(Math.max(1, daysBetween(due.at, now, zone)), 'day')
  if (minutes < 1) return 'a moment'
  return minutes < 60 ? counted(minutes, 'minute') : counted(Math.floor(minutes / 60), 'hour')
}

/** `1 day`, `2 days` */
export const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`
