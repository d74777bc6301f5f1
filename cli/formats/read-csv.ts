import {parse} from 'csv-parse/sync'
import {parseDue} from '../../services/domain/dates/parse-due.ts'
import type {ParsedDue} from '../../services/domain/dates/read-date.ts'
import {UTC} from '../../services/domain/dates/zone.ts'
import {DomainError} from '../../services/domain/errors.ts'
import {fitTask} from './fit-task.ts'
import {placed} from './place-rule.ts'
import {
  EMPTY_TASK,
  type Fault,
  PRIORITY_NAMES,
  type ReadContext,
  type ReadFile,
  type ReadTask,
} from './portable-task.ts'
import {readReminders} from './reminder-text.ts'
import {CSV_COLUMNS, type CsvColumn, unguarded} from './write-csv.ts'

export interface CsvRow {
  readonly place: string
  readonly cells: Readonly<Record<string, string>>
}

interface CsvTable {
  /** As they stand in the first line. */
  readonly columns: readonly string[]
  readonly rows: readonly CsvRow[]
  readonly faults: readonly Fault[]
}

/** A table with a header, of commas, semicolons or tabs. A file that is none is one fault. */
export function readTable(text: string): CsvTable {
  const head = text.slice(0, text.search(/[\r\n]|$/u))
  const delimiter = [',', ';', '\t'].toSorted((a, b) => head.split(b).length - head.split(a).length)[0]!
  try {
    const lines = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as {
      readonly info: {readonly lines: number}
      readonly record: readonly string[]
    }[]
    const [header, ...body] = lines
    const columns = (header?.record ?? []).map((name) => name.trim())
    const rows: CsvRow[] = []
    const faults: Fault[] = []
    for (const {info, record} of body) {
      // A quoted cell of several lines: the line that it began on is where a person looks.
      const place = `line ${info.lines - record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)}`
      if (record.length > columns.length && record.slice(columns.length).some((cell) => cell !== ''))
        faults.push({place, message: `there are ${record.length} cells, the header has ${columns.length}`})
      else rows.push({place, cells: Object.fromEntries(columns.map((name, index) => [name, record[index] ?? '']))})
    }
    return {columns, rows, faults}
  } catch (error) {
    const {message, lines} = error as Error & {lines?: number}
    return {columns: [], rows: [], faults: [{place: `line ${lines ?? 1}`, message: `this is no CSV: ${message}`}]}
  }
}

/** todo5's own table, or one that a person made with some of its columns. */
export async function readCsv(text: string, context: ReadContext): Promise<ReadFile> {
  const {columns, rows, faults: broken} = readTable(text)
  const names = new Map(columns.map((name) => [name.toLowerCase().replaceAll(/[\s-]+/gu, '_'), name]))
  if (broken.length > 0 && rows.length === 0) return {tasks: [], faults: broken, notes: []}
  if (!names.has('title'))
    return {tasks: [], faults: [{place: 'line 1', message: 'there is no column "title"'}], notes: []}
  const unknown = [...names].filter(([name]) => !CSV_COLUMNS.includes(name as CsvColumn)).map(([, name]) => name)
  const notes = unknown.length === 0 ? [] : [`Columns that todo5 does not know were left out: ${unknown.join(', ')}.`]
  const tasks: ReadTask[] = []
  const faults: Fault[] = [...broken]
  for (const {place, cells} of rows) {
    const cell = (column: CsvColumn): string => unguarded(cells[names.get(column) ?? ''] ?? '')
    try {
      const read = await readRow(cell, place, context)
      if ('message' in read) faults.push(read)
      else tasks.push(read)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      faults.push({place, message: error.message})
    }
  }
  return {tasks, faults, notes}
}

type Cell = (column: CsvColumn) => string

async function readRow(cell: Cell, place: string, context: ReadContext): Promise<ReadTask | Fault> {
  const fault = (message: string): Fault => ({place, message})
  const date = async (column: CsvColumn): Promise<ParsedDue | null> =>
    cell(column).trim() === '' ? null : await parseDue(cell(column), context)
  const fitted = fitTask({
    title: cell('title'),
    description: cell('description'),
    tags: cell('tags')
      .split(/[\s,]+/u)
      .filter((tag) => tag !== '')
      .map((tag) => tag.replace(/^#/u, '')),
  })
  if (fitted.title === '') return fault('the title is empty')
  const priority = priorityOf(cell('priority'))
  if (priority === undefined) return fault(`priority "${cell('priority')}" is none of none, low, medium, high`)
  const state = cell('state').trim().toLowerCase()
  if (!['', 'open', 'done'].includes(state)) return fault(`state "${cell('state')}" is neither open nor done`)
  const given = cell('reminders').trim()
  const reminders = given === '' ? null : readReminders(given)
  if (reminders === undefined) return fault(`reminders "${given}" are no times such as 1h,1d`)
  const found = await readRule(cell, {due: await date('due'), until: await date('until')}, context)
  if ('message' in found) return fault(found.message)
  const {losses, ...texts} = fitted
  const movedTo = await date('moved_to')
  return {...EMPTY_TASK, ...texts, ...found, priority, reminders, movedTo, done: state === 'done', place, losses}
}

function priorityOf(text: string): number | undefined {
  const typed = text.trim().toLowerCase()
  if (typed === '') return 0
  if (/^[0-3]$/u.test(typed)) return Number(typed)
  const index = PRIORITY_NAMES.findIndex((name) => name === typed)
  return index === -1 ? undefined : index
}

type Dates = {due: ParsedDue | null; until: ParsedDue | null}

/** `rrule_utc` as todo5 wrote it, or else the words of `repeats`, which mean the clock of the person. */
async function readRule(
  cell: Cell,
  {due, until}: Dates,
  context: ReadContext,
): Promise<Pick<ReadTask, 'due' | 'series'> | {message: string}> {
  const [exact, words] = [cell('rrule_utc').trim(), cell('repeats').trim()]
  if (exact === '' && words === '') return {due, series: null}
  const anchor = cell('anchor').trim() === 'completion' ? 'completion' : 'due'
  const catchUp = cell('catch_up').trim() === 'each' ? 'each' : 'once'
  const place = {...context, zone: exact === '' ? context.zone : UTC}
  // Without a due date the rule itself says the first one.
  const found = placed({rule: exact || words, due: due ?? undefined, anchor, until: until?.at ?? null}, place)
  if ('refused' in found)
    return {message: `${exact === '' ? 'repeats' : 'rrule_utc'} "${exact || words}": ${found.refused}`}
  return {due: found.due, series: {...found.series, catchUp}}
}
