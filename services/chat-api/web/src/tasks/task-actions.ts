import type {z} from 'zod'
import type {ProfileResponse} from '../../../../contracts/account.ts'
import type {SkipTaskResponse} from '../../../../contracts/skip-task.ts'
import type {CompleteTaskResponse, TaskResponse, createTaskRequest} from '../../../../contracts/tasks.ts'
import type {UndoListResponse, UndoResponse} from '../../../../contracts/undo.ts'
import {ApiError, sentenceOf} from '../api/api-error.ts'
import {newKey, read, write} from '../api/client.ts'
import {changeStore} from '../api/device-store.ts'
import {type Change, Outbox} from '../api/outbox.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {dueDate} from '../time/day-words.ts'
import {announce} from '../ui/announcer.ts'
import {notify} from '../ui/notices.ts'
import {changedMeanwhile} from './changed-meanwhile.ts'
import {heldRow, holdRow} from './held-rows.ts'
import {forgetTask, showTask} from './task-cache.ts'

/** The next occurrence is there within 50 ms; more than this is worth a second look. */
const WAIT_SECONDS = 5
/** How long a row is struck before it shows what follows, and how long that stays in its place, ms. */
const STRUCK_MS = 2000
const NEXT_MS = 6000

/** As it is sent: instants are text. */
export type NewTask = z.input<typeof createTaskRequest>

/** What any change answers: tasks as they are now. */
type Answer = Partial<CompleteTaskResponse> & Partial<SkipTaskResponse> & Partial<UndoResponse> & Partial<TaskResponse>

export const outbox = new Outbox({
  store: changeStore,
  send: async ({method, path, body, key, ifMatch, wait}) =>
    write(method, path, {key, body, ifMatch, ...(wait === undefined ? {} : {wait})}),
  onAnswer: (change, value) => showAnswer(change, value as Answer | undefined),
  onRefusal: (change, error) => notify(`${change.label}: ${sentenceOf(error)}`),
})

function showAnswer(change: Change, value: Answer | undefined): void {
  const tasks = [value?.completed, value?.next, ...(value?.skipped ?? []), ...(value?.tasks ?? [])]
  for (const task of tasks) if (task) showTask(task)
  for (const id of value?.removed_task_ids ?? []) forgetTask(id)
  if (value?.version !== undefined) showTask(value as TaskResponse)
  if (change.method === 'DELETE' && change.taskId !== null) forgetTask(change.taskId)
}

const profile = (): ProfileResponse | undefined => queryClient.getQueryData<ProfileResponse>(keys.profile)
const zone = (): string => profile()?.time_zone ?? 'UTC'

export const change = (fields: Omit<Change, 'key' | 'userId'>): Change => ({
  key: newKey(),
  userId: profile()?.user_id ?? '',
  ...fields,
})

export const inQuotes = (title: string): string => (title.length > 60 ? `${title.slice(0, 59)}…` : title)

/** Adds a task; rejects with an ApiError when the API refuses it. Without a connection it waits. */
export async function addTask(body: NewTask): Promise<TaskResponse> {
  const label = `Add ${inQuotes(body.title)}`
  const task = (await outbox.submit(
    change({method: 'POST', path: '/tasks', body, taskId: null, label}),
  )) as TaskResponse
  return task
}

type Close = 'complete' | 'skip'
const VERBS = {complete: 'Done', skip: 'Skipped'} as const

/** Completes or skips: the row is struck at once, and becomes the next occurrence when there is one. */
export async function closeTask(
  task: TaskResponse,
  close: Close,
  ifMatch: number | undefined = task.version,
): Promise<void> {
  const verb = VERBS[close]
  holdRow(task.id, {original: task, shown: task, phase: 'closing', verb})
  const struck = new Promise((resolve) => setTimeout(resolve, STRUCK_MS))
  try {
    const label = `${verb}: ${inQuotes(task.title)}`
    const sent = change({
      method: 'POST',
      path: `/tasks/${task.id}/${close}`,
      ...(close === 'skip' ? {body: {}} : {}),
      ifMatch,
      wait: WAIT_SECONDS,
      taskId: task.id,
      label,
    })
    const {next = null} = (await outbox.submit(sent)) as Answer
    const then = next?.due_at
      ? ` Next: ${dueDate({at: Date.parse(next.due_at), hasTime: next.due_has_time}, zone(), Date.now())}.`
      : ''
    notify(`${verb}: ${inQuotes(task.title)}.${then}`, {label: 'Undo', run: () => void undoOf(task)})
    await struck
    if (heldRow(task.id)?.phase !== 'closing') return
    if (!next) return holdRow(task.id, undefined)
    holdRow(task.id, {original: task, shown: next, phase: 'next', verb})
    setTimeout(() => {
      if (heldRow(task.id)?.phase === 'next') holdRow(task.id, undefined)
    }, NEXT_MS)
  } catch (error) {
    holdRow(task.id, {original: task, shown: task, phase: 'failed', verb, problem: problemOf(error, task, close)})
    announce(sentenceOf(error))
  }
}

