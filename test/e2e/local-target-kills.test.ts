import {afterAll, beforeAll, expect, test} from 'vitest'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {isAlive} from '../../services/database/server/processes.ts'
import {processStart} from '../../services/local/process-start.ts'
import {LocalTarget} from '../support/local-target.ts'

/*
 * kill -9 in the middle of completions: of todo5, of PostgreSQL, of both. What was acknowledged is there afterwards, each
 * completed task has exactly one successor, and `up` (or todo5 itself) recovers.
 */

const SERIES = 12
let target: LocalTarget
beforeAll(async () => {
  target = await LocalTarget.create()
  await target.up()
}, 60_000)
afterAll(async () => await target.dispose())

const everything = async (): Promise<TaskResponse[]> => {
  const {tasks} = (await target.call<{tasks: TaskResponse[]}>('GET', '/tasks?view=all&limit=1000')) as {
    tasks: TaskResponse[]
  }
  return tasks
}

/** Completes one open task after the other, of all series, until told to stop; answers with what was acknowledged. */
function completeAll(tag: string): {acknowledged: Set<number>; stop: () => Promise<void>} {
  const acknowledged = new Set<number>()
  let running = true
  const worker = async (): Promise<void> => {
    while (running) {
      const open = await target.call<{tasks: TaskResponse[]}>('GET', `/tasks?tag=${tag}&limit=100`)
      if (typeof open !== 'object') continue
      for (const {id} of open.tasks) {
        if (!running) return
        const answer = await target.call('POST', `/tasks/${id}/complete`)
        if (typeof answer === 'object') acknowledged.add(id)
      }
    }
  }
  const workers = [worker(), worker()]
  return {
    acknowledged,
    stop: async () => {
      running = false
      await Promise.all(workers)
    },
  }
}

async function makeSeries(tag: string): Promise<void> {
  for (let count = 0; count < SERIES; count++) {
    const body = {
      title: `${tag} ${count}`,
      tags: [tag],
      due_at: '2030-01-01T09:00:00Z',
      recurring_pattern: 'FREQ=DAILY',
    }
    const made = await target.call<TaskResponse>('POST', '/tasks', body)
    expect(made).toMatchObject({tags: [tag]})
  }
}

/** Each series is an unbroken chain: all but its last task are completed, none has two successors. */
async function expectNothingLostOrDoubled(tag: string, acknowledged: ReadonlySet<number>): Promise<void> {
  const inSeries = async () => (await everything()).filter((task) => task.tags.includes(tag))
  // The sweep takes up what a kill interrupted; it looks a minute back, the queue does not wait that long.
  await expect
    .poll(async () => (await inSeries()).filter((task) => task.completed_at === null).length, {
      timeout: 90_000,
      interval: 250,
    })
    .toBe(SERIES)
  const tasks = await inSeries()
  for (const id of acknowledged) expect(tasks.find((task) => task.id === id)?.completed_at).not.toBeNull()
  const predecessors = tasks.map((task) => task.predecessor_id).filter((id) => id !== null)
  expect(new Set(predecessors).size).toBe(predecessors.length)
  expect(new Set(tasks.map((task) => `${task.series_id} ${task.occurrence_at}`)).size).toBe(tasks.length)
  const completed = tasks.filter((task) => task.completed_at !== null)
  expect(new Set(predecessors)).toEqual(new Set(completed.map((task) => task.id)))
}

async function killDuring(tag: string, kill: () => Promise<void> | void): Promise<ReadonlySet<number>> {
  await makeSeries(tag)
  const load = completeAll(tag)
  await expect.poll(() => load.acknowledged.size, {timeout: 90_000, interval: 5}).toBeGreaterThan(SERIES)
  try {
    await kill()
  } finally {
    await load.stop()
  }
  return load.acknowledged
}

test('of todo5: PostgreSQL is recognised as left behind, up starts anew', {timeout: 300_000}, async () => {
  const before = await target.state()
  const acknowledged = await killDuring('todo5', async () => {
    process.kill(before.pid, 'SIGKILL')
    await expect.poll(() => isAlive(before.postgres!.pid!)).toBe(true)
  })
  const status = await target.todo5('status', '--json')
  expect(status.code).toBe(4)
  expect(JSON.parse(status.stdout)).toMatchObject({
    state: 'left_behind',
    processes: [{name: 'postgresql', state: 'left_behind'}],
  })
  const up = await target.up()
  expect(up.already_running).toBe(false)
  expect(await processStart(before.postgres!.pid!)).toBeUndefined()
  await expectNothingLostOrDoubled('todo5', acknowledged)
})

test('of PostgreSQL: todo5 starts it again by itself', {timeout: 300_000}, async () => {
  const before = await target.state()
  const acknowledged = await killDuring(
    'postgresql',
    async () => process.kill(before.postgres!.pid!, 'SIGKILL') as never,
  )
  // up finds it ill, waits until it is well, and has nothing to do.
  expect(await target.up()).toMatchObject({already_running: true, pid: before.pid})
  const after = await target.state()
  expect(after.pid).toBe(before.pid)
  expect(after.postgres!.pid).not.toBe(before.postgres!.pid)
  await expectNothingLostOrDoubled('postgresql', acknowledged)
})

test('of both: up recovers', {timeout: 300_000}, async () => {
  const before = await target.state()
  const acknowledged = await killDuring('both', async () => {
    process.kill(before.postgres!.pid!, 'SIGKILL')
    process.kill(before.pid, 'SIGKILL')
    await expect.poll(async () => await processStart(before.pid)).toBeUndefined()
  })
  const up = await target.up()
  expect(up.already_running).toBe(false)
  await expectNothingLostOrDoubled('both', acknowledged)
  // Everything of the three tests is still there, and ends in order.
  expect((await everything()).filter((task) => task.completed_at === null)).toHaveLength(3 * SERIES)
  await target.json('down')
  expect(await target.remains()).toEqual([])
})
