import type {TaskListResponse, TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskApi, TaskView} from '../client/task-api.ts'
import {startOfDay, type Zone} from '../../services/domain/dates/zone.ts'
import {instantText, PRIORITIES, type PriorityName} from './task-input.ts'

export const VIEWS = [
  'open',
  'overdue',
  'today',
  'upcoming',
  'recurring',
  'done',
  'all',
] as const satisfies readonly TaskView[]

export interface ListRequest {
  readonly view: string
  readonly tag?: string | undefined
  readonly priority?: PriorityName | undefined
  readonly search?: string | undefined
  /** Infinity for all. */
  readonly limit: number
  readonly cursor?: string | undefined
  /** Due before this moment, ms; what is overdue, too. */
  readonly dueBefore?: number | undefined
  readonly zone: Zone
  readonly now: number
}

/** The API's largest page. */
const PAGE = 1000

/** Tasks of a view, over as many pages as the limit asks for. `today` is the day of the zone. */
export async function listTasks(api: Pick<TaskApi, 'list'>, request: ListRequest): Promise<TaskListResponse> {
  const tasks: TaskResponse[] = []
  let next: string | null = null
  for await (const page of taskPages(api, request)) {
    tasks.push(...page.tasks)
    next = page.next_cursor
  }
  return {tasks, next_cursor: next}
}

export interface TaskPage extends TaskListResponse {
  /** No other page comes, although there may be more tasks (next_cursor) than were asked for. */
  readonly last: boolean
}

/** The same page by page, so that what has come can be shown before the rest is read. */
export async function* taskPages(api: Pick<TaskApi, 'list'>, request: ListRequest): AsyncGenerator<TaskPage> {
  const filter = filterOf(request)
  let cursor = request.cursor
  let left = request.limit
  for (;;) {
    const page = await api.list({
      ...filter,
      limit: Math.min(PAGE, left),
      ...(cursor === undefined ? {} : {cursor}),
    })
    left -= page.tasks.length
    const last = page.next_cursor === null || left <= 0
    yield {...page, last}
    if (page.next_cursor === null || last) return
    cursor = page.next_cursor
  }
}

function filterOf(request: ListRequest) {
  const view = VIEWS.find((known) => known === request.view) ?? 'open'
  const {now, zone, dueBefore, tag, priority, search} = request
  return {
    view,
    ...(view === 'today'
      ? {due_from: instantText(startOfDay(now, zone)), due_until: instantText(startOfDay(now, zone, 1))}
      : {}),
    ...(dueBefore === undefined ? {} : {due_until: instantText(dueBefore)}),
    ...(tag === undefined ? {} : {tag: tag.replace(/^#/u, '')}),
    ...(priority === undefined ? {} : {priority: PRIORITIES.indexOf(priority)}),
    ...(search === undefined ? {} : {search}),
  }
}
