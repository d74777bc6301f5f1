import {expect, test} from 'vitest'
import {MAX_RETRIES, retryDelaySeconds} from './retry-delay.ts'

test('ten retries, each after twice the time, and then none', () => {
  const delays = Array.from({length: MAX_RETRIES}, (_, index) => retryDelaySeconds(index + 1, 0))
  expect(delays).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560])
  expect(retryDelaySeconds(MAX_RETRIES + 1, 0)).toBeNull()
})

test('jitter takes off up to half of a delay and never more', () => {
  expect(retryDelaySeconds(1, 0.5)).toBe(3.75)
  expect(retryDelaySeconds(1, 0.999_999)).toBeGreaterThan(2.5)
})

test('no delay is longer than an hour', () => {
  expect(retryDelaySeconds(40, 0, 50)).toBe(3600)
})
