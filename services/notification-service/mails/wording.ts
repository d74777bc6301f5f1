const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const relative = new Intl.RelativeTimeFormat('en-GB', {numeric: 'always'})
const relativeDays = new Intl.RelativeTimeFormat('en-GB', {numeric: 'auto'})

/** A zone that this Node does not know is shown as UTC, by its name, rather than not sending the mail. */
export function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en-GB', {timeZone}).resolvedOptions().timeZone
  } catch (error) {
    if (error instanceof RangeError) return 'UTC'
    throw error
  }
}

const format = (at: Date, timeZone: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-GB', {timeZone, ...options}).format(at)

/** Tuesday 1 December 2026; put together here because the commas differ between versions of ICU. */
export const longDate = (at: Date, zone: string): string =>
  `${format(at, zone, {weekday: 'long'})} ${format(at, zone, {day: 'numeric', month: 'long', year: 'numeric'})}`

/** 09:00 */
export const clockTime = (at: Date, zone: string): string =>
  format(at, zone, {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'})

/** 1 Dec, 09:00 */
export const shortDateTime = (at: Date, zone: string): string =>
  `${format(at, zone, {day: 'numeric', month: 'short'})}, ${clockTime(at, zone)}`

/** "in 1 hour", "3 days ago", "now": how far `at` is from `now`, in the unit that says enough. */
export function distance(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000)
  const size = Math.abs(seconds)
  if (size < MINUTE) return 'now'
  if (size < HOUR - MINUTE / 2) return relative.format(Math.round(seconds / MINUTE), 'minute')
  if (size < 36 * HOUR) return relative.format(Math.round(seconds / HOUR), 'hour')
  return relative.format(Math.round(seconds / DAY), 'day')
}

/** "today", "tomorrow", "in 3 days", by the calendar of the zone. */
export function distanceInDays(day: Date, now: Date, zone: string): string {
  return relativeDays.format((midnight(day, zone) - midnight(now, zone)) / (DAY * 1000), 'day')
}

/** The date in the zone as if it were UTC, ms: whole days apart whatever the clocks did. */
function midnight(at: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  }).formatToParts(at)
  const part = (type: string): number => Number(parts.find((found) => found.type === type)!.value)
  return Date.UTC(part('year'), part('month') - 1, part('day'))
}

/** "45 minutes", "9 hours", "2 days": a length of time. */
export function duration(seconds: number): string {
  const [size, unit]: [number, string] =
    seconds < HOUR - MINUTE / 2 ? [MINUTE, 'minute'] : seconds < 36 * HOUR ? [HOUR, 'hour'] : [DAY, 'day']
  const count = Math.max(1, Math.round(seconds / size))
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
