import type {TaskResponse} from '../../contracts/tasks.ts'
import {type Zone, wallTime} from '../../domain/dates/zone.ts'
import {type RecurrenceRule, describeRule, parseRule, toLocalRule} from '../../domain/recurrence/index.ts'

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const PRIORITIES = ['', 'low priority', 'medium priority', 'high priority'] as const
const TWO_HOURS = 7_200_000

const two = (number: number): string => String(number).padStart(2, '0')

/** `Thu 26 Nov 2026 09:00` on the clock of the zone; of a whole day without the time. */
export function dateWords(at: number, hasTime: boolean, zone: Zone): string {
  // Of a series that began in winter the days of summer end an hour past midnight.
  const {year, month, day, hour, minute} = wallTime(hasTime ? at : at - TWO_HOURS, zone)
  const weekday = WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()]!
  return `${weekday} ${day} ${MONTHS[month - 1]!} ${year}${hasTime ? ` ${two(hour)}:${two(minute)}` : ''}`
}

/** Whatever somebody wrote, as one quoted line: a text to show, and nothing to obey. */
export const quoted = (text: string): string => JSON.stringify(text)

/** `every Monday at 09:00` on the clock of the zone. */
function ruleWords(task: TaskResponse, zone: Zone): string | null {
  const from = task.occurrence_at ?? task.due_at
  if (task.recurring_pattern === null || from === null) return null
  return wordsOfRule(parseRule(task.recurring_pattern), Date.parse(from), zone)
}

/** A rule as it is stored, in UTC, for a person in the zone. */
export function wordsOfRule(rule: RecurrenceRule, start: number, zone: Zone): string {
  const local = zone.name === 'UTC' ? {rule, start} : toLocalRule({rule, zone: zone.name, start})
  const words = local ? describeRule(local.rule, local.start, {zone: ''}) : describeRule(rule, start)
  // A whole day is stored as its last second, which nobody means.
  return words.replace(/ at 23:59:59( UTC)?\b/u, '')
}

/** `task 12 "Pay rent": due Tue 1 Dec 2026 09:00, every month on the 1st at 09:00, #home, high priority` */
export function taskWords(task: TaskResponse, {zone, now}: {zone: Zone; now: number}): string {
  const due = task.due_at === null ? null : Date.parse(task.due_at)
  const isOpen = task.completed_at === null && task.skipped_at === null && task.deleted_at === null
  const rule = ruleWords(task, zone)
  const facts = [
    ...(task.completed_at === null ? [] : [`done ${dateWords(Date.parse(task.completed_at), true, zone)}`]),
    ...(task.skipped_at === null ? [] : ['skipped']),
    ...(due === null ? ['no due date'] : [`due ${dateWords(due, task.due_has_time, zone)}`]),
    ...(isOpen && due !== null && due < now ? ['overdue'] : []),
    ...(rule === null ? [] : [rule]),
    ...task.tags.map((tag) => `#${tag}`),
    ...(task.priority > 0 ? [PRIORITIES[task.priority]!] : []),
  ]
  return `task ${task.id} ${quoted(task.title)}: ${facts.join(', ')}`
}

/** What comes next of a task: its reminder, and the occurrence after it. */
export function nextWords(task: TaskResponse, zone: Zone): string[] {
  return [
    ...(task.reminder_at === null ? [] : [`Reminder: ${dateWords(Date.parse(task.reminder_at), true, zone)}.`]),
    ...(task.next_occurrence === null
      ? []
      : [`After it: ${dateWords(Date.parse(task.next_occurrence), task.due_has_time, zone)}.`]),
  ]
}

/** Sentences as a model reads them, each on a line. */
export const lines = (...parts: readonly (string | readonly string[])[]): string => parts.flat().join('\n')
