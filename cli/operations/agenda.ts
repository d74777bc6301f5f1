import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {startOfDay, type Zone} from '../../services/domain/dates/zone.ts'
import type {TaskApi} from '../client/task-api.ts'
import {dateOfDue} from '../time/show-time.ts'
import {listTasks} from './list-tasks.ts'

/** Something that is due: an open task, or an occurrence that its series will have when nothing is changed. */
export interface AgendaEntry {
  readonly task: TaskResponse
  /** ms since the epoch. */
  readonly at: number
  readonly projected: boolean
}

export interface AgendaDay {
  /** `2026-11-26` in the zone. */
  readonly date: string
  readonly entries: readonly AgendaEntry[]
}

export interface Agenda {
  /** Due before this moment; oldest first. */
  readonly overdue: readonly TaskResponse[]
  /** Those with anything in them, today first. */
  readonly days: readonly AgendaDay[]
  /** Series with more occurrences in these days than are told. */
  readonly cut: readonly TaskResponse[]
}

export interface AgendaRequest {
  /** Today and those after it. */
  readonly days: number
  readonly zone: Zone
  /** ms since the epoch. */
  readonly now: number
}

type AgendaApi = Pick<TaskApi, 'list' | 'series'>

/** The API tells no more coming dates of a series. */
const MOST_COMING = 100
/** Series that are asked for at the same time. */
const AT_ONCE = 8

/** What is overdue, and what comes day by day, with the coming occurrences of every series. */
export async function agenda(api: AgendaApi, {days, zone, now}: AgendaRequest): Promise<Agenda> {
  const until = startOfDay(now, zone, days)
  const {tasks} = await listTasks(api, {view: 'open', limit: Infinity, dueBefore: until, zone, now})
  const ahead = tasks.filter((task) => dueAt(task) >= now)
  const entries: AgendaEntry[] = ahead.map((task) => ({task, at: dueAt(task), projected: false}))
  const cut: TaskResponse[] = []
  const repeating = tasks.filter(({next_occurrence: next}) => next !== null && Date.parse(next) < until)
  for (let from = 0; from < repeating.length; from += AT_ONCE) {
    const some = repeating.slice(from, from + AT_ONCE)
    const coming = await Promise.all(some.map(async (task) => await comingOf(api, task)))
    for (const [index, task] of some.entries()) {
      const dates = coming[index]!.filter((at) => at >= now && at < until)
      entries.push(...dates.map((at) => ({task, at, projected: true})))
      if (dates.length === MOST_COMING) cut.push(task)
    }
  }
  entries.sort((a, b) => a.at - b.at || a.task.id - b.task.id)
  const byDate = Map.groupBy(entries, ({at, task}) => dateOfDue({at, hasTime: task.due_has_time}, zone))
  return {
    overdue: tasks.filter((task) => dueAt(task) < now),
    days: [...byDate].map(([date, found]) => ({date, entries: found})),
    cut,
  }
}

const dueAt = (task: TaskResponse): number => Date.parse(task.due_at!)

/** Where dates are counted from the completion, the next one is not known before. */
async function comingOf(api: AgendaApi, task: TaskResponse): Promise<number[]> {
  const {anchor, coming} = await api.series(task.id, {limit: 1, next: MOST_COMING})
  return anchor === 'completion' ? [] : coming.map((at) => Date.parse(at))
}
