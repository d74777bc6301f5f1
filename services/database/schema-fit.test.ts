import {expect, test} from 'vitest'
import {schemaFit} from './schema-fit.ts'

const applied = [
  {name: '001', oldest_application: '0.1.0'},
  {name: '002', oldest_application: '0.1.0'},
  {name: '003', oldest_application: '1.2.0'},
  {name: '004', oldest_application: '1.4.0'},
]
const brought = (...names: string[]) => names.map((name) => ({name}))

test.each([
  ['all of it', '1.4.0', ['001', '002', '003', '004'], {missing: [], tooNew: undefined, backTo: undefined}],
  ['newer ones that only add', '1.4.0', ['001'], {missing: [], tooNew: undefined, backTo: undefined}],
  ['what this version brings is not there', '2.0.0', ['004', '005'], {missing: ['005'], tooNew: undefined}],
  ['the newest takes something away', '1.3.9', ['001'], {missing: [], tooNew: applied[3], backTo: '003'}],
  ['the first of two that do', '1.1.0-rc1', ['001'], {missing: [], tooNew: applied[2], backTo: '002'}],
  ['older than anything', '0.0.9', ['001'], {missing: [], tooNew: applied[0], backTo: '0'}],
])('%s', (_, version, names, fit) => {
  expect(schemaFit(applied, version, brought(...names))).toMatchObject(fit)
})
