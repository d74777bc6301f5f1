import {expect, test} from 'vitest'
import {fuzzAccounts, fuzzApi} from './fuzzing.ts'

test('25,000 requests to /api/v1', async () => {
  expect((await fuzzApi({cases: 25_000})).answered).toBeGreaterThan(24_000)
})

test('1,500 requests to /api/auth', async () => {
  expect((await fuzzAccounts({cases: 1500})).answered).toBeGreaterThan(1400)
})
