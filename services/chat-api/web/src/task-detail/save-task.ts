import type {Scope} from '../../../../contracts/scope.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {ApiError, sentenceOf} from '../api/api-error.ts'
import {write} from '../api/client.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {notify} from '../ui/notices.ts'
import {undoOf} from '../tasks/task-actions.ts'

const shown = (title: string): string => (title.length > 60 ? `${title.slice(0, 59)}…` : title)

interface Saved {
  readonly body: object
  readonly scope: Scope | null
}

/**
 * Changes a task that has the version that was seen; what is shown is read again. Rejects with an ApiError: 412 when it
 * was changed meanwhile, and then the task is read again too.
 */
export async function saveTask(task: TaskResponse, {body, scope}: Saved): Promise<TaskResponse> {
  try {
    const query = scope === null ? '' : `?scope=${scope}`
    const saved = await write<TaskResponse>('PATCH', `/tasks/${task.id}${query}`, {body, ifMatch: task.version})
    queryClient.setQueryData(keys.task(saved.id), saved)
    notify(`Saved: ${shown(saved.title)}.`, {label: 'Undo', run: () => void undoOf(saved)})
    return saved
  } finally {
    void queryClient.invalidateQueries({queryKey: keys.tasks})
  }
}

/** Saving does not wait for a connection as doing does: what somebody decides to save rests on what the task is now. */
export const sentenceOfSave = (error: unknown): string =>
  error instanceof ApiError && error.isOffline
    ? 'Not saved: that needs a connection. What you typed stays here; save it when you are back.'
    : sentenceOf(error)

/** What a deletion takes, of a series as far as the scope says. */
export async function removeTask(task: TaskResponse, scope: Scope | null): Promise<void> {
  try {
    const query = scope === null ? '' : `?scope=${scope}`
    await write('DELETE', `/tasks/${task.id}${query}`, {ifMatch: task.version})
    const text = scope === 'this' ? `Skipped: ${shown(task.title)}.` : `Deleted: ${shown(task.title)}.`
    notify(text, {label: 'Undo', run: () => void undoOf(task)})
  } finally {
    void queryClient.invalidateQueries({queryKey: keys.tasks})
  }
}
