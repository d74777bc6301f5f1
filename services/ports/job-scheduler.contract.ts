import {randomUUID} from 'node:crypto'
import {afterEach, describe, expect, test} from 'vitest'
import type {Job, JobScheduler} from './job-scheduler.ts'

export interface SchedulerUnderTest {
  readonly scheduler: JobScheduler
  start(): Promise<void>
  stop(): Promise<void>
}

export interface SchedulerFixture {
  connect(): Promise<SchedulerUnderTest>
  close(): Promise<void>
  /** How early a job may come by the scheduler's nature, ms. */
  readonly earlyMs: number
}

const GENEROUS = {timeout: 40_000, interval: 20}

/** What every job scheduler promises. */
export function describeJobScheduler(name: string, open: () => Promise<SchedulerFixture>): void {
  describe(`${name} as a job scheduler`, () => {
    const closing: (() => Promise<void>)[] = []
    afterEach(async () => {
      for (const close of closing.splice(0).reverse()) await close()
    })

    const fixture = async () => {
      const opened = await open()
      closing.push(async () => opened.close())
      return opened
    }

    const running = async (from: SchedulerFixture, handle: (job: {name: string}) => Promise<void>) => {
      const client = await from.connect()
      client.scheduler.handle(handle)
      await client.start()
      closing.push(async () => client.stop())
      return client.scheduler
    }

    test('a job runs once its time has come, never before', async () => {
      const from = await fixture()
      const runs = new Map<string, number>()
      const scheduler = await running(from, async ({name}) => void runs.set(name, Date.now()))
      const jobs = [900, 300, 0, -5000].map((ms) => job(ms))
      await scheduler.schedule(jobs)
      await expect.poll(() => runs.size, GENEROUS).toBe(jobs.length)
      for (const {name, dueAt} of jobs) expect(runs.get(name)! - dueAt.getTime()).toBeGreaterThanOrEqual(-from.earlyMs)
    })

    test('scheduling a name again changes nothing, and a job that is done does not run again', async () => {
      const from = await fixture()
      const runs: string[] = []
      const scheduler = await running(from, async ({name}) => void runs.push(name))
      const first = job(200)
      await scheduler.schedule([first])
      await scheduler.schedule([{...first, dueAt: new Date(Date.now() + 3_600_000)}])
      await expect.poll(() => runs, GENEROUS).toEqual([first.name])
      const marker = job(0)
      await scheduler.schedule([marker])
      await expect.poll(() => runs, GENEROUS).toEqual([first.name, marker.name])
    })

    test('a handler that fails is called again', async () => {
      const from = await fixture()
      let calls = 0
      const scheduler = await running(from, async () => {
        calls++
        if (calls < 2) throw new Error('as the test wants it')
      })
      await scheduler.schedule([job(0)])
      await expect.poll(() => calls, GENEROUS).toBe(2)
    })

    test('a job survives the process that made it', async () => {
      const from = await fixture()
      const maker = await from.connect()
      const made = job(100)
      await maker.scheduler.schedule([made])
      const runs: string[] = []
      await running(from, async ({name}) => void runs.push(name))
      await expect.poll(() => runs, GENEROUS).toEqual([made.name])
    })
  })
}

const job = (inMs: number): Job => ({name: `test-${randomUUID()}`, dueAt: new Date(Date.now() + inMs), data: {}})
