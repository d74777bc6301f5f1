/**
 * A second opinion on RFC 5545 section 3.3.10, written for being read, not for speed: it goes through the periods of the
 * rule one by one, tries every day of a period and every hour, minute and second of a day against every part, and applies
 * BYSETPOS to what is left. It shares nothing with the engine, not even types, and takes its calendar from Date.
 */

const DAY = 86_400_000
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

export interface BruteForceQuestion {
  readonly rule: string
  /** DTSTART, ms. */
  readonly start: number
  /** Occurrences strictly after this instant (ms) … */
  readonly after: number
  /** … and not after this one (ms) … */
  readonly to: number
  /** … but at most so many. */
  readonly limit: number
}

interface Rule {
  freq: string
  interval: number
  count: number
  until: number
  wkst: number
  days: {weekday: number; nth: number}[]
  lists: Record<string, number[] | undefined>
}

/** The occurrences asked for, ascending, ms. */
export function bruteForce({rule: text, start, after, to, limit}: BruteForceQuestion): number[] {
  const rule = readRule(text)
  const found: number[] = []
  let counted = 0
  // Without COUNT the periods before the one that contains `after` do not matter.
  const from = rule.count < Infinity ? start : Math.max(start, after)
  for (const period of periodsFrom(rule, start, from, Math.min(to, rule.until))) {
    for (const instant of chosenOf(period, rule)) {
      if (instant < start) continue
      if (instant > rule.until || instant > to || counted === rule.count) return found
      counted++
      if (instant > after) found.push(instant)
      if (found.length === limit) return found
    }
  }
  return found
}

function readRule(text: string): Rule {
  const parts = new Map(text.split(';').map((part) => part.split('=') as [string, string]))
  const lists: Rule['lists'] = {}
  for (const name of ['BYMONTH', 'BYWEEKNO', 'BYYEARDAY', 'BYMONTHDAY', 'BYHOUR', 'BYMINUTE', 'BYSECOND', 'BYSETPOS']) {
    lists[name] = parts.get(name)?.split(',').map(Number)
  }
  return {
    freq: parts.get('FREQ')!,
    interval: Number(parts.get('INTERVAL') ?? 1),
    count: Number(parts.get('COUNT') ?? Infinity),
    until: readUntil(parts.get('UNTIL')),
    wkst: WEEKDAYS.indexOf(parts.get('WKST') ?? 'MO'),
    days: (parts.get('BYDAY')?.split(',') ?? []).map((entry) => ({
      weekday: WEEKDAYS.indexOf(entry.slice(-2)),
      nth: Number(entry.slice(0, -2) || 0),
    })),
    lists,
  }
}

