import {
  compileRecurrence,
  describeRule,
  parseRule,
  type RecurrenceRule,
} from '../../services/domain/recurrence/index.ts'
import {toLocalRule} from '../../services/domain/recurrence/local-rule.ts'
import {fromEitherEnd} from '../../services/domain/recurrence/sentence.ts'
import {MONTH_NAMES, WEEKDAY_NAMES} from '../../services/domain/recurrence/vocabulary.ts'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'

interface ShownRule {
  readonly rule: RecurrenceRule
  /** The start on the clock that is shown, ms as if it were UTC. */
  readonly start: number
  /** What follows times of day: nothing for local time, UTC where the rule has no local form. */
  readonly suffix: string
}

type Recurring = Pick<TaskResponse, 'recurring_pattern' | 'occurrence_at' | 'due_at' | 'due_has_time'>

/** The rule of a task as a person in the zone means it; null when it does not repeat. */
export function shownRule(task: Recurring, zone: Zone): ShownRule | null {
  const from = task.occurrence_at ?? task.due_at
  if (task.recurring_pattern === null || from === null) return null
  const rule = parseRule(task.recurring_pattern)
  const start = Date.parse(from)
  if (zone.name === 'UTC') return {rule, start, suffix: ''}
  const local = toLocalRule({rule, zone: zone.name, start, offset: zone.offsetAt(start)})
  return local ? {...local, suffix: ''} : {rule, start, suffix: 'UTC'}
}

/** `every Monday and Thursday at 09:00`; the empty text when the task does not repeat. */
export function ruleInWords(task: Recurring, zone: Zone): string {
  const shown = shownRule(task, zone)
  if (!shown) return ''
  // A whole day is stored as its last second; nobody means that one.
  return describeRule(shown.rule, shown.start, {zone: shown.suffix}).replace(/ at 23:59:59\b/u, '')
}

/** The occurrences after the task's own, ms, at most `limit`. */
export function followingOccurrences(
  task: Recurring & Pick<TaskResponse, 'recurring_end_date'>,
  limit: number,
): number[] {
  const from = task.occurrence_at ?? task.due_at
  if (task.recurring_pattern === null || from === null || limit < 1) return []
  const start = Date.parse(from)
  // The end is the series', already worked out; COUNT would be counted anew from here.
  const rule = {...parseRule(task.recurring_pattern), count: null}
  const end = task.recurring_end_date === null ? Infinity : Date.parse(task.recurring_end_date)
  return compileRecurrence({rule, start}).between(start + 1, end, limit)
}

/** Width of the column that the short form is for. */
const COLUMN = 16

/** `Mon`, `Jan` */
const inThree = (name: string): string => name.slice(0, 3)
const DAY_NAMES = WEEKDAY_NAMES.map(inThree)
const MONTHS = MONTH_NAMES.map(inThree)
const UNITS: Readonly<Record<RecurrenceRule['freq'], readonly [string, string]>> = {
  SECONDLY: ['every second', 'seconds'],
  MINUTELY: ['every minute', 'minutes'],
  HOURLY: ['hourly', 'hours'],
  DAILY: ['daily', 'days'],
  WEEKLY: ['weekly', 'weeks'],
  MONTHLY: ['monthly', 'months'],
  YEARLY: ['yearly', 'years'],
}

/** For a narrow column: `Mon, Thu`, `weekly, Wed`, `weekdays`, `monthly, last Fri`, `every 2 weeks`. */
export function ruleInShort(task: Recurring, zone: Zone): string {
  const shown = shownRule(task, zone)
  if (!shown) return ''
  const {rule, start} = shown
  const [one, many] = UNITS[rule.freq]
  const every = rule.interval === 1 ? one : `every ${rule.interval} ${many}`
  const detail = detailOf(rule, new Date(start))
  if (rule.freq === 'WEEKLY' && rule.interval === 1 && rule.byDay.length > 1) return detail
  const text = detail === '' ? every : `${every}, ${detail}`
  return text.length > COLUMN ? every : text
}

function detailOf(rule: RecurrenceRule, start: Date): string {
  const days = rule.byDay.map(
    ({weekday, ordinal}) => `${ordinal === 0 ? '' : `${fromEitherEnd(ordinal)} `}${DAY_NAMES[weekday]}`,
  )
  if (days.join() === 'Mon,Tue,Wed,Thu,Fri') return 'weekdays'
  if (days.length > 0) return days.join(', ')
  if (rule.freq === 'WEEKLY') return DAY_NAMES[(start.getUTCDay() + 6) % 7]!
  const monthDay = rule.byMonthDay.length > 0 ? rule.byMonthDay : [start.getUTCDate()]
  if (rule.freq === 'MONTHLY') return rule.bySetPos.length > 0 ? '' : monthDay.map(fromEitherEnd).join(', ')
  if (rule.freq === 'YEARLY' && rule.byYearDay.length + rule.byWeekNo.length === 0) {
    const months = rule.byMonth.length > 0 ? rule.byMonth : [start.getUTCMonth() + 1]
    if (months.length === 1 && monthDay.length === 1 && monthDay[0]! > 0)
      return `${monthDay[0]!} ${MONTHS[months[0]! - 1]!}`
  }
  return ''
}
