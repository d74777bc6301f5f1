import type {CalendarQuery} from '../../contracts/calendar.ts'
import type {TaskResponse} from '../../contracts/tasks.ts'
import {
  compileRecurrence,
  formatRule,
  InvalidRecurrence,
  offsetAt,
  parseRule,
  type RecurrenceRule,
  toLocalRule,
  withoutImpliedTime,
} from '../../domain/recurrence/index.ts'
import {dayText, escaped, instantText, line, textLine} from '../../domain/dates/icalendar-lines.ts'

export interface CalendarSource {
  readonly tasks: readonly TaskResponse[]
  readonly userId: string
  /** IANA name; days without a time are days there. */
  readonly zone: string
  /** Origin of the app, for links to tasks. */
  readonly origin: string
  readonly only?: CalendarQuery['only']
}

const HOUR = 3_600_000
/** Of a whole-day series whose rule has no form on the user's clock: so many dates one by one. */
const DATES = 30

/**
 * Open tasks as an iCalendar stream: each one with a date as an event, a series with its rule from the open occurrence on;
 * and each as a to-do. The same tasks give the same text, so that its hash can be an ETag.
 */
export function composeCalendar(source: CalendarSource): string {
  const {tasks, only} = source
  const events = only === 'todos' ? '' : tasks.map((task) => (task.due_at === null ? '' : event(task, source))).join('')
  const todos = only === 'events' ? '' : tasks.map((task) => todo(task, source)).join('')
  return [
    line('BEGIN', 'VCALENDAR'),
    line('VERSION', '2.0'),
    line('PRODID', '-//todo5//todo5//EN'),
    line('CALSCALE', 'GREGORIAN'),
    textLine('X-WR-CALNAME', 'todo5'),
    line('REFRESH-INTERVAL;VALUE=DURATION', 'PT15M'),
    line('X-PUBLISHED-TTL', 'PT15M'),
    events,
    todos,
    line('END', 'VCALENDAR'),
  ].join('')
}

function event(task: TaskResponse, source: CalendarSource): string {
  const due = Date.parse(task.due_at!)
  const occurrence = task.occurrence_at === null ? due : Date.parse(task.occurrence_at)
  const name = task.series_id === null ? `task-${task.id}` : `series-${task.series_id}`
  const one = (at: number, more: string): string =>
    [
      line('BEGIN', 'VEVENT'),
      line('UID', `todo5-${name}-${source.userId}`),
      what(task, source),
      when('DTSTART', at, task, source),
      more,
      line('TRANSP', 'TRANSPARENT'),
      line('END', 'VEVENT'),
    ].join('')
  const rule = ruleLines(task, occurrence, source)
  // One that was moved by itself stands beside the dates of its series.
  const moved = rule !== '' && occurrence !== due
  return moved
    ? one(occurrence, rule) + one(due, when('RECURRENCE-ID', occurrence, task, source))
    : one(rule === '' ? due : occurrence, rule)
}

const todo = (task: TaskResponse, source: CalendarSource): string =>
  [
    line('BEGIN', 'VTODO'),
    line('UID', `todo5-todo-${task.id}-${source.userId}`),
    what(task, source),
    task.due_at === null ? '' : when('DUE', Date.parse(task.due_at), task, source),
    line('STATUS', 'NEEDS-ACTION'),
    // 1 is the highest of iCalendar, 9 the lowest.
    task.priority === 0 ? '' : line('PRIORITY', String([0, 9, 5, 1][task.priority])),
    line('END', 'VTODO'),
  ].join('')

function what(task: TaskResponse, {origin}: CalendarSource): string {
  const changed = instantText(Date.parse(task.updated_at))
  return [
    line('DTSTAMP', changed),
    line('LAST-MODIFIED', changed),
    line('CREATED', instantText(Date.parse(task.created_at))),
    line('SEQUENCE', String(task.version)),
    textLine('SUMMARY', task.title),
    task.description === '' ? '' : textLine('DESCRIPTION', task.description),
    task.tags.length === 0 ? '' : line('CATEGORIES', task.tags.map(escaped).join(',')),
    line('URL', `${origin}/tasks/${task.id}`),
  ].join('')
}

function when(name: string, at: number, task: TaskResponse, {zone}: CalendarSource): string {
  return task.due_has_time ? line(name, instantText(at)) : line(`${name};VALUE=DATE`, dayText(localDay(at, zone)))
}

/** A whole day is stored as its last second, which a clock change moves by up to two hours. */
const localDay = (at: number, zone: string): number => at + offsetAt(zone, at) - 2 * HOUR

function ruleLines(task: TaskResponse, start: number, {zone}: CalendarSource): string {
  if (task.recurring_pattern === null) return ''
  try {
    const rule = endedBy(parseRule(task.recurring_pattern), task.recurring_end_date)
    // Programs that draw a month cannot draw every minute of it.
    if (rule.freq === 'SECONDLY' || rule.freq === 'MINUTELY') return ''
    return task.due_has_time ? line('RRULE', formatRule(withoutImpliedTime(rule, start))) : dayLines(rule, start, zone)
  } catch (error) {
    // A rule that was stored once and is none any more: its open occurrence is a date all the same.
    if (error instanceof InvalidRecurrence) return ''
    throw error
  }
}

/** COUNT would be counted anew from the open occurrence; the end of the series is worked out already. */
const endedBy = (rule: RecurrenceRule, end: string | null): RecurrenceRule =>
  end === null ? {...rule, count: null} : {...rule, count: null, until: Date.parse(end), untilIsDate: false}

function dayLines(rule: RecurrenceRule, start: number, zone: string): string {
  const local = toLocalRule({rule, zone, start})
  if (!local) {
    const dates = compileRecurrence({rule, start}).between(start + 1, Number.MAX_SAFE_INTEGER, DATES)
    return dates.length === 0 ? '' : line('RDATE;VALUE=DATE', dates.map((at) => dayText(localDay(at, zone))).join(','))
  }
  const {until} = local.rule
  const days = {...local.rule, byHour: [], byMinute: [], bySecond: [], ...(until !== null && {untilIsDate: true})}
  return line('RRULE', formatRule(days))
}
