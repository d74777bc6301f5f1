import {afterAll, beforeAll, expect, test} from 'vitest'
import {failureOfLives} from './random-life.ts'
import {SeriesDriver} from './series-driver.ts'

/** While one life waits for PostgreSQL the other computes; each lane has a database of its own. */
const LANES = 2

/** Tests as many random lives, with seeds from `first` on. */
export function testLives(first: number, count: number): void {
  const drivers: SeriesDriver[] = []
  beforeAll(async () => {
    for (let n = 0; n < LANES; n++) drivers.push(await SeriesDriver.open())
  })
  afterAll(async () => {
    for (const driver of drivers) await driver.close()
  })

  test.concurrent.each(Array.from({length: LANES}, (_, lane) => lane))(
    `${count} random lives of series from seed ${first} are what a simple model says, after every step (%i)`,
    {timeout: 60_000 + count * 10_000},
    async (lane) => {
      const seeds = Array.from({length: count}, (_, n) => first + n).filter((seed) => seed % LANES === lane)
      expect(await failureOfLives(drivers[lane]!, seeds)).toBeNull()
    },
  )
}
