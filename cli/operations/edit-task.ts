import type {Scope} from '../../services/contracts/scope.ts'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskChanges, TaskWrite} from '../client/task-writes.ts'
import {usageError} from '../errors.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import {readTaskInput, type TypedTask} from './task-input.ts'

export type Update = Extract<TaskWrite, {op: 'update'}>

export interface EditRequest {
  readonly typed: TypedTask
  readonly title: string | undefined
  readonly untag: readonly string[] | undefined
  readonly scope: Scope | undefined
  readonly zone: Zone
  readonly now: number
}

/** Before any task is looked up: something to change has to be given. */
export function refuseEmptyEdit({typed, title, untag}: Omit<EditRequest, 'zone' | 'now'>): void {
  const said = [title, untag, ...Object.values(typed)].some((value) => value !== undefined)
  if (!said) throw usageError('Nothing to change is given.', 'nothing_to_change', 'todo5 task edit --help')
}

/** The change of a task as it was a moment ago: refused when somebody else changed it meanwhile. */
export async function planEdit(task: TaskResponse, request: EditRequest): Promise<Update> {
  const {typed, title, untag, scope, zone, now} = request
  const currentDue = task.due_at === null ? undefined : {at: Date.parse(task.due_at), hasTime: task.due_has_time}
  const input = await readTaskInput(typed, {zone, now, currentDue, current: task.reminders})
  const changes: TaskChanges = {...input, ...(title === undefined ? {} : {title})}
  // The rule was read beside the due date that the task has; sending that again would say that it moved.
  if (typed.due === undefined && currentDue && changes.recurring_pattern !== undefined) {
    delete changes.due_at
    delete changes.due_has_time
  }
  if (untag !== undefined || typed.tags !== undefined) {
    const gone = new Set(untag?.map((tag) => tag.replace(/^#/u, '')))
    changes.tags = [...new Set([...task.tags, ...(changes.tags ?? [])])].filter((tag) => !gone.has(tag))
  }
  return updateOf(task, changes, scope)
}

export const updateOf = (task: TaskResponse, changes: TaskChanges, scope: Scope | undefined): Update => ({
  op: 'update',
  id: task.id,
  if_match: task.version,
  ...(scope === undefined || task.series_id === null ? {} : {scope}),
  changes,
})

/** How far a change reaches: as was said, or as the server takes it when nothing was. */
export function reachOf(task: TaskResponse, {scope, changes}: Update): Scope | undefined {
  if (task.series_id === null) return undefined
  if (scope !== undefined) return scope
  const closed = task.completed_at !== null || task.skipped_at !== null
  const movesOnly = Object.keys(changes).every((field) => field.startsWith('due_'))
  return closed || movesOnly ? 'this' : 'following'
}
