import {setTimeout as delay} from 'node:timers/promises'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {PARTITIONS} from '../../services/domain/events/event-types.ts'
import {lagProblems} from '../support/faults/compare-book.ts'
import {type LoadUser, signUp} from '../support/faults/load.ts'
import {type Replica, startReplica} from '../support/faults/replica.ts'
import {useFaultHost} from '../support/faults/use-fault-host.ts'
import {partitionShares} from '../support/stack/partition-shares.ts'

const minute = 60_000
const SERVICE = 'recurring-task-service'
const USERS = 16
const TASKS_OF_EACH = 5
/** Sign-ups that are refused because there were several within seconds are tried again. */
const PAUSE_MS = 2000

const host = useFaultHost()
const replicas: Replica[] = []
const users: LoadUser[] = []

beforeAll(async () => {
  users.push(...host().users)
  await Promise.all([signUpAll(), replicate(PARTITIONS - 1)])
}, 15 * minute)
afterAll(async () => {
  await Promise.all(replicas.map(async (replica) => await replica.kill9()))
})

async function signUpAll(): Promise<void> {
  const apiUrl = (await host().state()).api_url!
  while (users.length < USERS) {
    try {
      users.push(await signUp(apiUrl))
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('429'))) throw error
      await delay(PAUSE_MS)
    }
  }
}

/** So many besides that of the host. Three at a time: each start is a second of work for a processor. */
async function replicate(count: number): Promise<void> {
  let left = count - replicas.length
  const starter = async (): Promise<void> => {
    while (left-- > 0) replicas.push(await startReplica(host().target, SERVICE))
  }
  await Promise.all([starter(), starter(), starter()])
}

const shares = async (): Promise<number[] | undefined> =>
  await partitionShares(await host().brokers(), SERVICE, 'task-events')

/** Every user completes some tasks, all at the same time, as careful clients do. Their ids, when that is answered. */
async function completeSome(): Promise<number[]> {
  const done = users.map(async (user) => {
    const ids: number[] = []
    for (let n = 0; n < TASKS_OF_EACH; n++) {
      const task = await host().load.addDaily(user)
      await host().load.complete(user, task)
      ids.push(task.id)
    }
    return ids
  })
  return (await Promise.all(done)).flat()
}

/** How many tasks follow each of these, and how many were due on another day than the next one. */
const followers = async (ids: readonly number[]): Promise<{once: number; other: number; wrongDay: number}> =>
  (
    await host().sql<{once: number; other: number; wrongDay: number}>(
      `select count(*) filter (where n = 1)::int as once, count(*) filter (where n > 1)::int as other,
         count(*) filter (where n > 0 and not right_day)::int as "wrongDay"
       from (
         select done.id, count(next.due_at) as n, bool_and(next.due_at = '2036-12-02T09:00:00Z') as right_day
         from unnest($1::bigint[]) as done (id)
         left join todo.tasks as next on next.predecessor_id = done.id group by done.id
       ) as completed`,
      [ids],
    )
  )[0]!

/** Each of these is followed once, by event, also when one looks again. */
async function expectFollowedOnce(ids: readonly number[]): Promise<void> {
  const all = {once: ids.length, other: 0, wrongDay: 0}
  await expect.poll(async () => await followers(ids), {timeout: 3 * minute, interval: 200}).toEqual(all)
  await expect.poll(async () => await lagProblems(await host().brokers()), {timeout: 3 * minute}).toEqual([])
  expect(await followers(ids)).toEqual(all)
}

/** How often one of them made what no event had made. */
async function sweeps(): Promise<number> {
  const logs = await Promise.all(replicas.map(async (replica) => await replica.log()))
  return logs.join('').split('the sweep made an occurrence').length - 1
}

test('twelve replicas share twelve partitions, each has exactly one', {timeout: 5 * minute}, async () => {
  await replicate(PARTITIONS - 1)
  const one = Array.from({length: PARTITIONS}, () => 1)
  await expect.poll(shares, {timeout: 4 * minute, interval: 500}).toEqual(one)
})

test('what sixteen users complete at the same time is followed exactly once', {timeout: 8 * minute}, async () => {
  const before = await sweeps()
  const ids = await completeSome()
  expect(new Set(ids).size).toBe(USERS * TASKS_OF_EACH)
  await expectFollowedOnce(ids)
  expect(await sweeps()).toBe(before)
})

test('half of the twelve are killed meanwhile: still exactly once', {timeout: 15 * minute}, async () => {
  await replicate(PARTITIONS - 1)
  const completing = completeSome()
  await Promise.all(replicas.splice(0, PARTITIONS / 2).map(async (replica) => await replica.kill9()))
  await expectFollowedOnce(await completing)
  await expect.poll(shares, {timeout: 2 * minute, interval: 500}).toEqual([2, 2, 2, 2, 2, 2])
})

test('those that are left stop in order, and the one of the host has all', {timeout: 10 * minute}, async () => {
  await replicate(PARTITIONS / 2 - 1)
  await Promise.all(replicas.splice(0).map(async (replica) => await replica.stop()))
  await expect.poll(shares, {timeout: 2 * minute, interval: 500}).toEqual([PARTITIONS])
  await expectFollowedOnce(await completeSome())
})
