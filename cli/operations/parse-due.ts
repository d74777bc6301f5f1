import type {ParsedComponents} from 'chrono-node'
import {type CliError, usageError} from '../errors.ts'
import {endOfDay, instantOf, UTC, type WallTime, wallTime, type Zone} from '../../services/domain/dates/zone.ts'

export interface ParsedDue {
  /** ms since the epoch, whole seconds. */
  readonly at: number
  /** False: a day is meant; `at` is its last second. */
  readonly hasTime: boolean
}

export interface DueContext {
  readonly zone: Zone
  /** ms since the epoch. */
  readonly now: number
}

const EARLIEST = 0
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59)

/**
 * A date or an instant as people type it, in their zone: `2026-12-01T09:00Z`, `2026-12-01 9:00`, `2026-12-01`,
 * `tomorrow 9am`, `friday`, `in 2 hours`, `3d`. All of the text has to be understood; what can be read in two ways is
 * refused. Hours are of 24 unless am or pm is said.
 */
export async function parseDue(text: string, context: DueContext): Promise<ParsedDue> {
  const typed = text.trim().replaceAll(/\s+/gu, ' ')
  const found =
    parseIso(typed, context) ??
    parseRelative(typed, context) ??
    parseDay(typed, context) ??
    (await parseEnglish(typed, context))
  if (found.at < EARLIEST || found.at > LATEST) {
    throw usageError(`"${text}" is not between the years 1970 and 9999.`, 'invalid_date', EXAMPLES)
  }
  return found
}

const EXAMPLES = 'examples: "tomorrow 9am", friday, "1 dec 17:30", 2026-12-01, 2026-12-01T09:00Z, "in 2 hours", 3d'

const notUnderstood = (text: string, why = ''): CliError =>
  usageError(`"${text}" is no date that todo5 understands${why}.`, 'invalid_date', EXAMPLES)

const ISO =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[T ](?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.\d+)?)?\s?(?<zone>Z|[+-]\d\d:?\d\d)?)?$/iu

function parseIso(text: string, {zone}: DueContext): ParsedDue | undefined {
  const groups = ISO.exec(text)?.groups
  if (!groups) return undefined
  const number = (name: string): number => Number(groups[name] ?? 0)
  const wall = {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    hour: number('hour'),
    minute: number('minute'),
    second: number('second'),
  }
  if (!exists(wall)) throw notUnderstood(text, ': there is no such day or time')
  if (groups['hour'] === undefined) return {at: endOfDay(wall, zone), hasTime: false}
  return {at: instantOf(wall, groups['zone'] === undefined ? zone : fixedZone(groups['zone'])), hasTime: true}
}

function exists({year, month, day, hour, minute, second}: WallTime): boolean {
  const date = new Date(Date.UTC(2000, 0, 1, hour, minute, second))
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
}

function fixedZone(text: string): Zone {
  if (/^z$/iu.test(text)) return UTC
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/u.exec(text)!
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
  return {name: text, offsetAt: () => offset}
}

const RELATIVE =
  /^(?:in )?(?<count>\d{1,5}|an?|one|half an) ?(?<unit>m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|fortnights?|months?|y|years?)$/iu

/** Hours and minutes lead to an instant; days and longer to a day. chrono would count hours on the clock of now. */
function parseRelative(text: string, {zone, now}: DueContext): ParsedDue | undefined {
  const groups = RELATIVE.exec(text)?.groups
  if (!groups) return undefined
  const half = /^half an$/iu.test(groups['count']!)
  const count = half ? 0.5 : /^(an?|one)$/iu.test(groups['count']!) ? 1 : Number(groups['count'])
  const unit = groups['unit']!.toLowerCase()
  if (/^(m|min)/u.test(unit) && !unit.startsWith('month'))
    return {at: Math.floor((now + count * 60_000) / 1000) * 1000, hasTime: true}
  if (unit.startsWith('h')) return {at: wholeMinute(now + count * 3_600_000), hasTime: true}
  if (half) return undefined
  const today = wallTime(now, zone)
  if (unit.startsWith('month') || unit.startsWith('y')) {
    return {at: endOfDay(addMonths(today, unit.startsWith('y') ? count * 12 : count), zone), hasTime: false}
  }
  const days = unit.startsWith('w') ? count * 7 : unit.startsWith('f') ? count * 14 : count
  return {at: endOfDay({...today, day: today.day + days}, zone), hasTime: false}
}

const wholeMinute = (instant: number): number => Math.floor(instant / 60_000) * 60_000

