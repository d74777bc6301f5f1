/**
 * The shape of a recurrence rule after parsing: RFC 5545 section 3.3.10, in UTC.
 * Lists are sorted and without repetition; an empty list means that the part was not given.
 */

export const FREQUENCIES = ['SECONDLY', 'MINUTELY', 'HOURLY', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const
export type Frequency = (typeof FREQUENCIES)[number]

export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type WeekdayName = (typeof WEEKDAYS)[number]

/** 0 is Monday … 6 is Sunday. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6

/** One entry of BYDAY: `-1FR` is `{weekday: 4, ordinal: -1}`, plain `FR` has ordinal 0. */
export interface DayOfWeek {
  readonly weekday: Weekday
  readonly ordinal: number
}

export interface RecurrenceRule {
  readonly freq: Frequency
  readonly interval: number
  /** How many occurrences; null when the rule has no COUNT. */
  readonly count: number | null
  /** Last instant that can be an occurrence, ms since the epoch, UTC, inclusive; a date-only UNTIL is 23:59:59 of that day. */
  readonly until: number | null
  readonly untilIsDate: boolean
  readonly wkst: Weekday
  readonly bySecond: readonly number[]
  readonly byMinute: readonly number[]
  readonly byHour: readonly number[]
  readonly byDay: readonly DayOfWeek[]
  readonly byMonthDay: readonly number[]
  readonly byYearDay: readonly number[]
  readonly byWeekNo: readonly number[]
  readonly byMonth: readonly number[]
  readonly bySetPos: readonly number[]
}
