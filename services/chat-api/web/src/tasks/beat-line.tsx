import './beat-line.css'
import {useQuery} from '@tanstack/react-query'
import type {SeriesResponse} from '../../../../contracts/history.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {read} from '../api/client.ts'
import {keys} from '../api/query-keys.ts'
import {beatWords, beatsOf} from './beats.ts'
import {useNow} from './use-now.ts'

/** How a series has gone and goes on: ten marks, and the same in words for those who do not see them. */
export function BeatLine({task, zone}: {readonly task: TaskResponse; readonly zone: string}) {
  const now = useNow()
  const {data} = useSeries(task.id)
  // Its place is kept, so that nothing moves when it comes.
  if (!data) return <span className="beats" aria-hidden />
  return (
    <span className="beats" role="img" aria-label={beatWords(data, zone, now)}>
      {beatsOf(data).map((beat, place) => (
        // oxlint-disable-next-line react/no-array-index-key -- a mark is its place
        <span key={place} className={`beat beat-${beat}`} />
      ))}
    </span>
  )
}

/** The life of the series of a task; read again when one of its tasks changes. */
export const useSeries = (taskId: number) =>
  useQuery({
    queryKey: keys.series(taskId),
    queryFn: async ({signal}) => read<SeriesResponse>(`/tasks/${taskId}/series`, {query: {limit: 10, next: 5}, signal}),
    staleTime: Infinity,
  })