/** The same day of a later month, or its last one. */
function addMonths({year, month, day}: WallTime, count: number): {year: number; month: number; day: number} {
  const last = new Date(Date.UTC(year, month + count, 0)).getUTCDate()
  return {year, month: month + count, day: Math.min(day, last)}
}

const DAY_WORDS =
  /^(?:by )?(?<day>today|tomorrow|tonight|day after tomorrow|the day after tomorrow|eod|end of (?:the )?day|eow|end of (?:the )?week|eom|end of (?:the )?month)(?:,? (?:at )?(?<time>.+))?$/iu

/** Words for days that chrono reads wrongly or not at all. */
function parseDay(text: string, {zone, now}: DueContext): ParsedDue | undefined {
  const slashed = /^(\d{1,2})[/](\d{1,2})(?:[/](\d{2,4}))?(?: .*)?$/u.exec(text)
  if (slashed && Number(slashed[1]) <= 12 && Number(slashed[2]) <= 12 && slashed[1] !== slashed[2]) {
    throw usageError(
      `"${text}" can be read as day/month and as month/day.`,
      'ambiguous_date',
      'write 2026-12-01 or "1 dec"',
    )
  }
  const groups = DAY_WORDS.exec(text)?.groups
  if (!groups) return parseNumberedDay(text, {zone, now})
  const today = wallTime(now, zone)
  const word = groups['day']!.toLowerCase()
  const weekday = new Date(Date.UTC(today.year, today.month - 1, today.day)).getUTCDay()
  let day = {...today}
  if (word === 'tomorrow') day = {...today, day: today.day + 1}
  else if (word.endsWith('day after tomorrow')) day = {...today, day: today.day + 2}
  else if (/^(eow|.*week)$/u.test(word)) day = {...today, day: today.day + ((7 - weekday) % 7)}
  else if (/^(eom|.*month)$/u.test(word)) day = {...today, month: today.month + 1, day: 0}
  const time = groups['time'] === undefined ? undefined : parseClock(groups['time'], word === 'tonight')
  if (groups['time'] !== undefined && time === undefined) return undefined
  if (time) return {at: instantOf({...day, ...time, second: 0}, zone), hasTime: true}
  if (word === 'tonight') return {at: instantOf({...day, hour: 20, minute: 0, second: 0}, zone), hasTime: true}
  return {at: endOfDay(day, zone), hasTime: false}
}

const NAMED_HOURS: ReadonlyMap<string, number> = new Map([
  ['noon', 12],
  ['midday', 12],
  ['midnight', 0],
  ['morning', 9],
  ['afternoon', 15],
  ['evening', 18],
  ['night', 21],
])
const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']
const spelledOut = (text: string): string =>
  text.replaceAll(/[a-z]+/gu, (word) => (NUMBERS.includes(word) ? String(NUMBERS.indexOf(word) + 1) : word))

const NUMBERED_DAY =
  /^(?:on )?(?:the )?(?:(?<day>\d{1,2})(?:st|nd|rd|th)|(?<dotted>\d{1,2})\.(?<month>\d{1,2})\.?(?<year>\d{4})?)(?:,? (?:at )?(?<time>.+))?$/iu

/** `the 24th`: the next day of that number; `24.12.` with a day before its month, as whoever writes dots means it. */
function parseNumberedDay(text: string, {zone, now}: DueContext): ParsedDue | undefined {
  const groups = NUMBERED_DAY.exec(text)?.groups
  if (!groups) return parseTimeAlone(text, {zone, now})
  const time = groups['time'] === undefined ? undefined : parseClock(groups['time'], false)
  if (groups['time'] !== undefined && time === undefined) return undefined
  const today = wallTime(now, zone)
  const place = (year: number, month: number, day: number): ParsedDue | undefined => {
    const clock = time ?? {hour: 23, minute: 59}
    const wall = {year, month, day, ...clock, second: time ? 0 : 59}
    return exists(wall) ? {at: instantOf(wall, zone), hasTime: time !== undefined} : undefined
  }
  if (groups['month'] !== undefined && groups['year'] !== undefined) {
    return place(Number(groups['year']), Number(groups['month']), Number(groups['dotted']))
  }
  // Within eight years every date comes that there is: 29 February skips 2100.
  for (let month = 0; month < 96; month++) {
    const first = new Date(Date.UTC(today.year, today.month - 1 + month, 1))
    const at = {year: first.getUTCFullYear(), month: first.getUTCMonth() + 1}
    if (groups['month'] !== undefined && at.month !== Number(groups['month'])) continue
    const found = place(at.year, at.month, Number(groups['day'] ?? groups['dotted']))
    if (found && found.at >= now) return found
  }
  return undefined
}

