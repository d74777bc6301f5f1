import type {ParsedComponents} from 'chrono-node'
import {spelledOut} from './date-words.ts'
import {invalidDate, outOfYears} from './invalid-date.ts'
import {NAMED_HOURS} from './read-clock.ts'
import {isDate} from './read-day.ts'
import {type DueContext, isInYears, type ParsedDue, readDate} from './read-date.ts'
import {endOfDay, instantOf, type Zone} from './zone.ts'

export type {DueContext, ParsedDue} from './read-date.ts'

/**
 * A date or an instant as people type it, in their zone: `2026-12-01T09:00Z`, `2026-12-01 9:00`, `2026-12-01`,
 * `tomorrow 9am`, `friday`, `in 2 hours`, `3d`. All of the text has to be understood; what can be read in two ways is
 * refused. Hours are of 24 unless am or pm is said. Throws DomainError `invalid_date` or `ambiguous_date`.
 */
export async function parseDue(text: string, context: DueContext): Promise<ParsedDue> {
  const typed = text.trim().replaceAll(/\s+/gu, ' ')
  const found = readDate(typed, context) ?? (await readWithChrono(typed, context))
  if (!isInYears(found.at)) throw outOfYears(text)
  return found
}

/**
 * What is left is chrono's: it gives the parts of a date, and we find the instant, since it knows no IANA zones. Loaded
 * when it is needed, 37 ms of CPU; only English, all languages are 122 ms.
 */
async function readWithChrono(typed: string, {zone, now}: DueContext): Promise<ParsedDue> {
  const text = spelledOut(typed.toLowerCase())
    .replaceAll(/\bhalf past (\d{1,2})\b/gu, '$1:30')
    .replaceAll(/\b(\d{1,2})h(\d\d)?\b/gu, (_, hour: string, minute = '00') => `${hour}:${String(minute)}`)
  const chrono = await import('chrono-node/en')
  const reference = {instant: new Date(now), timezone: zone.offsetAt(now) / 60_000}
  const dayFirst = /^(1[3-9]|2\d|3[01])[/.]\d/u.test(text) || /^\d{1,2}\.\d/u.test(text)
  const results = (dayFirst ? chrono.GB : chrono.casual).parse(text, reference, {
    forwardDate: !/\blast\b/u.test(text),
  })
  const [result] = results
  if (!result) throw invalidDate(typed)
  if (results.length > 1 || result.end) throw invalidDate(typed, ': it names more than one')
  const rest = `${text.slice(0, result.index)} ${text.slice(result.index + result.text.length)}`
  const unread = rest.replaceAll(/\b(on|at|by|due|the|until)\b|[,.]/giu, ' ').trim()
  if (unread !== '') throw invalidDate(typed, `: "${unread}"`)
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
  if (!isDate(wall) || wall.hour > 23) throw invalidDate(text, ': there is no such day or time')
  const part = /\b(morning|afternoon|evening|night)\b/iu.exec(text)?.[1]
  const hasTime = start.isCertain('hour') || part !== undefined
  if (part !== undefined && !start.isCertain('hour')) wall.hour = NAMED_HOURS.get(part.toLowerCase())!
  const said = start.isCertain('timezoneOffset') ? start.get('timezoneOffset') : null
  const place: Zone = said === null ? zone : {name: text, offsetAt: () => said * 60_000}
  const at = (days: number): number => {
    const day = {...wall, day: wall.day + days}
    return hasTime ? instantOf(day, place) : endOfDay(day, place)
  }
  // "friday 8am" on a Friday at nine means the next one, and "8am" tomorrow's.
  const dated = start.isCertain('day') || start.isCertain('month') || start.isCertain('year')
  const step = dated || /\blast\b/iu.test(text) ? 0 : start.isCertain('weekday') ? 7 : hasTime ? 1 : 0
  return {at: step > 0 && at(0) <= now ? at(step) : at(0), hasTime}
}
