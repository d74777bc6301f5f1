import {expect, test} from 'vitest'
import {fuzzAccounts, fuzzApi} from './fuzzing.ts'

test('12,000 requests to /api/v1', async () => {
  expect((await fuzzApi({cases: 12_000})).answered).toBeGreaterThan(11_500)
})

test('1,000 requests to /api/auth', async () => {
  expect((await fuzzAccounts({cases: 1000})).answered).toBeGreaterThan(900)
})
