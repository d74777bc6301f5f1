/**
 * The values of the parts of a rule: integers in a range, weekdays with ordinals, the end.
 * Everything here reads `text` between two indices, so that a fault can be pointed at in the text as it was given.
 */
import {InvalidRecurrence, type InvalidRecurrenceCode} from './invalid-recurrence.ts'
import {WEEKDAYS, type DayOfWeek, type Weekday} from './rule.ts'

/** What a part accepts: whole numbers from `min` to `max`, and their negatives too when `signed`. */
export interface NumberPart {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly signed: boolean
  /** Completes the hint: "days of a month are 1…31 or −31…−1". */
  readonly says: string
}

export const NUMBER_PARTS = {
  BYSECOND: {
    name: 'BYSECOND',
    min: 0,
    max: 59,
    signed: false,
    says: 'seconds are 0…59 (leap seconds do not occur here)',
  },
  BYMINUTE: {name: 'BYMINUTE', min: 0, max: 59, signed: false, says: 'minutes are 0…59'},
  BYHOUR: {name: 'BYHOUR', min: 0, max: 23, signed: false, says: 'hours are 0…23'},
  BYMONTHDAY: {name: 'BYMONTHDAY', min: 1, max: 31, signed: true, says: 'days of a month are 1…31 or −31…−1'},
  BYYEARDAY: {name: 'BYYEARDAY', min: 1, max: 366, signed: true, says: 'days of a year are 1…366 or −366…−1'},
  BYWEEKNO: {name: 'BYWEEKNO', min: 1, max: 53, signed: true, says: 'weeks of a year are 1…53 or −53…−1'},
  BYMONTH: {name: 'BYMONTH', min: 1, max: 12, signed: false, says: 'months are 1…12'},
  BYSETPOS: {name: 'BYSETPOS', min: 1, max: 366, signed: true, says: 'positions are 1…366 or −366…−1'},
} as const satisfies Record<string, NumberPart>

/** Longest INTERVAL, in units of FREQ. 999,999,999 seconds are 31 years. */
export const MAX_INTERVAL = 999_999_999
/** Largest COUNT; its end is found once, when the rule is compiled. */
export const MAX_COUNT = 100_000

export const INTERVAL_PART: NumberPart = {
  name: 'INTERVAL',
  min: 1,
  max: MAX_INTERVAL,
  signed: false,
  says: 'an interval is a whole number from 1 to 999,999,999',
}
export const COUNT_PART: NumberPart = {
  name: 'COUNT',
  min: 1,
  max: MAX_COUNT,
  signed: false,
  says: 'a count is a whole number from 1 to 100,000; for more, give the end with UNTIL',
}

const PLUS = 43
const MINUS = 45
const ZERO = 48
/** Enough for every part; more digits are refused before they can lose precision. */
const MAX_DIGITS = 9

export function refuse(
  code: InvalidRecurrenceCode,
  message: string,
  hint: string,
  position: number,
  length: number,
): never {
  throw new InvalidRecurrence({code, message, hint, position, length})
}

/** The value of `text` from `from` to `to` for `part`. */
export function readNumber(text: string, from: number, to: number, part: NumberPart): number {
  const first = text.charCodeAt(from)
  const sign = part.signed && from < to && (first === PLUS || first === MINUS) ? 1 : 0
  let value = 0
  for (let at = from + sign; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) refuseNumber(text, from, to, part, 'rrule_syntax')
    value = value * 10 + digit
  }
  if (to - from === sign) refuseNumber(text, from, to, part, 'rrule_syntax')
  if (to - from - sign > MAX_DIGITS || value < part.min || value > part.max) {
    refuseNumber(text, from, to, part, value > part.max && part === COUNT_PART ? 'rrule_cap' : 'rrule_range')
  }
  return sign === 1 && first === MINUS ? -value : value
}

function refuseNumber(text: string, from: number, to: number, part: NumberPart, code: InvalidRecurrenceCode): never {
  const given = text.slice(from, to)
  const message =
    code === 'rrule_syntax'
      ? `${part.name} needs a whole number${given === '' ? '' : `, not "${given}"`}`
      : `${part.name}=${given} is out of range`
  refuse(code, message, `${part.name}=${given}: ${part.says}`, from, to - from)
}

