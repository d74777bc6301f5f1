import type {InfiniteData, Query} from '@tanstack/react-query'
import type {TaskListResponse, TaskResponse} from '../../../../contracts/tasks.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {placeTask, removeTask} from './place-task.ts'
import type {ListQuery} from './task-order.ts'

type TaskList = InfiniteData<TaskListResponse, string | undefined>

/** Every list that was read. */
const LISTS = ['tasks', 'list']

/** What went while this page stands, until it comes back, as by an undo. */
const gone = new Set<number>()
export const isGone = (id: number): boolean => gone.has(id)

/** Puts a task as it is now into every list that was read, without reading them again. */
export function showTask(task: TaskResponse): void {
  const now = Date.now()
  gone.delete(task.id)
  changeLists((list, query) => placeTask(list, query, task, now))
  queryClient.setQueryData<TaskResponse>(keys.task(task.id), (known) =>
    known && known.version > task.version ? known : task,
  )
  for (const key of [keys.history(task.id), keys.reminders(task.id), keys.series(task.id)])
    void queryClient.invalidateQueries({queryKey: key})
}

/** A task that is not there any more. */
export function forgetTask(id: number): void {
  gone.add(id)
  changeLists((list) => removeTask(list, id))
  queryClient.removeQueries({queryKey: keys.task(id)})
}

/** Reads everything that is shown again, as after a time without live events. */
export const readAgain = async (): Promise<void> => queryClient.invalidateQueries({queryKey: keys.tasks})

function changeLists(change: (list: TaskList, query: ListQuery) => TaskList): void {
  for (const query of queryClient.getQueryCache().findAll({queryKey: LISTS})) {
    const {data, isInvalidated, fetchStatus} = query.state
    const list = data as TaskList | undefined
    const changed = list && change(list, query.queryKey[2] as ListQuery)
    if (changed !== list) queryClient.setQueryData(query.queryKey, changed)
    // One task is as it is now; whatever else was missed is to be read all the same.
    if (isInvalidated) query.invalidate()
    if (fetchStatus === 'fetching') void readOnceMore(query)
  }
}

const awaited = new Set<string>()

/** The answer that is on its way may be older than what the list was told meanwhile. */
async function readOnceMore({queryKey, queryHash, state}: Query): Promise<void> {
  const again = {queryKey, exact: true}
  if (state.data !== undefined) return queryClient.refetchQueries(again)
  // The first answer cannot be called off.
  if (awaited.has(queryHash)) return
  awaited.add(queryHash)
  await queryClient.refetchQueries(again)
  awaited.delete(queryHash)
  await queryClient.refetchQueries(again)
}

/** The version in which a task is known; 0 when it is not. */
export function knownVersion(id: number): number {
  const versions = [queryClient.getQueryData<TaskResponse>(keys.task(id))?.version ?? 0]
  for (const {state} of queryClient.getQueryCache().findAll({queryKey: LISTS})) {
    const list = state.data as TaskList | undefined
    for (const {tasks} of list?.pages ?? []) for (const task of tasks) if (task.id === id) versions.push(task.version)
  }
  return Math.max(...versions)
}

/** A task as some list, or its own page, has it. */
export function knownTask(id: number): TaskResponse | undefined {
  for (const {state} of queryClient.getQueryCache().findAll({queryKey: LISTS})) {
    const list = state.data as TaskList | undefined
    for (const {tasks} of list?.pages ?? []) for (const task of tasks) if (task.id === id) return task
  }
  return queryClient.getQueryData<TaskResponse>(keys.task(id))
}
