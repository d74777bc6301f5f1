import type {DayOfWeek, Frequency, RecurrenceRule, Weekday} from './rule.ts'
import type {Token} from './word-tokens.ts'

/** A rule while a pattern is being read. */
export interface Draft {
  freq: Frequency | null
  interval: number
  count: number | null
  until: number | null
  untilIsDate: boolean
  wkst: Weekday
  bySecond: number[]
  byMinute: number[]
  byHour: number[]
  byDay: DayOfWeek[]
  byMonthDay: number[]
  byMonth: number[]
  /** Positions among the days of a period; the times of a day are counted in at the end. */
  dayPositions: number[]
  /** Days of a yearly pattern that need the name of a month before or after them. */
  needsMonth: Token | null
}

export const emptyDraft = (): Draft => ({
  freq: null,
  interval: 1,
  count: null,
  until: null,
  untilIsDate: false,
  wkst: 0,
  bySecond: [],
  byMinute: [],
  byHour: [],
  byDay: [],
  byMonthDay: [],
  byMonth: [],
  dayPositions: [],
  needsMonth: null,
})

const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b)

/** Positions of days as positions of instants when each day has `times` of them: 1 of 2 times is 1,2; −1 is −2,−1. */
export function positionsOfDays(days: readonly number[], times: number): number[] {
  const positions: number[] = []
  for (const day of days) {
    for (let time = 0; time < times; time++) positions.push(day > 0 ? (day - 1) * times + time + 1 : day * times + time)
  }
  return ascending(positions)
}

export function ruleOf(draft: Draft & {freq: Frequency}): RecurrenceRule {
  const times =
    Math.max(draft.byHour.length, 1) * Math.max(draft.byMinute.length, 1) * Math.max(draft.bySecond.length, 1)
  const days = new Map(draft.byDay.map((day) => [day.ordinal * 7 + day.weekday, day]))
  return {
    freq: draft.freq,
    interval: draft.interval,
    count: draft.count,
    until: draft.until,
    untilIsDate: draft.untilIsDate,
    wkst: draft.wkst,
    bySecond: ascending(draft.bySecond),
    byMinute: ascending(draft.byMinute),
    byHour: ascending(draft.byHour),
    byDay: [...days.values()].sort((a, b) => a.weekday - b.weekday || a.ordinal - b.ordinal),
    byMonthDay: ascending(draft.byMonthDay),
    byYearDay: [],
    byWeekNo: [],
    byMonth: ascending(draft.byMonth),
    bySetPos: positionsOfDays(ascending(draft.dayPositions), times),
  }
}
