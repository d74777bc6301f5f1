import type {TaskResponse} from '../../../../contracts/tasks.ts'

/** What a list was asked for: the query of GET /tasks, as it stands in the address. */
export interface ListQuery {
  readonly view: 'open' | 'overdue' | 'upcoming' | 'recurring' | 'done' | 'all'
  readonly search?: string
  readonly tag?: string
  readonly priority?: number
  /** Instants, ISO; from inclusive, until exclusive. */
  readonly due_from?: string
  readonly due_until?: string
}

export const dueOf = (task: TaskResponse): number | null => (task.due_at === null ? null : Date.parse(task.due_at))

export const isOpen = (task: TaskResponse): boolean =>
  task.completed_at === null && task.skipped_at === null && task.deleted_at === null

/** Whether the list has this task, as the server would say at `now` (ms). */
export function belongs(task: TaskResponse, query: ListQuery, now: number): boolean {
  if (task.deleted_at !== null) return false
  return inView(task, query.view, now) && isFound(task, query) && isWithin(dueOf(task), query)
}

function inView(task: TaskResponse, view: ListQuery['view'], now: number): boolean {
  const due = dueOf(task)
  switch (view) {
    case 'open':
      return isOpen(task)
    case 'overdue':
      return isOpen(task) && due !== null && due < now
    case 'upcoming':
      return isOpen(task) && due !== null && due >= now
    case 'recurring':
      return isOpen(task) && task.series_id !== null
    case 'done':
      return task.completed_at !== null
    case 'all':
      return true
  }
}

function isFound(task: TaskResponse, {search, tag, priority}: ListQuery): boolean {
  if (tag !== undefined && !task.tags.includes(tag)) return false
  if (priority !== undefined && task.priority !== priority) return false
  if (search === undefined) return true
  const wanted = search.toLowerCase()
  return task.title.toLowerCase().includes(wanted) || task.description.toLowerCase().includes(wanted)
}

function isWithin(due: number | null, {due_from: from, due_until: until}: ListQuery): boolean {
  if (from !== undefined && (due === null || due < Date.parse(from))) return false
  return until === undefined || (due !== null && due < Date.parse(until))
}

/** As the server orders: by due date, undated last; done ones newest first. */
export function compareTasks(one: TaskResponse, other: TaskResponse, view: ListQuery['view']): number {
  if (view === 'done') {
    const newer = Date.parse(other.completed_at ?? '') - Date.parse(one.completed_at ?? '')
    return newer || other.id - one.id
  }
  const dues = (dueOf(one) ?? Number.MAX_SAFE_INTEGER) - (dueOf(other) ?? Number.MAX_SAFE_INTEGER)
  return dues || one.id - other.id
}
