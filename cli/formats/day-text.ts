import type {ParsedDue} from '../../services/domain/dates/read-date.ts'
import {endOfDay, instantOf, wallTime, type Zone} from '../../services/domain/dates/zone.ts'

const HOUR = 3_600_000
const two = (number: number): string => String(number).padStart(2, '0')

/** `2026-11-26`. A whole day is kept as its last second, which a change of the clocks moves by up to two hours. */
export function dayText({at, hasTime}: ParsedDue, zone: Zone): string {
  const {year, month, day} = wallTime(hasTime ? at : at - 2 * HOUR, zone)
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

/** `09:00`, with seconds where there are some, and with its offset where the clocks show this time twice. */
export function timeText(at: number, zone: Zone): string {
  const wall = wallTime(at, zone)
  const time = `${two(wall.hour)}:${two(wall.minute)}${wall.second === 0 ? '' : `:${two(wall.second)}`}`
  return instantOf(wall, zone) === at ? time : `${time}${offsetText(at, zone)}`
}

/** `2026-11-26`, or `2026-11-26T09:00:00+01:00`. */
export function dueText(due: ParsedDue, zone: Zone): string {
  if (!due.hasTime) return dayText(due, zone)
  const {hour, minute, second} = wallTime(due.at, zone)
  return `${dayText(due, zone)}T${two(hour)}:${two(minute)}:${two(second)}${offsetText(due.at, zone)}`
}

function offsetText(at: number, zone: Zone): string {
  const minutes = Math.round(zone.offsetAt(at) / 60_000)
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

/** The last second of a day that is written `2026-11-26`; undefined when there is no such day. */
export function readDayText(text: string, zone: Zone): ParsedDue | undefined {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/u.exec(text) ?? []).map(Number) as [
    number,
    number,
    number,
    number,
  ]
  const date = new Date(Date.UTC(year, month - 1, day))
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists ? {at: endOfDay({year, month, day}, zone), hasTime: false} : undefined
}
