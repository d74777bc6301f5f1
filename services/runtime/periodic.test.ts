import {setTimeout as delay} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {quietLogger} from '../../test/support/pipeline.ts'
import {periodic} from './periodic.ts'

const WAIT = {timeout: 90_000, interval: 5}

test('what wakes it several times within the pause is done together, and no sooner', async () => {
  const starts: number[] = []
  const loop = periodic({
    name: 'gathering',
    logger: quietLogger().logger,
    idleMs: 3_600_000,
    gatherMs: 300,
    work: async () => {
      starts.push(performance.now())
      return 'idle'
    },
  })
  loop.start()
  await expect.poll(() => starts.length, WAIT).toBe(1)
  for (let n = 0; n < 5; n++) {
    loop.wake()
    await delay(10)
  }
  await expect.poll(() => starts.length, WAIT).toBeGreaterThan(1)
  // A timer may fire a millisecond early.
  expect(starts[1]! - starts[0]!).toBeGreaterThanOrEqual(299)
  await loop.stop()
})

test('stop ends the pause, whichever it is', async () => {
  const pauses = [
    {answer: 'idle', gatherMs: 0},
    {answer: 'busy', gatherMs: 3_600_000},
  ] as const
  for (const {answer, gatherMs} of pauses) {
    let runs = 0
    const loop = periodic({
      name: 'resting',
      logger: quietLogger().logger,
      idleMs: 3_600_000,
      gatherMs,
      work: async () => {
        runs++
        return answer
      },
    })
    loop.start()
    await expect.poll(() => runs, WAIT).toBeGreaterThan(0)
    await loop.stop()
    loop.wake()
    await delay(20)
    expect(runs).toBe(1)
  }
})
