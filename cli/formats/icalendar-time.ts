import type ICAL from 'ical.js'
import type {ParsedDue} from '../../services/domain/dates/read-date.ts'
import {endOfDay, instantOf, UTC, type Zone, zoneOf} from '../../services/domain/dates/zone.ts'
import {InvalidRecurrence} from '../../services/domain/recurrence/index.ts'

type Property = InstanceType<typeof ICAL.Property>
type Time = InstanceType<typeof ICAL.Time>

/** A date of iCalendar: when it is, and on which clock the rule that begins there goes. */
export interface CalendarDate {
  readonly due: ParsedDue
  readonly zone: Zone
  /** The TZID that nobody knows; the clock of the person stands in for it. */
  readonly unknownZone: string | undefined
}

/** `zones`: TZID → the name that a VTIMEZONE gives as its place. Throws what ical.js throws for a date that is none. */
export function calendarDate(property: Property, own: Zone, zones: ReadonlyMap<string, string>): CalendarDate {
  const {year, month, day, hour, minute, second, isDate, zone: kind} = property.getFirstValue() as Time
  if (isDate) return {due: {at: endOfDay({year, month, day}, own), hasTime: false}, zone: own, unknownZone: undefined}
  const tzid = property.getFirstParameter('tzid')
  const utc = kind?.tzid === 'UTC'
  const known = utc ? UTC : tzid === undefined || tzid === '' ? own : zoneNamed(tzid, zones)
  const zone = known ?? own
  // A leap second is the last one of its minute.
  const at = instantOf({year, month, day, hour, minute, second: Math.min(second, 59)}, zone)
  return {due: {at, hasTime: true}, zone, unknownZone: known ? undefined : tzid}
}

function zoneNamed(tzid: string, zones: ReadonlyMap<string, string>): Zone | undefined {
  // Some programs put a path before it: /freeassociation.sourceforge.net/Europe/Berlin
  for (const name of [zones.get(tzid), tzid, tzid.split('/').slice(-2).join('/')]) {
    if (name === undefined || name === '') continue
    try {
      return zoneOf(name)
    } catch (error) {
      if (!(error instanceof InvalidRecurrence)) throw error
    }
  }
  return undefined
}
