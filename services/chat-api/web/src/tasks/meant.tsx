import {useQuery} from '@tanstack/react-query'
import {useMemo} from 'react'
import type {TaskListResponse} from '../../../../contracts/tasks.ts'
import {read} from '../api/client.ts'
import {Button} from '../ui/button.tsx'
import {didYouMean} from './did-you-mean.ts'
import type {Filter} from './filter.ts'

/** Enough words to guess from, in one answer. */
const MOST_TASKS = 200

/** After a search that found nothing: the words that were meant, of the first tasks that the list has without it. */
export function DidYouMean({query, onChoice}: {readonly query: Filter; readonly onChoice: (search: string) => void}) {
  const {search = '', ...rest} = query
  const {data} = useQuery({
    queryKey: ['tasks', 'words', rest],
    queryFn: async ({signal}) => read<TaskListResponse>('/tasks', {query: {...rest, limit: MOST_TASKS}, signal}),
    enabled: search !== '',
    staleTime: 0,
  })
  const meant = useMemo(
    () =>
      didYouMean(
        search,
        (data?.tasks ?? []).map(({title}) => title),
      ),
    [search, data],
  )
  if (meant === undefined) return null
  return (
    <>
      Did you mean{' '}
      <Button look="quiet" className="list-meant" onPress={() => onChoice(meant)}>
        {meant}
      </Button>
      ?
    </>
  )
}
