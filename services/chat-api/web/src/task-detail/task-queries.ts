import {useQuery} from '@tanstack/react-query'
import type {SeriesResponse, TaskHistoryResponse} from '../../../../contracts/history.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {read} from '../api/client.ts'
import {keys} from '../api/query-keys.ts'
import {COMING_ASKED} from '../recurrence-editor/choices-of-task.ts'

export const useTask = (id: number) =>
  useQuery({queryKey: keys.task(id), queryFn: async ({signal}) => read<TaskResponse>(`/tasks/${id}`, {signal})})

/** Of a task that does not repeat nothing is asked. */
export const useSeries = (task: TaskResponse) =>
  useQuery({
    // The lists ask for less under the same name.
    queryKey: [...keys.series(task.id), 'whole'],
    enabled: task.series_id !== null,
    queryFn: async ({signal}) =>
      read<SeriesResponse>(`/tasks/${task.id}/series`, {query: {limit: 20, next: COMING_ASKED}, signal}),
  })

export const useHistory = (id: number, isShown: boolean) =>
  useQuery({
    queryKey: keys.history(id),
    enabled: isShown,
    queryFn: async ({signal}) => read<TaskHistoryResponse>(`/tasks/${id}/history`, {signal}),
  })
