import {parseQuickAdd} from '../../services/domain/quick-add/parse-quick-add.ts'
import type {QuickAdd} from '../../services/domain/quick-add/quick-add.ts'
import {InvalidRecurrence} from '../../services/domain/recurrence/index.ts'
import {type Zone, zoneOf} from '../../services/domain/dates/zone.ts'
import {fitTask, tagOf} from './fit-task.ts'
import {EMPTY_TASK, type Fault, type Loss, type ReadContext, type ReadFile, type ReadTask} from './portable-task.ts'
import {readTable} from './read-csv.ts'

/** A task as it grows: comments follow in rows of their own. */
interface Draft {
  readonly place: string
  readonly title: string
  description: string
  readonly tags: readonly string[]
  readonly priority: number
  readonly dates: Pick<ReadTask, 'due' | 'series'>
  readonly losses: Loss[]
}

/** The CSV of Todoist's templates and backups: a project, with its sections, tasks, sub-tasks and comments a row each. */
export function readTodoistCsv(text: string, context: ReadContext): ReadFile {
  const table = readTable(text)
  const faults: Fault[] = [...table.faults]
  const drafts: Draft[] = []
  /** The titles that the next task can be below, by their indent. */
  const above: string[] = []
  let section = ''
  for (const {place, cells} of table.rows) {
    const cell = (name: string): string => (cells[name] ?? '').trim()
    const content = cell('CONTENT')
    switch (cell('TYPE')) {
      case 'task': {
        const indent = Math.max(1, Number(cell('INDENT')) || 1)
        const read = readTask(cell, place, {section, parent: indent > 1 ? above[indent - 2] : undefined, context})
        above.splice(indent - 1, Infinity, content)
        if ('message' in read) faults.push(read)
        else drafts.push(read)
        break
      }
      case 'section':
        section = content
        above.length = 0
        break
      case 'note':
        addNote(drafts.at(-1), content)
        break
      case 'meta':
      case '':
        break
      default:
        faults.push({place, message: `TYPE "${cell('TYPE')}" is none of task, section, note`})
    }
  }
  const tasks = drafts.flatMap((draft) => {
    const {losses, ...texts} = fitTask(draft)
    if (texts.title === '') faults.push({place: draft.place, message: 'CONTENT is empty'})
    const {priority, place, dates} = draft
    return texts.title === ''
      ? []
      : [{...EMPTY_TASK, ...texts, ...dates, priority, place, losses: [...draft.losses, ...losses]}]
  })
  return {tasks, faults, notes: []}
}

function addNote(draft: Draft | undefined, content: string): void {
  if (!draft) return
  const text = content.replaceAll(/\[\[file .*?\]\]/gsu, '').trim()
  if (text !== content) draft.losses.push({what: 'attachments', why: 'todo5 keeps none'})
  if (text !== '') draft.description = [draft.description, text].filter((part) => part !== '').join('\n\n')
}

interface RowContext {
  readonly section: string
  readonly parent: string | undefined
  readonly context: ReadContext
}

function readTask(
  cell: (name: string) => string,
  place: string,
  {section, parent, context}: RowContext,
): Draft | Fault {
  const losses: Loss[] = []
  if (parent !== undefined) losses.push({what: `that it is a sub-task of "${parent}"`, why: 'todo5 has no sub-tasks'})
  if (cell('RESPONSIBLE') !== '') losses.push({what: 'who is responsible', why: 'a list of todo5 has one owner'})
  if (cell('DURATION') !== '' && cell('DURATION') !== 'None')
    losses.push({what: 'its duration', why: 'a task of todo5 has none'})
  if (cell('DEADLINE') !== '')
    losses.push({what: `the deadline ${cell('DEADLINE')}`, why: 'a task of todo5 has one date'})
  const level = cell('PRIORITY')
  if (!/^[1-4]?$/u.test(level)) return {place, message: `PRIORITY "${level}" is none of 1 to 4`}
  const labels = [...cell('CONTENT').matchAll(/(?<=^|\s)@([\p{L}\p{N}_-]+)(?=\s|$)/gu)].map(([, label]) => label!)
  const title = cell('CONTENT')
    .replaceAll(/(?<=^|\s)@[\p{L}\p{N}_-]+(?=\s|$)/gu, '')
    .replaceAll(/ {2,}/gu, ' ')
    .trim()
  const dates = readDate(cell, losses, context)
  if ('message' in dates) return {place, message: dates.message}
  return {
    place,
    title: title === '' ? cell('CONTENT') : title,
    description: cell('DESCRIPTION'),
    tags: [...labels, ...(section === '' || tagOf(section) === '' ? [] : [tagOf(section)])],
    // p1 is the highest; of four levels p4 says nothing.
    priority: level === '' ? 0 : 4 - Number(level),
    dates,
    losses,
  }
}

/** DATE is a sentence such as "every monday at 9", on the clock of TIMEZONE. */
function readDate(
  cell: (name: string) => string,
  losses: Loss[],
  context: ReadContext,
): Pick<ReadTask, 'due' | 'series'> | {message: string} {
  const date = cell('DATE')
  if (date === '') return {due: null, series: null}
  const language = cell('DATE_LANG')
  const zone = zoneNamed(cell('TIMEZONE'), losses, context)
  const read = understood(date, losses, {zone, now: context.now})
  if ('message' in read) {
    const foreign = language === '' || language === 'en' ? '' : ` It is not English (DATE_LANG ${language}).`
    return {message: `DATE "${date}": ${read.message}${foreign}`}
  }
  for (const {value} of read.exceptions) {
    const day = new Date(value.day).toISOString().slice(0, 10)
    losses.push({
      what: `the left out date ${day}`,
      why: 'a series cannot leave a date out beforehand: skip it when it comes',
    })
  }
  const {recurrence, end} = read
  return {
    due: read.due!.value,
    series: recurrence && {
      pattern: recurrence.value.pattern,
      until: end?.value.kind === 'until' ? end.value.until : null,
      anchor: recurrence.value.anchor,
      catchUp: 'once',
    },
  }
}

/** `every!` counts from the completion, and so does `after 3 days`; where a rule cannot, that is lost. */
function understood(date: string, losses: Loss[], context: ReadContext): QuickAdd | {message: string} {
  const meant = date.replace(/^(?:every!|after)\s+(.+)$/iu, 'every $1 after completion')
  const first = wholly(meant, context)
  if (meant === date || (!('message' in first) && !/BY/u.test(first.recurrence?.value.pattern ?? ''))) return first
  const plain = wholly(date.replace(/^(?:every!|after)\s+/iu, 'every '), context)
  if ('message' in plain) return first
  losses.push({what: `that "${date}" counts from the completion`, why: 'a rule with days counts from the due date'})
  return plain
}

/** Any word will do as the title: all of the rest has to be understood. */
function wholly(date: string, context: ReadContext): QuickAdd | {message: string} {
  const read = parseQuickAdd(`task ${date}`, context)
  if (read.questions.length > 0) return {message: read.questions[0]!.text}
  return read.title === 'task' && read.due ? read : {message: 'It is not understood.'}
}

function zoneNamed(name: string, losses: Loss[], context: ReadContext): Zone {
  if (name === '') return context.zone
  try {
    return zoneOf(name)
  } catch (error) {
    if (!(error instanceof InvalidRecurrence)) throw error
    losses.push({what: `the time zone ${name}`, why: `nobody knows it; ${context.zone.name} is taken`})
    return context.zone
  }
}
