import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskApi, TaskChanges} from '../client/task-api.ts'
import {usageError} from '../errors.ts'
import type {Zone} from '../time/zone.ts'
import {findTask} from './find-task.ts'
import {readTaskInput, type TypedTask} from './task-input.ts'

export interface EditRequest {
  readonly typed: TypedTask
  readonly title: string | undefined
  readonly untag: readonly string[] | undefined
  readonly zone: Zone
  readonly now: number
}

/** Changes a task as it was a moment ago: refused when somebody else changed it meanwhile. */
export async function editTask(api: TaskApi, ref: string, request: EditRequest): Promise<TaskResponse> {
  const {typed, title, untag, zone, now} = request
  const said = [title, untag, ...Object.values(typed)].some((value) => value !== undefined)
  if (!said) throw usageError('Nothing to change is given.', 'nothing_to_change', 'todo5 task edit --help')
  const task = await findTask(api, ref)
  const currentDue = task.due_at === null ? undefined : {at: Date.parse(task.due_at), hasTime: task.due_has_time}
  const input = await readTaskInput(typed, {zone, now, currentDue})
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
  return await api.update(task.id, task.version, changes)
}
