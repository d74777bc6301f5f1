import {formatDuration} from '../../services/domain/dates/duration.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import {formatRule, parseRule, toLocalRule, withoutImpliedTime} from '../../services/domain/recurrence/index.ts'
import {dayText} from './day-text.ts'
import {escaped, folded, instantText} from '../../services/domain/dates/icalendar-lines.ts'
import type {PortableSeries, PortableTask, WrittenFile, WrittenLoss} from './portable-task.ts'
import {reminderText} from './reminder-text.ts'

interface CalendarOptions {
  /** In which a whole day is a day. */
  readonly zone: Zone
  /** ms since the epoch. */
  readonly now: number
  /** Makes the UIDs: the same task has the same one in each export. */
  readonly source: string
}

type Written = PortableTask & {readonly id: number}

/** To-dos of RFC 5545. What it has no property for stands in `X-TODO5-…`, which other programs leave alone. */
export function writeIcalendar(tasks: readonly Written[], options: CalendarOptions): WrittenFile {
  const losses: WrittenLoss[] = []
  const todos = tasks.flatMap((task) => {
    if (task.series?.anchor === 'completion')
      losses.push({
        title: task.title,
        what: 'that it counts from the completion, for other programs',
        why: 'iCalendar counts from DTSTART alone',
      })
    if (task.reminders?.some(({channels, nag_every_seconds: nag}) => channels !== undefined || nag !== undefined))
      losses.push({
        title: task.title,
        what: 'channels and repetition of its reminders, for other programs',
        why: 'an alarm of iCalendar is the program’s own',
      })
    return todo(task, options)
  })
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//todo5//todo5 export//EN', ...todos, 'END:VCALENDAR']
  return {text: lines.map(folded).join(''), losses}
}

/** By todo5's priority; 1 is the highest of iCalendar, 9 the lowest. */
const PRIORITIES = [0, 9, 5, 1] as const

function todo(task: Written, {zone, now, source}: CalendarOptions): string[] {
  const {due, movedTo, series, reminders} = task
  const lines = [
    'BEGIN:VTODO',
    `UID:${source}-${task.id}@todo5`,
    `DTSTAMP:${instantText(now)}`,
    `SUMMARY:${escaped(task.title)}`,
    `STATUS:${task.done ? 'COMPLETED' : 'NEEDS-ACTION'}`,
  ]
  if (task.description !== '') lines.push(`DESCRIPTION:${escaped(task.description)}`)
  if (task.priority > 0) lines.push(`PRIORITY:${PRIORITIES[task.priority]}`)
  if (task.tags.length > 0) lines.push(`CATEGORIES:${task.tags.map(escaped).join(',')}`)
  if (due !== null) {
    const at = due.hasTime ? `:${instantText(due.at)}` : `;VALUE=DATE:${dayText(due, zone).replaceAll('-', '')}`
    if (series !== null) lines.push(`DTSTART${at}`, ...ruleLines(series, {due, zone}))
    lines.push(`DUE${at}`)
    if (reminders !== null) lines.push(`X-TODO5-REMIND:${reminderText(reminders)}`)
    for (const {offset_seconds: offset} of reminders ?? []) {
      lines.push('BEGIN:VALARM', 'ACTION:DISPLAY', `TRIGGER;RELATED=END:-${period(offset)}`)
      lines.push(`DESCRIPTION:${escaped(task.title)}`, 'END:VALARM')
    }
  }
  if (movedTo !== null) lines.push(`X-TODO5-MOVED-TO:${instantText(movedTo.at)}`)
  return [...lines, 'END:VTODO']
}

function ruleLines(series: PortableSeries, {due, zone}: {due: NonNullable<Written['due']>; zone: Zone}): string[] {
  const rule = writtenRule(series, due, zone)
  return [
    ...(rule === null ? [] : [`RRULE:${rule}`]),
    `X-TODO5-RRULE:${series.pattern}`,
    ...(series.until === null ? [] : [`X-TODO5-UNTIL:${instantText(series.until)}`]),
    ...(series.anchor === 'due' ? [] : ['X-TODO5-ANCHOR:completion']),
    ...(series.catchUp === 'once' ? [] : ['X-TODO5-CATCH-UP:each']),
  ]
}

/**
 * The rule as other programs are told it: of a time in UTC, as it is kept; of whole days on the clock of the person. Null
 * where it cannot be said there.
 */
export function writtenRule(
  series: Pick<PortableSeries, 'pattern' | 'until'>,
  due: NonNullable<Written['due']>,
  zone: Zone,
): string | null {
  const rule = parseRule(series.pattern)
  const ended = series.until === null || rule.count !== null ? rule : {...rule, until: series.until, untilIsDate: false}
  if (due.hasTime) return formatRule(withoutImpliedTime(ended, due.at))
  const local = toLocalRule({rule: ended, zone: zone.name, start: due.at})
  if (!local) return null
  return formatRule({...local.rule, byHour: [], byMinute: [], bySecond: [], untilIsDate: local.rule.until !== null})
}

/** `PT1H`, `P1DT30M` */
function period(seconds: number): string {
  const [, days = '', time = ''] = /^(\d+d)?(.*)$/u.exec(formatDuration(seconds))!
  return `P${days.toUpperCase()}${time === '' ? '' : `T${time.toUpperCase()}`}`
}
