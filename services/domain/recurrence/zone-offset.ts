/**
 * Offsets of IANA zones from the data that Node brings (Intl). The only part of this folder that depends on anything
 * but its arguments: the version of the zone data.
 */
import {InvalidRecurrence} from './invalid-recurrence.ts'

const MINUTE = 60_000
const DAY = 86_400_000

/** Formatters take about 50 µs to make and 1 µs to use; there are some 420 zones, so the map stays small. */
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known) return known
  try {
    const made = new Intl.DateTimeFormat('en-US', {timeZone: zone, timeZoneName: 'longOffset', year: 'numeric'})
    formatters.set(zone, made)
    return made
  } catch {
    throw new InvalidRecurrence({
      code: 'rrule_time_zone',
      message: `"${zone}" is not a time zone`,
      hint: nearZones(zone),
      length: zone.length,
    })
  }
}

function nearZones(zone: string): string {
  const wanted = zone.toLowerCase().replaceAll(' ', '_')
  const city = wanted.split('/').at(-1) ?? ''
  const near = Intl.supportedValuesOf('timeZone').filter((name) => city !== '' && name.toLowerCase().includes(city))
  if (near.length > 0) return `did you mean ${near.slice(0, 3).join(' or ')}?`
  return 'use a name such as Europe/Berlin, America/New_York or UTC'
}

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/

/**
 * How much the clocks of `zone` are ahead of UTC at `instant`, both in ms: +3,600,000 for Europe/Berlin in winter.
 * Throws InvalidRecurrence `rrule_time_zone` for a name that is no zone.
 */
export function offsetAt(zone: string, instant: number): number {
  const found = OFFSET.exec(formatterOf(zone).format(instant))
  if (!found) throw new RangeError(`no offset for ${zone}`)
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = found
  const size = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
  return sign === '-' ? -size : size
}

/**
 * The instant at which the clocks of `zone` show `local` (the local date and time as ms, as if it were UTC).
 * A time that a clock change skips is read with the offset before the change (02:30 becomes 03:30); of a time that
 * comes twice, the first. These are RFC 5545's choices (section 3.3.5).
 */
export function instantOfLocal(zone: string, local: number): number {
  const before = offsetAt(zone, local - DAY)
  const after = offsetAt(zone, local + DAY)
  const early = local - before
  if (before === after || offsetAt(zone, early) === before) return early
  const late = local - after
  return offsetAt(zone, late) === after ? late : early
}

export interface ZoneTransition {
  /** The first instant with the new offset, ms since the epoch. */
  readonly at: number
  /** Offsets in ms ahead of UTC. */
  readonly before: number
  readonly after: number
}

/** Two changes that cancel out within this time would be missed; none since 1970 are closer than three weeks. */
const STRIDE = 7 * DAY

/** The clock changes of `zone` after `from` and up to `to` (ms), in order; at most `limit`. */
export function zoneTransitions(zone: string, from: number, to: number, limit = 1000): ZoneTransition[] {
  const found: ZoneTransition[] = []
  let before = offsetAt(zone, from)
  for (let at = from; at < to && found.length < limit;) {
    const next = Math.min(at + STRIDE, to)
    const after = offsetAt(zone, next)
    if (after !== before) {
      found.push({at: changeBetween(zone, at, next, before), before, after})
      before = after
    }
    at = next
  }
  return found
}

/** Halves the gap down to a minute: zones change on whole minutes. */
function changeBetween(zone: string, from: number, to: number, before: number): number {
  let low = Math.floor(from / MINUTE)
  let high = Math.ceil(to / MINUTE)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(zone, middle * MINUTE) === before) low = middle
    else high = middle
  }
  return high * MINUTE
}
