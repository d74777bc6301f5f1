/**
 * A rule read day by day on a calendar, or minute by minute within the day, with nothing of the engine: the second
 * opinion for rules on local clocks. Takes rules whose parts are all written out.
 */
import type {RecurrenceRule} from '../rule.ts'

const DAY = 86_400_000
const MINUTE = 60_000

/** The occurrences from `start` to `end` (local instants, ms as if UTC), without COUNT and UNTIL. */
export function localOccurrences(rule: RecurrenceRule, start: number, end: number): number[] {
  return rule.freq === 'HOURLY' || rule.freq === 'MINUTELY' ? withinDays(rule, start, end) : onDays(rule, start, end)
}

function withinDays(rule: RecurrenceRule, start: number, end: number): number[] {
  const step = (rule.freq === 'HOURLY' ? 60 : 1) * rule.interval
  const found: number[] = []
  const base = Math.floor(start / MINUTE) - (rule.freq === 'HOURLY' ? new Date(start).getUTCMinutes() : 0)
  for (let unit = base; unit * MINUTE <= end; unit += step) {
    const minutes = rule.freq === 'HOURLY' ? rule.byMinute.map((minute) => unit + minute) : [unit]
    for (const minute of minutes) {
      const at = new Date(minute * MINUTE)
      const fits =
        (rule.byHour.length === 0 || rule.byHour.includes(at.getUTCHours())) &&
        (rule.byMinute.length === 0 || rule.byMinute.includes(at.getUTCMinutes())) &&
        dayFits(rule, at)
      if (fits && minute * MINUTE >= start && minute * MINUTE <= end) found.push(minute * MINUTE)
    }
  }
  return found
}

function onDays(rule: RecurrenceRule, start: number, end: number): number[] {
  const periods = new Map<number, number[]>()
  const origin = periodOf(rule, new Date(start))
  // A year and a day before the start: the first period is read as a whole, as BYSETPOS needs it.
  for (let day = Math.floor(start / DAY) - 367; day * DAY <= end + 367 * DAY; day++) {
    const date = new Date(day * DAY)
    const period = periodOf(rule, date) - origin
    if (period < 0 || period % rule.interval !== 0 || !dayFits(rule, date)) continue
    const set = periods.get(period) ?? []
    for (const hour of rule.byHour)
      for (const minute of rule.byMinute) set.push(day * DAY + (hour * 60 + minute) * MINUTE)
    periods.set(period, set)
  }
  const chosen = [...periods.values()].flatMap((set) => {
    const sorted = set.sort((a, b) => a - b)
    if (rule.bySetPos.length === 0) return sorted
    return sorted.filter((_, at) => rule.bySetPos.includes(at + 1) || rule.bySetPos.includes(at - sorted.length))
  })
  return chosen.filter((at) => at >= start && at <= end).sort((a, b) => a - b)
}

function periodOf({freq, wkst}: RecurrenceRule, date: Date): number {
  if (freq === 'YEARLY') return date.getUTCFullYear()
  if (freq === 'MONTHLY') return date.getUTCFullYear() * 12 + date.getUTCMonth()
  const day = Math.floor(date.getTime() / DAY)
  // 1970-01-05 was a Monday.
  return freq === 'WEEKLY' ? Math.floor((day - 4 - wkst) / 7) : day
}

function dayFits(rule: RecurrenceRule, date: Date): boolean {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  const monthLength = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  if (rule.byMonth.length > 0 && !rule.byMonth.includes(month + 1)) return false
  if (rule.byMonthDay.length > 0 && !rule.byMonthDay.some((one) => one === day || one === day - monthLength - 1))
    return false
  if (rule.byDay.length === 0) return true
  const ofYear = rule.freq === 'YEARLY' && rule.byMonth.length === 0
  const index = ofYear ? Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / DAY) + 1 : day
  const length = ofYear ? (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / DAY : monthLength
  return rule.byDay.some(
    ({weekday, ordinal}) =>
      weekday === (date.getUTCDay() + 6) % 7 &&
      (ordinal === 0 || ordinal === Math.ceil(index / 7) || ordinal === -Math.ceil((length - index + 1) / 7)),
  )
}