/** `half past four`: the next time the clock shows it. Bare numbers are no time. */
function parseTimeAlone(text: string, {zone, now}: DueContext): ParsedDue | undefined {
  if (/^\d+$/u.test(text)) return undefined
  const time = parseClock(text.replace(/^at /iu, ''), false)
  if (!time) return undefined
  const today = wallTime(now, zone)
  const at = instantOf({...today, ...time, second: 0}, zone)
  return {at: at > now ? at : instantOf({...today, ...time, day: today.day + 1, second: 0}, zone), hasTime: true}
}

/** `9`, `9am`, `9:30`, `17h`, `noon`, `half past four`. Undefined when it is something else. */
function parseClock(text: string, evening: boolean): {hour: number; minute: number} | undefined {
  const word = spelledOut(text.toLowerCase().replace(/^(in the |the )/u, ''))
  const named = NAMED_HOURS.get(word)
  if (named !== undefined) return {hour: named, minute: 0}
  const match =
    /^(?<half>half past )?(?<hour>\d{1,2})(?:[:.h](?<minute>\d\d))?(?: ?h)?(?: ?(?<half12>[ap])\.?m\.?)?$/iu.exec(word)
  if (!match?.groups) return undefined
  const typed = Number(match.groups['hour'])
  const minute = match.groups['half'] === undefined ? Number(match.groups['minute'] ?? 0) : 30
  const suffix = match.groups['half12']?.toLowerCase() ?? (evening && typed >= 1 && typed < 12 ? 'p' : undefined)
  if (minute > 59 || typed > (suffix === undefined ? 23 : 12) || (suffix !== undefined && typed === 0)) return undefined
  if (suffix === undefined) return {hour: typed, minute}
  return {hour: (typed % 12) + (suffix === 'p' ? 12 : 0), minute}
}

/** What is left is chrono's: it gives the parts of a date, and we find the instant, since it knows no IANA zones. */
async function parseEnglish(typed: string, {zone, now}: DueContext): Promise<ParsedDue> {
  const text = spelledOut(typed.toLowerCase())
    .replaceAll(/\bhalf past (\d{1,2})\b/gu, '$1:30')
    .replaceAll(/\b(\d{1,2})h(\d\d)?\b/gu, (_, hour: string, minute = '00') => `${hour}:${String(minute)}`)
  const chrono = await import('chrono-node')
  const reference = {instant: new Date(now), timezone: zone.offsetAt(now) / 60_000}
  const dayFirst = /^(1[3-9]|2\d|3[01])[/.]\d/u.test(text) || /^\d{1,2}\.\d/u.test(text)
  const results = (dayFirst ? chrono.en.GB : chrono.en).parse(text, reference, {
    forwardDate: !/\blast\b/u.test(text),
  })
  const [result] = results
  if (!result) throw notUnderstood(typed)
  if (results.length > 1 || result.end) throw notUnderstood(typed, ': it names more than one')
  const rest = `${text.slice(0, result.index)} ${text.slice(result.index + result.text.length)}`
  const unread = rest.replaceAll(/\b(on|at|by|due|the|until)\b|[,.]/giu, ' ').trim()
  if (unread !== '') throw notUnderstood(typed, `: "${unread}"`)
  return fromComponents(result.start, text, {zone, now})
}

function fromComponents(start: ParsedComponents, text: string, {zone, now}: DueContext): ParsedDue {
  const wall = {
    year: start.get('year')!,
    month: start.get('month')!,
    day: start.get('day')!,
    hour: start.get('hour') ?? 0,
    minute: start.get('minute') ?? 0,
    second: start.get('second') ?? 0,
  }
  if (!exists(wall)) throw notUnderstood(text, ': there is no such day or time')
  const part = /\b(morning|afternoon|evening|night)\b/iu.exec(text)?.[1]
  const hasTime = start.isCertain('hour') || part !== undefined
  if (part !== undefined && !start.isCertain('hour')) wall.hour = NAMED_HOURS.get(part.toLowerCase())!
  const said = start.isCertain('timezoneOffset') ? start.get('timezoneOffset') : null
  const place = said === null ? zone : {name: text, offsetAt: () => said * 60_000}
  const at = (days: number): number => {
    const day = {...wall, day: wall.day + days}
    return hasTime ? instantOf(day, place) : endOfDay(day, place)
  }
  // "friday 8am" on a Friday at nine means the next one, and "8am" tomorrow's.
  const dated = start.isCertain('day') || start.isCertain('month') || start.isCertain('year')
  const step = dated || /\blast\b/iu.test(text) ? 0 : start.isCertain('weekday') ? 7 : hasTime ? 1 : 0
  return {at: step > 0 && at(0) <= now ? at(step) : at(0), hasTime}
}
