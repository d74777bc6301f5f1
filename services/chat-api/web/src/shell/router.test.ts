import {expect, test} from 'vitest'
import {type Route, matchRoute} from './router.ts'

const route = (path: string): Route => ({path, place: 'list', title: path, page: undefined as unknown as Route['page']})
const routes = ['/', '/all', '/tasks/:id', '/settings/account'].map(route)

test.each([
  ['/', '/', {}],
  ['/all', '/all', {}],
  ['/all/', '/all', {}],
  ['/tasks/7', '/tasks/:id', {id: '7'}],
  ['/settings/account', '/settings/account', {}],
  ['/tasks/', undefined, undefined],
  ['/tasks/7/edit', undefined, undefined],
  ['/nowhere', undefined, undefined],
])('%s leads to %s', (path, pattern, params) => {
  const match = matchRoute(routes, path)
  expect([match?.route.path, match?.params]).toEqual([pattern, params])
})
