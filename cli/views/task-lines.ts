import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {DATE_ONLY_OFFSET_SECONDS} from '../../services/domain/reminders/reminder-times.ts'
import {formatDuration} from '../../services/domain/dates/duration.ts'
import {followingOccurrences, ruleInWords} from '../operations/rule-words.ts'
import type {Output} from '../output.ts'
import {wrap} from '../text-width.ts'
import {clock, type Due, longDue, longInstant, shortDate} from '../time/show-time.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'

export interface TimeView {
  readonly zone: Zone
  /** ms since the epoch. */
  readonly now: number
}

export const dueOf = (task: TaskResponse): Due | null =>
  task.due_at === null ? null : {at: Date.parse(task.due_at), hasTime: task.due_has_time}

export const tagsOf = (task: TaskResponse): string => task.tags.map((tag) => `#${tag}`).join(' ')

/** `!!! Send timesheet  #ops` */
export function titleOf(task: TaskResponse): string {
  const priority = task.priority === 0 ? '' : `${'!'.repeat(task.priority)} `
  const tags = tagsOf(task)
  return `${priority}${task.title}${tags === '' ? '' : `  ${tags}`}`
}

/** `1d 1h`; `failed` when one could not be sent. */
export function remindersInShort(task: TaskResponse): string {
  if (task.reminders.some((reminder) => reminder.state === 'failed')) return 'failed'
  const waiting = task.reminders.filter((reminder) => reminder.state === 'scheduled' || reminder.state === 'sending')
  return waiting.map(offsetInShort).join(' ')
}

function offsetInShort({offset_seconds: offset}: TaskResponse['reminders'][number]): string {
  if (offset === null) return 'own'
  const fromMorning = offset - DATE_ONLY_OFFSET_SECONDS
  if (fromMorning === 0) return '09:00'
  if (fromMorning > 0 && fromMorning % 86_400 === 0) return formatDuration(fromMorning)
  return offset === 0 ? 'due' : formatDuration(offset)
}

export const stateOf = (task: TaskResponse): 'open' | 'done' | 'skipped' | 'deleted' =>
  task.deleted_at !== null
    ? 'deleted'
    : task.completed_at !== null
      ? 'done'
      : task.skipped_at !== null
        ? 'skipped'
        : 'open'

/** What there is to know about one task, one thing a line. `next`: so many coming occurrences, or these (ms). */
export function taskDetails(
  task: TaskResponse,
  {zone, now}: TimeView,
  next: number | readonly number[],
): [label: string, text: string][] {
  const lines: [string, string][] = []
  const due = dueOf(task)
  const closedAt = task.completed_at ?? task.skipped_at ?? task.deleted_at
  if (due)
    lines.push([
      'due',
      closedAt === null ? longDue(due, now, zone) : longDue(due, due.at, zone).replace(/, (in 0 min|today)$/u, ''),
    ])
  if (closedAt !== null) lines.push([stateOf(task), longInstant(Date.parse(closedAt), zone)])
  const words = ruleInWords(task, zone)
  if (words !== '') lines.push(['repeats', `${words}${endOf(task, words, zone, now)}`])
  const open = closedAt === null
  const following = typeof next === 'number' ? (open ? followingOccurrences(task, next) : []) : next
  if (following.length > 0)
    lines.push(['then', following.map((at) => shortDate({at, hasTime: task.due_has_time}, now, zone)).join(', ')])
  if (open) lines.push(...reminderLines(task, zone, now))
  return lines
}

function endOf(task: TaskResponse, words: string, zone: Zone, now: number): string {
  if (task.recurring_end_date === null) return ''
  const date = shortDate({at: Date.parse(task.recurring_end_date), hasTime: task.due_has_time}, now, zone)
  if (/, \d+ times$/u.test(words)) return `, the last on ${date}`
  return words.includes(' until ') ? '' : ` until ${date}`
}

function reminderLines(task: TaskResponse, zone: Zone, now: number): [string, string][] {
  const shown = task.reminders.filter((reminder) => reminder.state !== 'cancelled')
  if (shown.length === 0) return task.due_at === null ? [] : [['reminds', 'not at all']]
  const dueDay =
    task.due_at === null ? '' : shortDate({at: Date.parse(task.due_at), hasTime: task.due_has_time}, now, zone)
  const dated = shown.some(({reminder_at: at}) => shortDate(Date.parse(at), now, zone) !== dueDay)
  const texts = shown.map((reminder) => {
    const at = Date.parse(reminder.reminder_at)
    const when = dated ? `${shortDate(at, now, zone)} ${clock(at, zone)}` : clock(at, zone)
    const nag = reminder.nag_every_seconds === null ? '' : `, then every ${formatDuration(reminder.nag_every_seconds)}`
    return `${when}${nag}${reminder.state === 'scheduled' ? '' : ` (${reminder.state})`}`
  })
  return [['reminds', texts.join(', ')]]
}

/** Lines `label    text`, the text wrapped under itself. */
export function printDetails(out: Output, lines: readonly (readonly [string, string])[]): void {
  const width = Math.max(7, ...lines.map(([label]) => label.length)) + 2
  const room = out.isTTY ? Math.max(30, out.columns - width) : Infinity
  for (const [label, text] of lines) {
    const [first = '', ...rest] = room === Infinity ? [text] : wrap(text, room)
    out.data(`${out.style.dim(label.padEnd(width))}${first}`, ...rest.map((line) => `${' '.repeat(width)}${line}`))
  }
}
