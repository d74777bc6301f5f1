import {expect, test} from 'vitest'
import {didYouMean} from './did-you-mean.ts'

const TITLES = ['Pay rent', 'Call the dentist', 'Send the invoice to the bakery', 'موعد مع الطبيب']

test.each([
  ['rnt', 'rent'],
  ['dentsit', 'dentist'],
  ['Pay Rant', 'pay rent'],
  ['invocie bakery', 'invoice bakery'],
  ['الطبيت', 'الطبيب'],
  ['rent', undefined],
  ['dent', undefined],
  ['xyzzy', undefined],
  ['rnt xyzzy', undefined],
  ['%', undefined],
  ['', undefined],
])('%s: %s', (search, meant) => {
  expect(didYouMean(search, TITLES)).toBe(meant)
})
