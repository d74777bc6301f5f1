import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {DeleteScope, TaskApi} from '../client/task-api.ts'
import {usageError} from '../errors.ts'
import {findTask} from './find-task.ts'

export const SCOPES = ['this', 'following'] as const satisfies readonly DeleteScope[]

/** Deletes a task. An open one that repeats has to be said how far; nothing is guessed. */
export async function deleteTask(api: TaskApi, ref: string, scope: DeleteScope | undefined): Promise<TaskResponse> {
  const task = await findTask(api, ref)
  const open = task.completed_at === null && task.skipped_at === null
  const repeats = task.series_id !== null && open
  if (repeats && scope === undefined) {
    throw usageError(
      `${task.id} ${task.title} repeats: say what to delete.`,
      'scope_required',
      `todo5 task delete ${task.id} --scope this        skips it, the next follows`,
      `todo5 task delete ${task.id} --scope following   ends the series`,
    )
  }
  return await api.delete(task.id, repeats ? scope : undefined)
}