function readUntil(text: string | undefined): number {
  if (text === undefined) return Infinity
  const date = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`
  if (text.length === 8) return Date.parse(`${date}T23:59:59Z`)
  return Date.parse(`${date}T${text.slice(9, 11)}:${text.slice(11, 13)}:${text.slice(13, 15)}Z`)
}

/** Every instant of every period that INTERVAL visits, from the period that contains `from` on; ascending. */
function* periodsFrom(rule: Rule, start: number, from: number, to: number): Generator<number[]> {
  const {freq, interval} = rule
  const finer = {HOURLY: 3_600_000, MINUTELY: 60_000, SECONDLY: 1_000}[freq]
  if (finer !== undefined) {
    const origin = Math.floor(start / finer) * finer
    for (let day = dayOf(from); day <= to; day += DAY) {
      if (!dayFits(rule, day, start)) continue
      for (const unit of unitsOf(rule, day)) {
        if (((unit - origin) / finer) % interval === 0) yield timesWithin(rule, unit, start)
      }
    }
    return
  }
  for (let first = firstOfPeriod(rule, from); first <= to; first = nextPeriod(rule, first)) {
    if (periodNumber(rule, first, firstOfPeriod(rule, start)) % interval !== 0) continue
    const instants: number[] = []
    for (let day = first; day < nextPeriod(rule, first); day += DAY) {
      if (dayFits(rule, day, start)) instants.push(...timesWithin(rule, day, start))
    }
    yield instants
  }
}

function chosenOf(instants: number[], {lists}: Rule): number[] {
  const positions = lists['BYSETPOS']
  if (positions === undefined) return instants
  return instants.filter((_, at) => positions.includes(at + 1) || positions.includes(at - instants.length))
}

// --- periods of a day and longer -----------------------------------------------------------------------------------

function dayOf(instant: number): number {
  return Math.floor(instant / DAY) * DAY
}

function firstOfPeriod({freq, wkst}: Rule, instant: number): number {
  const date = new Date(instant)
  if (freq === 'YEARLY') return Date.UTC(date.getUTCFullYear(), 0, 1)
  if (freq === 'MONTHLY') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
  if (freq === 'WEEKLY') return firstOfWeek(instant, wkst)
  return dayOf(instant)
}

function nextPeriod({freq}: Rule, first: number): number {
  const date = new Date(first)
  if (freq === 'YEARLY') return Date.UTC(date.getUTCFullYear() + 1, 0, 1)
  if (freq === 'MONTHLY') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
  return first + (freq === 'WEEKLY' ? 7 : 1) * DAY
}

function periodNumber({freq}: Rule, first: number, origin: number): number {
  const [a, b] = [new Date(origin), new Date(first)]
  const years = b.getUTCFullYear() - a.getUTCFullYear()
  if (freq === 'YEARLY') return years
  if (freq === 'MONTHLY') return years * 12 + b.getUTCMonth() - a.getUTCMonth()
  return (first - origin) / ((freq === 'WEEKLY' ? 7 : 1) * DAY)
}

function firstOfWeek(instant: number, wkst: number): number {
  const day = dayOf(instant)
  return day - ((new Date(day).getUTCDay() - wkst + 7) % 7) * DAY
}

// --- days ----------------------------------------------------------------------------------------------------------

function dayFits(rule: Rule, day: number, start: number): boolean {
  const {freq, days, lists} = rule
  const date = new Date(day)
  const begin = new Date(start)
  const month = date.getUTCMonth() + 1
  const dayOfMonth = date.getUTCDate()
  const monthDays = daysBetween(day, Date.UTC(date.getUTCFullYear(), month, 1)) + dayOfMonth - 1
  const yearDays = daysBetween(Date.UTC(date.getUTCFullYear(), 0, 1), Date.UTC(date.getUTCFullYear() + 1, 0, 1))
  const dayOfYear = daysBetween(Date.UTC(date.getUTCFullYear(), 0, 1), day) + 1

  if (!fits(lists['BYMONTH'], month)) return false
  if (!fits(lists['BYMONTHDAY'], dayOfMonth, dayOfMonth - monthDays - 1)) return false
  if (!fits(lists['BYYEARDAY'], dayOfYear, dayOfYear - yearDays - 1)) return false
  if (lists['BYWEEKNO'] !== undefined && !fits(lists['BYWEEKNO'], ...weekNumbers(day, rule.wkst))) return false
  if (days.length > 0) {
    const inMonth = freq === 'MONTHLY' || lists['BYMONTH'] !== undefined
    const [place, span] = inMonth ? [dayOfMonth, monthDays] : [dayOfYear, yearDays]
    const nth = Math.ceil(place / 7)
    const nthFromEnd = -Math.ceil((span - place + 1) / 7)
    return days.some(
      (entry) =>
        entry.weekday === date.getUTCDay() && (entry.nth === 0 || entry.nth === nth || entry.nth === nthFromEnd),
    )
  }
  if (lists['BYMONTHDAY'] !== undefined || lists['BYYEARDAY'] !== undefined) return true
  // No part names the day: it is that of DTSTART.
  if (freq === 'WEEKLY' || lists['BYWEEKNO'] !== undefined) return date.getUTCDay() === begin.getUTCDay()
  if (freq === 'MONTHLY') return dayOfMonth === begin.getUTCDate()
  if (freq !== 'YEARLY') return true
  if (lists['BYMONTH'] === undefined && month !== begin.getUTCMonth() + 1) return false
  return dayOfMonth === begin.getUTCDate()
}

function fits(list: number[] | undefined, ...values: number[]): boolean {
  return list === undefined || values.some((value) => list.includes(value))
}

function daysBetween(from: number, to: number): number {
  return Math.round((to - from) / DAY)
}

/** The number of the week of a day, and the same counted from the end of that week's year. */
function weekNumbers(day: number, wkst: number): [number, number] {
  const week = firstOfWeek(day, wkst)
  for (const offset of [-1, 0, 1]) {
    const year = new Date(day).getUTCFullYear() + offset
    const first = firstWeekOf(year, wkst)
    const next = firstWeekOf(year + 1, wkst)
    if (week < first || week >= next) continue
    return [daysBetween(first, week) / 7 + 1, -daysBetween(week, next) / 7]
  }
  throw new Error(`no year has the week of ${new Date(day).toISOString()}`)
}

/** The first week that has at least four of its days in the year. */
function firstWeekOf(year: number, wkst: number): number {
  const january = Date.UTC(year, 0, 1)
  const week = firstOfWeek(january, wkst)
  return daysBetween(january, week + 7 * DAY) >= 4 ? week : week + 7 * DAY
}

// --- times ---------------------------------------------------------------------------------------------------------

/** The instants of one period of FREQ (a day, an hour, a minute, a second) that begins at `unit`. */
function timesWithin({freq, lists}: Rule, unit: number, start: number): number[] {
  const begin = new Date(start)
  const daily = !['HOURLY', 'MINUTELY', 'SECONDLY'].includes(freq)
  const hours = daily ? (lists['BYHOUR'] ?? [begin.getUTCHours()]) : [0]
  const minutes = daily || freq === 'HOURLY' ? (lists['BYMINUTE'] ?? [begin.getUTCMinutes()]) : [0]
  const seconds = freq === 'SECONDLY' ? [0] : (lists['BYSECOND'] ?? [begin.getUTCSeconds()])
  const instants = new Set<number>()
  for (const hour of hours) {
    for (const minute of minutes) {
      for (const second of seconds) instants.add(unit + ((hour * 60 + minute) * 60 + second) * 1000)
    }
  }
  return [...instants].sort((a, b) => a - b)
}

/** The hours, minutes or seconds of a day that the parts allow which limit them. */
function* unitsOf({freq, lists}: Rule, day: number): Generator<number> {
  for (let hour = 0; hour < 24; hour++) {
    if (!fits(lists['BYHOUR'], hour)) continue
    if (freq === 'HOURLY') yield day + hour * 3_600_000
    for (let minute = 0; minute < 60 && freq !== 'HOURLY'; minute++) {
      if (!fits(lists['BYMINUTE'], minute)) continue
      if (freq === 'MINUTELY') yield day + (hour * 60 + minute) * 60_000
      for (let second = 0; second < 60 && freq === 'SECONDLY'; second++) {
        if (fits(lists['BYSECOND'], second)) yield day + ((hour * 60 + minute) * 60 + second) * 1000
      }
    }
  }
}
