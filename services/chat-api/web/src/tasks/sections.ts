import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {clockTime, dayHead, dayKey, startOfDay} from '../time/day-words.ts'
import type {HeldRow, HeldRows} from './held-rows.ts'
import {type ListQuery, compareTasks, dueOf} from './task-order.ts'

/** A line of a list: a head, a task, the present time, or a date on which a series will come. */
export type Item =
  | {
      readonly kind: 'head'
      readonly key: string
      readonly name: string
      readonly detail: string
      readonly tone?: 'late'
    }
  | {
      readonly kind: 'task'
      readonly key: string
      readonly task: TaskResponse
      readonly held: HeldRow | undefined
      /** From 1. */
      readonly place: number
      /** The head above names the day on which it is due. */
      readonly isDaySaid: boolean
    }
  | {readonly kind: 'now'; readonly key: string; readonly time: string}
  | {readonly kind: 'coming'; readonly key: string; readonly task: TaskResponse; readonly at: number}

/** A date on which a series will come if everything is done on time. */
export interface Coming {
  readonly task: TaskResponse
  /** ms, UTC. */
  readonly at: number
}

export interface ListParts {
  readonly tasks: readonly TaskResponse[]
  readonly held: HeldRows
  readonly coming: readonly Coming[]
  readonly view: ListQuery['view']
  readonly zone: string
  readonly now: number
}

/** The tasks as rows: those that are held stand where they stood, and what they show stands nowhere else. */
export function rowsOf({tasks, held, view}: Pick<ListParts, 'tasks' | 'held' | 'view'>): readonly Row[] {
  if (held.size === 0) return tasks.map((task) => ({task, held: undefined}))
  const shownElsewhere = new Set([...held.values()].map(({shown}) => shown.id))
  const rows: Row[] = tasks
    .filter(({id}) => !held.has(id) && !shownElsewhere.has(id))
    .map((task) => ({task, held: undefined}))
  for (const row of held.values()) {
    const before = rows.findIndex(({task}) => compareTasks(task, row.original, view) > 0)
    rows.splice(before === -1 ? rows.length : before, 0, {task: row.original, held: row})
  }
  return rows
}

interface Row {
  readonly task: TaskResponse
  readonly held: HeldRow | undefined
}

interface Line {
  readonly section: Section
  /** Where it stands among the others; null: at the end. */
  readonly at: number | null
  readonly item: Item
}

interface Section {
  readonly key: string
  readonly name: string
  readonly detail: string
  readonly tone?: 'late'
}

/** All lines of a list, in order, with a head before each section. */
export function itemsOf(parts: ListParts): Item[] {
  const rows = rowsOf(parts)
  const lines: Line[] = rows.map(({task, held}, index) => {
    const section = parts.view === 'done' ? doneSection(task, parts) : dueSection(task, parts)
    const isDaySaid = parts.view !== 'done' && /^\d/u.test(section.key) && !held
    const key = `task ${task.id}`
    return {
      section,
      at: dueOf(task),
      item: {kind: 'task', key, task: held?.shown ?? task, held, place: index + 1, isDaySaid},
    }
  })
  if (parts.coming.length > 0) mergeComing(lines, parts)
  const items: Item[] = []
  let section: string | undefined
  const todayKey = dayKey(parts.now, parts.zone)
  let wantsNow = parts.view !== 'done'
  for (const {section: own, at, item} of lines) {
    if (own.key !== section) {
      items.push({kind: 'head', ...own, key: `head ${own.key}`})
      section = own.key
    }
    const isToday = own.key === todayKey
    if (wantsNow && isToday && at !== null && at >= parts.now) {
      const last = items.at(-1)
      // Only between what is past and what is to come.
      if (last?.kind !== 'head') items.push({kind: 'now', key: 'now', time: clockTime(parts.now, parts.zone)})
      wantsNow = false
    }
    items.push(item)
  }
  return items
}

function mergeComing(lines: Line[], parts: ListParts): void {
  for (const {task, at} of parts.coming) {
    const section = daySection(at, parts)
    lines.push({section, at, item: {kind: 'coming', key: `coming ${task.id} ${at}`, task, at}})
  }
  lines.sort((a, b) => (a.at ?? Number.MAX_SAFE_INTEGER) - (b.at ?? Number.MAX_SAFE_INTEGER))
}

const SOMEDAY: Section = {key: 'someday', name: 'Someday', detail: 'without a date'}

function dueSection(task: TaskResponse, parts: ListParts): Section {
  const due = dueOf(task)
  if (due === null) return SOMEDAY
  if (due < startOfToday(parts)) return {key: 'overdue', name: 'Overdue', detail: '', tone: 'late'}
  return daySection(due, parts)
}

function doneSection(task: TaskResponse, parts: ListParts): Section {
  const at = Date.parse(task.completed_at ?? task.updated_at)
  return daySection(at, parts)
}

let lastDay:
  | {readonly key: string; readonly from: number; readonly until: number; readonly section: Section}
  | undefined

/** The calendar is asked once for each day: neighbours in a list mostly share theirs. */
function daySection(at: number, {zone, now}: ListParts): Section {
  const key = `${zone} ${Math.floor(now / 60_000)}`
  if (lastDay?.key !== key || at < lastDay.from || at >= lastDay.until) {
    const {name, date} = dayHead(at, zone, now)
    const section = {key: dayKey(at, zone), name, detail: date}
    lastDay = {key, from: startOfDay(at, zone), until: startOfDay(at, zone, 1), section}
  }
  return lastDay.section
}

let today: {readonly key: string; readonly start: number} | undefined

/** Looked for once a minute, not for each of ten thousand tasks. */
function startOfToday({zone, now}: ListParts): number {
  const key = `${zone} ${Math.floor(now / 60_000)}`
  if (today?.key !== key) today = {key, start: startOfDay(now, zone)}
  return today.start
}
