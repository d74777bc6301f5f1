/** The recurrence engine, exported as `todo5/recurrence`. Works in UTC and imports nothing from outside this folder. */
export {formatRule} from './canonical.ts'
export {InvalidRecurrence, type InvalidRecurrenceCode} from './invalid-recurrence.ts'
export {parseRule} from './parse-rule.ts'
export type {DayOfWeek, Frequency, RecurrenceRule, Weekday, WeekdayName} from './rule.ts'
