import {ruleInWords} from '../operations/rule-words.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import {dueText} from './day-text.ts'
import {type PortableTask, PRIORITY_NAMES, type WrittenFile} from './portable-task.ts'
import {reminderText} from './reminder-text.ts'

/** In this order; a reader finds them by name. */
export const CSV_COLUMNS = [
  'title',
  'description',
  'priority',
  'tags',
  'due',
  'moved_to',
  'repeats',
  'rrule_utc',
  'until',
  'anchor',
  'catch_up',
  'reminders',
  'state',
] as const
export type CsvColumn = (typeof CSV_COLUMNS)[number]

/** A spreadsheet with a line for each task. */
export function writeCsv(tasks: readonly PortableTask[], {zone}: {zone: Zone}): WrittenFile {
  const lines = [CSV_COLUMNS.join(','), ...tasks.map((task) => csvLine(task, zone))]
  return {text: `${lines.join('\r\n')}\r\n`, losses: []}
}

function csvLine(task: PortableTask, zone: Zone): string {
  const {series} = task
  const cells: Record<CsvColumn, string> = {
    title: task.title,
    description: task.description,
    priority: PRIORITY_NAMES[task.priority]!,
    tags: task.tags.join(' '),
    due: task.due === null ? '' : dueText(task.due, zone),
    moved_to: task.movedTo === null ? '' : dueText(task.movedTo, zone),
    repeats: wordsOf(task, zone),
    rrule_utc: series?.pattern ?? '',
    until: series?.until == null ? '' : new Date(series.until).toISOString().replace('.000Z', 'Z'),
    anchor: series?.anchor ?? '',
    catch_up: series?.catchUp ?? '',
    reminders: task.reminders === null || (task.due === null && series === null) ? '' : reminderText(task.reminders),
    state: task.done ? 'done' : 'open',
  }
  return CSV_COLUMNS.map((column) => quoted(guarded(cells[column]))).join(',')
}

/** For the person who reads it; `rrule_utc` is what counts. */
function wordsOf({series, due}: PortableTask, zone: Zone): string {
  if (series === null || due === null) return ''
  const at = new Date(due.at).toISOString()
  const task = {recurring_pattern: series.pattern, occurrence_at: at, due_at: at, due_has_time: due.hasTime}
  return ruleInWords(task, zone)
}

/** RFC 4180. */
const quoted = (cell: string): string => (/[",\r\n]|^\s|\s$/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/**
 * A spreadsheet takes a cell that begins with one of these for a formula, which can call programs and send data away. An
 * apostrophe before it makes it text there; `unguarded` takes it off again.
 */
export const guarded = (cell: string): string => (/^'*[=+\-@\t\r]/u.test(cell) ? `'${cell}` : cell)

export const unguarded = (cell: string): string => (/^'+[=+\-@\t\r]/u.test(cell) ? cell.slice(1) : cell)
