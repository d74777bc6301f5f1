import {expect, test} from 'vitest'
import {Turnstile} from './turnstile.ts'

test('no more than its size at a time, in the order in which they came, also after a failure', async () => {
  const turnstile = new Turnstile(2, 100)
  const finished: number[] = []
  let running = 0
  let most = 0
  const works = Array.from({length: 20}, async (_, n) =>
    turnstile.run(async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      finished.push(n)
      if (n % 5 === 0) throw new Error(`work ${n} failed`)
    }),
  )
  const results = await Promise.allSettled(works)
  expect(most).toBe(2)
  expect(finished).toEqual(Array.from({length: 20}, (_, n) => n))
  expect(results.filter(({status}) => status === 'rejected')).toHaveLength(4)
  expect(await turnstile.run(async () => 'free again')).toBe('free again')
})

test('who comes when too many wait is sent away', async () => {
  const turnstile = new Turnstile(1, 1)
  const gate = Promise.withResolvers<void>()
  const first = turnstile.run(async () => gate.promise)
  const second = turnstile.run(async () => 'second')
  await expect(turnstile.run(async () => 'third')).rejects.toMatchObject({kind: 'unavailable', code: 'busy'})
  gate.resolve()
  await first
  expect(await second).toBe('second')
})
