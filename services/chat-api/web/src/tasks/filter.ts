import type {ListQuery} from './task-order.ts'

export type Filter = Omit<ListQuery, 'due_from' | 'due_until'>

export const VIEWS: readonly {readonly value: ListQuery['view']; readonly label: string}[] = [
  {value: 'open', label: 'Open'},
  {value: 'overdue', label: 'Overdue'},
  {value: 'upcoming', label: 'To come'},
  {value: 'recurring', label: 'Repeating'},
  {value: 'done', label: 'Done'},
  {value: 'all', label: 'Everything'},
]

/** The filters of an address; what the API would refuse is as if it were not there. */
export function filterOf(search: URLSearchParams): Filter {
  const view = VIEWS.find(({value}) => value === search.get('view'))?.value ?? 'open'
  const text = search.get('search')?.trim().slice(0, 200) ?? ''
  const tag = search.get('tag') ?? ''
  const priority = search.get('priority') ?? ''
  return {
    view,
    ...(text === '' ? {} : {search: text}),
    ...(/^[\p{L}\p{N}_-]{1,50}$/u.test(tag) ? {tag} : {}),
    ...(/^[0-3]$/u.test(priority) ? {priority: Number(priority)} : {}),
  }
}
