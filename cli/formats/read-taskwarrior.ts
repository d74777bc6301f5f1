import {z} from 'zod'
import type {ParsedDue} from '../../services/domain/dates/read-date.ts'
import {endOfDay, wallTime} from '../../services/domain/dates/zone.ts'
import {compileRecurrence} from '../../services/domain/recurrence/index.ts'
import {fitTask} from './fit-task.ts'
import {placedFirst} from './place-rule.ts'
import {EMPTY_TASK, type Fault, type Loss, type ReadContext, type ReadFile, type ReadTask} from './portable-task.ts'
import {rulesOfRecur} from './taskwarrior-recur.ts'

const text = z.union([z.string(), z.number()]).transform(String)
/** What `task export` gives of a task, as far as todo5 has a place for it or names what is lost. */
const exported = z.looseObject({
  uuid: text.optional(),
  description: z.string('is missing'),
  status: z.string().default('pending'),
  due: z.string().optional(),
  recur: text.optional(),
  parent: text.optional(),
  until: z.string().optional(),
  priority: text.optional(),
  project: text.optional(),
  tags: z.union([z.array(z.string()), z.string().transform((tags) => tags.split(','))]).default([]),
  annotations: z.array(z.object({entry: z.string().optional(), description: z.string()})).default([]),
})
type Exported = z.infer<typeof exported>

interface Entry {
  readonly place: string
  readonly task: Exported
}

/** The answer of `task export`: an array, or an object a line. */
export function readTaskwarrior(source: string, context: ReadContext): ReadFile {
  const faults: Fault[] = []
  const entries: Entry[] = []
  for (const {place, value} of objectsOf(source, faults)) {
    const result = exported.safeParse(value)
    if (result.success) entries.push({place, task: result.data})
    else {
      const issues = result.error.issues.map(({path, message}) => `${path.join('.')} ${message}`.trim())
      faults.push({place, message: issues.join('; ')})
    }
  }
  const children = Map.groupBy(
    entries.filter(({task}) => task.parent !== undefined),
    ({task}) => task.parent!,
  )
  const templates = new Set(entries.filter(({task}) => task.status === 'recurring').map(({task}) => task.uuid))
  const tasks: ReadTask[] = []
  let deleted = 0
  for (const entry of entries) {
    const {task} = entry
    if (task.status === 'deleted') deleted++
    // Open occurrences come with their series.
    else if (isOpen(entry) && task.parent !== undefined && templates.has(task.parent)) continue
    else {
      const read = readTask(entry, children.get(task.uuid ?? '') ?? [], context)
      if ('message' in read) faults.push(read)
      else tasks.push(read)
    }
  }
  const notes = deleted === 0 ? [] : [`${deleted} deleted ${deleted === 1 ? 'task was' : 'tasks were'} left out.`]
  return {tasks, faults, notes}
}

const isOpen = ({task}: Entry): boolean => task.status === 'pending' || task.status === 'waiting'

function objectsOf(source: string, faults: Fault[]): {place: string; value: unknown}[] {
  const trimmed = source.trim()
  if (trimmed.startsWith('[')) {
    try {
      return (JSON.parse(trimmed) as unknown[]).map((value, index) => ({place: `task ${index + 1}`, value}))
    } catch (error) {
      const position = Number(/position (\d+)/u.exec((error as Error).message)?.[1] ?? trimmed.length)
      faults.push({
        place: `line ${trimmed.slice(0, position).split('\n').length}`,
        message: `this is no JSON: ${(error as Error).message}`,
      })
      return []
    }
  }
  return source.split(/\r?\n/u).flatMap((line, index) => {
    const place = `line ${index + 1}`
    const json = line.trim().replace(/,$/u, '')
    if (json === '') return []
    try {
      return [{place, value: JSON.parse(json) as unknown}]
    } catch (error) {
      faults.push({place, message: `this is no JSON: ${(error as Error).message}`})
      return []
    }
  })
}

/** By field, what todo5 has no place for. */
const FOREIGN: Readonly<Record<string, string>> = {
  scheduled: 'when it can be begun (scheduled)',
  wait: 'until when it is hidden (wait)',
  depends: 'what it waits for (depends)',
  start: 'that it was begun (start)',
}
/** Of a task that lives on elsewhere, and of Taskwarrior alone. */
const KNOWN = new Set(
  `id uuid description status due recur parent until priority project tags annotations entry modified end mask imask rtype
  urgency template last ${Object.keys(FOREIGN).join(' ')}`.split(/\s+/u),
)

const PRIORITY_OF: Readonly<Record<string, number>> = {H: 3, M: 2, L: 1}

