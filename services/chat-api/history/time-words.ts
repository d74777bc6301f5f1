const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Sun 22 Nov 2026 08:00:01, in a zone; put together here because the commas differ between versions of ICU. */
export function moment(instant: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(instant))
  const part = (type: string): string => parts.find((found) => found.type === type)!.value
  const date = `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}`
  return `${date} ${part('hour')}:${part('minute')}:${part('second')}${timeZone === 'UTC' ? ' UTC' : ''}`
}

/** "45 s", "10 min", "1 h 30 min", "3 days": a length of time, in the two units that say enough. */
export function lengthOfTime(seconds: number): string {
  if (seconds < MINUTE) return `${Math.round(seconds)} s`
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`
  if (seconds < 2 * DAY) {
    const minutes = Math.floor((seconds % HOUR) / MINUTE)
    return `${Math.floor(seconds / HOUR)} h${minutes === 0 ? '' : ` ${minutes} min`}`
  }
  const hours = Math.floor((seconds % DAY) / HOUR)
  return `${Math.floor(seconds / DAY)} days${hours === 0 ? '' : ` ${hours} h`}`
}
