import {useInfiniteQuery} from '@tanstack/react-query'
import {useMemo, useSyncExternalStore} from 'react'
import type {TaskListResponse, TaskResponse} from '../../../../contracts/tasks.ts'
import {read} from '../api/client.ts'
import {keys} from '../api/query-keys.ts'
import {outbox} from './task-actions.ts'
import type {ListQuery} from './task-order.ts'

const FIRST_PAGE = 50
/** Whoever scrolls past the first page scrolls on. */
const LATER_PAGES = 200

/** A list by pages; live events keep it right, so that it is not read again by itself. */
export function useTaskList(query: ListQuery) {
  const list = useInfiniteQuery({
    queryKey: keys.list(query),
    queryFn: async ({pageParam, signal}) =>
      read<TaskListResponse>('/tasks', {
        query: {...query, limit: pageParam === undefined ? FIRST_PAGE : LATER_PAGES, cursor: pageParam},
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({next_cursor: next}) => next ?? undefined,
    staleTime: Infinity,
    placeholderData: undefined,
  })
  const {data} = list
  const tasks = useMemo<readonly TaskResponse[]>(() => data?.pages.flatMap((page) => page.tasks) ?? [], [data])
  return {...list, tasks}
}

/** The tasks of which a change waits for a connection. */
export function useWaitingTasks(): ReadonlySet<number> {
  const {waiting, isOffline} = useSyncExternalStore(
    (changed) => outbox.subscribe(changed),
    () => outbox.state,
  )
  return useMemo(
    () => new Set(isOffline ? waiting.flatMap(({taskId}) => (taskId === null ? [] : [taskId])) : []),
    [waiting, isOffline],
  )
}
