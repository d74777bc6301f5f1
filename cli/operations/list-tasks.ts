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
  const view = VIEWS.find((known) => known === request.view) ?? 'open'
  const day =
    view === 'today'
      ? {
          due_from: instantText(startOfDay(request.now, request.zone)),
          due_until: instantText(startOfDay(request.now, request.zone, 1)),
        }
      : {}
  const tasks: TaskResponse[] = []
  let cursor = request.cursor
  for (;;) {
    const page = await api.list({
      view,
      limit: Math.min(PAGE, request.limit - tasks.length),
      ...day,
      ...(request.dueBefore === undefined ? {} : {due_until: instantText(request.dueBefore)}),
      ...(request.tag === undefined ? {} : {tag: request.tag.replace(/^#/u, '')}),
      ...(request.priority === undefined ? {} : {priority: PRIORITIES.indexOf(request.priority)}),
      ...(request.search === undefined ? {} : {search: request.search}),
      ...(cursor === undefined ? {} : {cursor}),
    })
    tasks.push(...page.tasks)
    if (page.next_cursor === null || tasks.length >= request.limit) return {tasks, next_cursor: page.next_cursor}
    cursor = page.next_cursor
  }
}