function readTask({place, task}: Entry, children: readonly Entry[], context: ReadContext): ReadTask | Fault {
  const losses = lossesOf(task)
  const due = task.due === undefined ? null : readStamp(task.due, context)
  if (due === undefined) return {place, message: `due ${task.due} is no date such as 20261130T080000Z`}
  const until = task.until === undefined ? null : readStamp(task.until, context)
  if (until === undefined) return {place, message: `until ${task.until} is no date`}
  const notes = task.annotations.map(({entry, description}) => {
    const day = entry === undefined ? '' : `${entry.slice(0, 4)}-${entry.slice(4, 6)}-${entry.slice(6, 8)}: `
    return `${day}${description}`
  })
  const project = task.project === undefined || task.project === '' ? [] : [task.project]
  const {losses: changed, ...texts} = fitTask({
    title: task.description,
    description: notes.join('\n'),
    tags: [...task.tags, ...project],
  })
  if (texts.title === '') return {place, message: 'the description is empty'}
  const done = task.status === 'completed'
  const repeats = task.recur !== undefined && task.recur !== '' && !done
  if (until && !repeats)
    losses.push({what: 'that it goes away by itself (until)', why: 'a task of todo5 stays until it is done or deleted'})
  const found = repeats ? seriesOf(task.recur!, {due, until, children, losses, context}) : undefined
  const priority = PRIORITY_OF[task.priority ?? ''] ?? 0
  if (task.priority !== undefined && task.priority !== '' && priority === 0)
    losses.push({what: `priority ${task.priority}`, why: 'H is high, M medium, L low'})
  return {
    ...EMPTY_TASK,
    ...texts,
    due: found?.due ?? due,
    series: found?.series ?? null,
    priority,
    done,
    place,
    losses: [...losses, ...changed],
  }
}

function lossesOf(task: Exported): Loss[] {
  const foreign = Object.entries(FOREIGN)
    .filter(([field]) => task[field] !== undefined && !(field === 'wait' && task.status === 'recurring'))
    .map(([, what]) => ({what, why: 'todo5 has nothing like it'}))
  const own = Object.keys(task).filter((field) => !KNOWN.has(field))
  return [...foreign, ...own.map((field) => ({what: `the field ${field}`, why: 'todo5 has no fields of one’s own'}))]
}

/** A day begins at midnight there: `due:friday` is the Friday. */
function readStamp(stamp: string, {zone}: ReadContext): ParsedDue | undefined {
  const [, ...parts] = /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?(\d\d):?(\d\d)(?:\.\d+)?Z$/u.exec(stamp) ?? []
  if (parts.length === 0) return undefined
  const [year, month, day, hour, minute, second] = parts.map(Number) as [number, number, number, number, number, number]
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  if (new Date(at).getUTCDate() !== day) return undefined
  const wall = wallTime(at, zone)
  return wall.hour + wall.minute + wall.second === 0 ? {at: endOfDay(wall, zone), hasTime: false} : {at, hasTime: true}
}

interface SeriesOptions {
  readonly due: ParsedDue | null
  readonly until: ParsedDue | null
  readonly children: readonly Entry[]
  readonly losses: Loss[]
  readonly context: ReadContext
}

/** The series at its earliest open occurrence, or where none is open, at the next one. */
function seriesOf(
  recur: string,
  {due, until, children, losses, context}: SeriesOptions,
): Pick<ReadTask, 'due' | 'series'> | undefined {
  if (!due) {
    losses.push({what: `the rule ${recur}`, why: 'there is no due date that it counts from'})
    return undefined
  }
  const rules = rulesOfRecur(recur, due, context.zone)
  const found = placedFirst(rules, {due, anchor: 'due', until: until?.at ?? null}, context)
  if ('refused' in found) {
    losses.push({what: `the rule ${recur}`, why: rules.length === 0 ? 'nobody knows it' : found.refused})
    return undefined
  }
  const open = children
    .filter(isOpen)
    .flatMap(({task}) => (task.due === undefined ? [] : (readStamp(task.due, context) ?? [])))
    .toSorted((a, b) => a.at - b.at)
  if (open.length > 1)
    losses.push({
      what: `${open.length - 1} more open occurrences`,
      why: 'a series of todo5 has one open at a time, the earliest',
    })
  const at = open[0]?.at ?? nextOf(found.series.pattern, found.due.at, children.length > 0 ? context.now : found.due.at)
  if (at === null) return {due: found.due, series: null}
  return {due: {...found.due, at}, series: found.series}
}

const nextOf = (rule: string, start: number, from: number): number | null =>
  start >= from ? start : compileRecurrence({rule, start}).after(from - 1)
