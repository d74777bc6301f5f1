import {useMemo} from 'react'
import {navigate, usePath, useSearch} from '../shell/router.ts'
import {searchOf} from '../api/client.ts'
import {type Filter, filterOf} from './filter.ts'

/** The filters as they stand in the address, so that a link and the way back keep them. */
export function useFilters() {
  const path = usePath()
  const search = useSearch().toString()
  const query = useMemo(() => filterOf(new URLSearchParams(search)), [search])
  const change = (changes: Partial<Filter>): void => {
    const {view, ...rest} = {...query, ...changes}
    navigate(path + searchOf({view: view === 'open' ? undefined : view, ...rest}), {replace: true})
  }
  const isFiltered = query.search !== undefined || query.tag !== undefined || query.priority !== undefined
  return {query, change, isFiltered}
}
