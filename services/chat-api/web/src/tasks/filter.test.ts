import {expect, test} from 'vitest'
import {filterOf} from './filter.ts'

test.each([
  ['', {view: 'open'}],
  ['view=done&tag=home&priority=3&search=rent', {view: 'done', tag: 'home', priority: 3, search: 'rent'}],
  ['view=nothing&tag=a b&priority=9&search=%20', {view: 'open'}],
])('%s', (address, filter) => {
  expect(filterOf(new URLSearchParams(address))).toEqual(filter)
})
