import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {PARTITIONS} from '../../services/domain/events/event-types.ts'
import {isAllowed} from '../charts/network-policy.ts'
import {Book} from '../support/faults/book.ts'
import {readFindings, taskProblems} from '../support/faults/compare-book.ts'
import {Load, type LoadUser, signUp} from '../support/faults/load.ts'
import {ApiProbe} from './api-probe.ts'
import {InstalledTodo5, run} from './installed-todo5.ts'
import {connectionsOf, policiesOf} from './pod-connections.ts'

const minute = 60_000
/** In the node already: `todo5 image build && todo5 image load minikube`. */
const IMAGE = process.env['TODO5_TEST_IMAGE'] ?? 'todo5:0.1.0'
/** Three accounts may be made from one address in ten seconds. */
const USERS = 3
const SCENARIO = {timeout: 30 * minute} as const
const QUIET = {timeout: 10 * minute, interval: 2000}
const REQUESTS_AT_LEAST = 500

let todo5: InstalledTodo5
let load: Load
const book = new Book()
const users: LoadUser[] = []

beforeAll(async () => {
  todo5 = await InstalledTodo5.install(IMAGE)
  for (let n = 0; n < USERS; n++) users.push(await signUp(todo5.apiUrl))
  load = new Load(todo5.apiUrl, users, book)
})
afterAll(async () => await todo5?.remove())

const completed = (): number => book.completed.length

/** Everything that was promised is there, nothing is there twice, nothing waits: now, and when one looks again. */
async function expectAllInOrder(): Promise<void> {
  await todo5.withDatabaseUrl(async (url) => {
    const ids = users.map(({userId}) => userId)
    const problems = async () => taskProblems(book, await readFindings(url, ids), {unrecorded: new Set()})
    await expect.poll(problems, QUIET).toEqual([])
    expect(await problems()).toEqual([])
  })
}

/** So many completions more, under what was done meanwhile. */
async function goOn(count: number): Promise<void> {
  const before = completed()
  await expect.poll(completed, QUIET).toBeGreaterThanOrEqual(before + count)
}

let running = false
const underLoad = async (work: () => Promise<void>): Promise<void> => {
  load.start()
  running = true
  await goOn(3)
  await work()
  await goOn(3)
  await load.stop()
  running = false
}
afterEach(async () => {
  if (running) await load.stop()
  running = false
})

test(
  'the pods of each service are deleted under a load of completions: nothing is lost or doubled',
  SCENARIO,
  async () => {
    await underLoad(async () => {
      for (const service of SERVICE_NAMES) {
        const before = await todo5.podsOf(service)
        await todo5.kubectl(['delete', 'pods', ...before, '--wait=false'])
        await todo5.rolledOut(service)
        const after = await todo5.podsOf(service)
        expect(after.filter((pod) => before.includes(pod))).toEqual([])
        await goOn(3)
      }
    })
    await expectAllInOrder()
  },
)

test('what pods connect to under load, network policies let pass', SCENARIO, async () => {
  const policies = await policiesOf(todo5.namespace)
  const seen = new Set<string>()
  const refused = new Set<string>()
  const always = SERVICE_NAMES.flatMap((name) => [`${name} > postgresql:5432`, `${name} > kafka:9092`])
  await underLoad(async () => {
    await expect
      .poll(async () => {
        for (const connection of await connectionsOf(todo5.namespace, SERVICE_NAMES)) {
          seen.add(connection.line)
          if (!isAllowed(policies, connection)) refused.add(connection.line)
        }
        return [...seen]
      }, QUIET)
      .toEqual(expect.arrayContaining([...always, 'chat-api > task-service:50002']))
  })
  console.log(`connections: ${[...seen].toSorted().join(', ')}`)
  expect([...refused]).toEqual([])
})

test('a pod that ends at once, without a word, loses and doubles nothing either', SCENARIO, async () => {
  await underLoad(async () => {
    for (const service of SERVICE_NAMES) {
      const pods = await todo5.podsOf(service)
      await todo5.kubectl(['delete', 'pods', ...pods, '--grace-period=0', '--force'])
      await todo5.rolledOut(service)
      expect((await todo5.podsOf(service)).filter((pod) => pods.includes(pod))).toEqual([])
    }
  })
  await expectAllInOrder()
})

test('a consumer with 1, 12 and 1 pods under load: nothing is lost or doubled', SCENARIO, async () => {
  const service = 'recurring-task-service'
  await underLoad(async () => {
    for (const replicas of [PARTITIONS, 1]) {
      await todo5.kubectl(['scale', `deployment/${service}`, `--replicas=${replicas}`])
      await todo5.rolledOut(service)
      await expect.poll(async () => (await todo5.podsOf(service)).length, QUIET).toBe(replicas)
      await goOn(5)
    }
  })
  await expectAllInOrder()
})

test('an upgrade keeps the data, and no request fails', SCENARIO, async () => {
  const [user] = users
  const before = await todo5.withDatabaseUrl(async (url) => await readFindings(url, [user!.userId]))
  const probe = new ApiProbe(`${todo5.apiUrl}/tasks?limit=5`, user!.apiKey)
  // The templates of all pods change, so all are replaced.
  await todo5.upgrade({logLevel: 'warn'})
  await expect.poll(() => probe.sent, QUIET).toBeGreaterThanOrEqual(REQUESTS_AT_LEAST)
  const {sent, failed, longestGapMs} = await probe.stop()
  console.log(`upgrade: ${sent} requests sent, ${failed.length} failed, longest gap ${longestGapMs} ms`)
  expect(failed).toEqual([])
  const after = await todo5.withDatabaseUrl(async (url) => await readFindings(url, [user!.userId]))
  expect(after.tasks).toEqual(before.tasks)
})

test('the only node is drained and comes back: the API is away meanwhile, nothing is lost', SCENARIO, async () => {
  const node = await run('kubectl', ['get', 'nodes', '--output=jsonpath={.items[0].metadata.name}'])
  load.start()
  running = true
  await goOn(3)
  const before = await todo5.podsOf('task-service')
  try {
    const own = ['--pod-selector', todo5.selector]
    await run('kubectl', ['drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=10m', ...own])
    expect(load.putOff.size).toBeGreaterThan(0)
  } finally {
    await run('kubectl', ['uncordon', node])
  }
  for (const service of SERVICE_NAMES) await todo5.rolledOut(service)
  await goOn(3)
  await load.stop()
  running = false
  expect(await todo5.podsOf('task-service')).not.toEqual(before)
  await expectAllInOrder()
})