/** A comma-separated list, sorted, each value once. */
export function readNumbers(text: string, from: number, to: number, part: NumberPart): readonly number[] {
  let comma = text.indexOf(',', from)
  if (comma === -1 || comma >= to) return [readNumber(text, from, to, part)]
  const values: number[] = []
  let at = from
  for (;;) {
    const end = comma === -1 || comma >= to ? to : comma
    values.push(readNumber(text, at, end, part))
    if (end === to) return sortedOnce(values)
    at = end + 1
    comma = text.indexOf(',', at)
  }
}

function sortedOnce(values: number[]): readonly number[] {
  values.sort((a, b) => a - b)
  let kept = 1
  for (let at = 1; at < values.length; at++) if (values[at] !== values[at - 1]) values[kept++] = values[at]!
  values.length = kept
  return values
}

const ORDINAL: NumberPart = {
  name: 'BYDAY',
  min: 1,
  max: 53,
  signed: true,
  says: 'the number before a weekday is 1…53 or −53…−1',
}

/** 'MO' → 0 … 'SU' → 6; the two letters that end at `to`. */
export function readWeekday(text: string, from: number, to: number, part: string): Weekday {
  const weekday = WEEKDAYS.findIndex((name) => to - from === 2 && text.startsWith(name, from))
  if (weekday !== -1) return weekday as Weekday
  const given = text.slice(from, to)
  const hint = `${part}=${given}: weekdays are MO, TU, WE, TH, FR, SA, SU`
  return refuse(
    'rrule_syntax',
    `${part} needs a weekday${given === '' ? '' : `, not "${given}"`}`,
    hint,
    from,
    to - from,
  )
}

/** The list of BYDAY, Monday first, each entry once. */
export function readDays(text: string, from: number, to: number): readonly DayOfWeek[] {
  const days: DayOfWeek[] = []
  for (let at = from; ;) {
    const comma = text.indexOf(',', at)
    const end = comma === -1 || comma >= to ? to : comma
    const letters = Math.max(at, end - 2)
    const weekday = readWeekday(text, letters, end, 'BYDAY')
    days.push({weekday, ordinal: letters === at ? 0 : readNumber(text, at, letters, ORDINAL)})
    if (end === to) break
    at = end + 1
  }
  if (days.length > 1) days.sort((a, b) => a.weekday - b.weekday || a.ordinal - b.ordinal)
  return days.filter((day, at) => at === 0 || !sameDay(day, days[at - 1]!))
}

function sameDay(a: DayOfWeek, b: DayOfWeek): boolean {
  return a.weekday === b.weekday && a.ordinal === b.ordinal
}

const UNTIL_SHAPE = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/

/** UNTIL as ms since the epoch; a date is the last second of that day (the value is a date, so the whole day counts). */
export function readUntil(text: string, from: number, to: number): {until: number; untilIsDate: boolean} {
  const given = text.slice(from, to)
  const shape = UNTIL_SHAPE.exec(given)
  if (shape === null) {
    const hint = `UNTIL=${given}: write a UTC instant (20270601T170000Z) or a date (20270601)`
    refuse(zoned(given) ? 'rrule_time_zone' : 'rrule_syntax', 'UNTIL is not an instant', hint, from, to - from)
  }
  const untilIsDate = shape[4] === undefined
  if (!untilIsDate && shape[7] === '') {
    const hint = `UNTIL=${given}: add Z (${given}Z) if this is UTC; a local time must be converted to UTC first`
    refuse('rrule_time_zone', 'UNTIL has no zone', hint, from, to - from)
  }
  const [year, month, day] = [Number(shape[1]), Number(shape[2]), Number(shape[3])]
  const [hour, minute, second] = untilIsDate ? [23, 59, 59] : [Number(shape[4]), Number(shape[5]), Number(shape[6])]
  const until = Date.UTC(year, month - 1, day, hour, minute, second)
  const read = new Date(until)
  const exists =
    read.getUTCMonth() === month - 1 && read.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (year < 1970 || !exists) {
    const hint = `UNTIL=${given}: a date from 1970 to 9999 that exists, hours 0…23, minutes and seconds 0…59`
    refuse('rrule_range', 'UNTIL is not an instant of the calendar', hint, from, to - from)
  }
  return {until, untilIsDate}
}

function zoned(until: string): boolean {
  return /[+-]\d\d:?\d\d$|\/|TZID/.test(until)
}
