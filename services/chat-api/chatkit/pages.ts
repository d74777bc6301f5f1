import {DomainError} from '../../domain/errors.ts'
import type {Page} from './protocol.ts'
import type {Paging} from './request.ts'

/** A page of all that there is, which comes in the order of `desc`. Throws `page_not_found`. */
export function pageOf<T extends {readonly id: string}>(all: readonly T[], {limit, order, after}: Paging): Page<T> {
  const ordered = order === 'desc' ? all : all.toReversed()
  const place = after === undefined ? -1 : ordered.findIndex(({id}) => id === after)
  if (after !== undefined && place === -1) {
    throw new DomainError('not_found', 'page_not_found', 'What this page begins after is not there any more.', {
      hint: 'Begin with the first page.',
    })
  }
  const data = ordered.slice(place + 1, place + 1 + limit)
  const last = data.at(-1)
  const hasMore = place + 1 + limit < ordered.length
  return {data, has_more: hasMore, ...(hasMore && last && {after: last.id})}
}
