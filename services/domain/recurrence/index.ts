/** The recurrence engine, exported as `todo5/recurrence`. Works in UTC and imports nothing from outside this folder. */
export {formatRule} from './canonical.ts'
export {compileRecurrence, type RecurrenceSource} from './compile.ts'
export {describeRule} from './describe.ts'
export {InvalidRecurrence, type InvalidRecurrenceCode} from './invalid-recurrence.ts'
export {parseRule} from './parse-rule.ts'
export type {Instant, RecurrencePlan} from './plan.ts'
export type {DayOfWeek, Frequency, RecurrenceRule, Weekday, WeekdayName} from './rule.ts'
export {parseRecurrence} from './words.ts'
