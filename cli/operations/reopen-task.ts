import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskApi} from '../client/task-api.ts'
import {usageError} from '../errors.ts'

/** Opens a closed task again. Titles name open tasks, so this takes ids alone. */
export async function reopenTask(api: TaskApi, ref: string): Promise<TaskResponse> {
  if (!/^[1-9]\d{0,15}$/u.test(ref)) {
    throw usageError(`"${ref}" is no id; closed tasks are named by theirs.`, 'invalid_ref', 'todo5 task list done')
  }
  return await api.reopen(Number(ref))
}