function problemOf(error: unknown, task: TaskResponse, close: Close) {
  const release = (): void => holdRow(task.id, undefined)
  const current =
    error instanceof ApiError && error.status === 412 ? (error.problem?.current as TaskResponse | undefined) : undefined
  if (current) {
    const difference = changedMeanwhile(task, current, zone(), Date.now())
    return {
      text: `Changed in another window: ${difference}.`,
      choices: [
        {
          label: close === 'complete' ? 'Complete it all the same' : 'Skip it all the same',
          run: () => void closeTask(current, close),
        },
        {
          label: 'Leave it open',
          run: () => {
            release()
            showTask(current)
          },
        },
      ],
    }
  }
  return {
    text: sentenceOf(error),
    choices: [
      {label: 'Try again', run: () => void closeTask(task, close)},
      {label: 'Leave it', run: release},
    ],
  }
}

/** Takes back the last change of a task that can be taken back. */
export async function undoOf({id, title}: Pick<TaskResponse, 'id' | 'title'>): Promise<void> {
  await asNotice(async () => {
    const {changes} = await read<UndoListResponse>('/undo', {query: {task_id: id}})
    const [last] = changes
    if (!last) return notify('There is nothing to undo any more.')
    await undo(last.id)
    holdRow(id, undefined)
    notify(`${inQuotes(title)} is as it was.`)
  })
}

/** Takes back the last change of all. */
export async function undoLast(): Promise<void> {
  await asNotice(async () => {
    const {undone} = await undo()
    for (const id of undone.task_ids) holdRow(id, undefined)
    notify(`${inQuotes(undone.title)} is as it was.`)
  })
}

async function undo(id?: number): Promise<UndoResponse> {
  const body = id === undefined ? {} : {id}
  return (await outbox.submit(
    change({method: 'POST', path: '/undo', body, taskId: null, label: 'Undo'}),
  )) as UndoResponse
}

async function asNotice(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    notify(sentenceOf(error))
  }
}

/** Deletes; of a series this occurrence and what follows, which Undo brings back. */
export async function deleteTask(task: TaskResponse): Promise<void> {
  await asNotice(async () => {
    const scope = task.series_id === null ? '' : '?scope=following'
    await outbox.submit(
      change({
        method: 'DELETE',
        path: `/tasks/${task.id}${scope}`,
        ifMatch: task.version,
        taskId: task.id,
        label: `Delete ${inQuotes(task.title)}`,
      }),
    )
    notify(`Deleted: ${inQuotes(task.title)}.`, {label: 'Undo', run: () => void undoOf(task)})
  })
}

/** Reminds again in so many seconds. */
export async function snoozeTask(task: TaskResponse, seconds: number, words: string): Promise<void> {
  await asNotice(async () => {
    const path = `/tasks/${task.id}/snooze`
    const label = `Snooze ${inQuotes(task.title)}`
    await outbox.submit(change({method: 'POST', path, body: {for_seconds: seconds}, taskId: task.id, label}))
    notify(`${inQuotes(task.title)}: reminder in ${words}.`, {label: 'Undo', run: () => void undoOf(task)})
  })
}

/** Changes single fields of a task. */
export async function editTask(task: TaskResponse, body: Partial<NewTask>, said: string): Promise<void> {
  await asNotice(async () => {
    const path = `/tasks/${task.id}`
    const label = `Change ${inQuotes(task.title)}`
    await outbox.submit(change({method: 'PATCH', path, body, ifMatch: task.version, taskId: task.id, label}))
    notify(said, {label: 'Undo', run: () => void undoOf(task)})
  })
}
