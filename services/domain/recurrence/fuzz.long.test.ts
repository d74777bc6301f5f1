import {expect, it} from 'vitest'
import {compileRecurrence} from './index.ts'
import {fuzz, fuzzedTexts} from './testing/fuzz.ts'

it('refuses or compiles each of 100,000 odd texts within 1 ms, with room for a busy machine', () => {
  const start = Date.UTC(2026, 10, 20, 17)
  const result = fuzz(fuzzedTexts(3, 100_000), (rule) => compileRecurrence({rule, start}))
  expect(result.faults).toEqual([])
  expect(result.accepted).toBeGreaterThan(5_000)
  expect(result.slowest.duration, result.slowest.text).toBeLessThan(1000)
})
