import type {TcpProxy} from '../support/faults/tcp-proxy.ts'
import {randomUUID} from 'node:crypto'
import {setTimeout as delay} from 'node:timers/promises'
import {afterAll, expect, inject, test} from 'vitest'
import {partitionOf} from '../../services/domain/events/partition.ts'
import type {BookedTask} from '../support/faults/book.ts'
import {type Fault, RECOVERS_WITHIN_MS} from '../support/faults/fault-host.ts'
import {daprdBehind, startKafkaProxy} from '../support/faults/kafka-proxy.ts'
import type {LoadUser} from '../support/faults/load.ts'
import {startReplica} from '../support/faults/replica.ts'
import {membersOf, readTopic, withProducer} from '../support/faults/topics.ts'
import {FAULT_TEST, useFaultHost} from '../support/faults/use-fault-host.ts'
import {eventually} from '../support/eventually.ts'

const minute = 60_000
const CONSUMER = 'recurring-task-service'
const CUT = ['task-service', CONSUMER, 'notification-service']

const proxies = new Map<string, TcpProxy>()
// Before the host: what is asked for last ends first.
afterAll(async () => {
  for (const proxy of proxies.values()) await proxy.close()
})
const host = useFaultHost(async (target) => {
  const kafkaPort = async (): Promise<number> =>
    (await target().state())!.processes.find(({name}) => name === 'kafka')!.port!
  for (const app of CUT) proxies.set(app, await startKafkaProxy(kafkaPort))
  const ports = Object.fromEntries([...proxies].map(([app, {port}]) => [`daprd-${app}`, port]))
  return {programs: {daprd: await daprdBehind(inject('stackPrograms').daprd, ports, inject('stackRoot'))}}
})

const failures = (log: string): number => log.split('handling events failed').length - 1

/** Completed, and while its event waits in Kafka somebody locks its series: the event is tried again until that ends. */
async function retrying(user: LoadUser, behind: () => Promise<void>): Promise<() => Promise<void>> {
  const pid = await host().pidOf(CONSUMER)
  const task = await host().load.addDaily(user)
  const ill = async (): Promise<number> => (await host().log(`daprd-${CONSUMER}`)).split('un-healthy').length
  const before = {failures: failures(await host().log(CONSUMER)), ill: await ill()}
  let release: (() => Promise<void>) | undefined
  try {
    process.kill(pid, 'SIGSTOP')
    // Until then Dapr would hand out single events, which do not come with those behind them.
    await eventually('Dapr holds its events back', async () => (await ill()) > before.ill, 2 * minute)
    await host().load.complete(user, task)
    await recorded(task)
    await behind()
    release = await host().lock(
      'select 1 from todo.series s join todo.tasks t on t.series_id = s.id where t.id = $1 for update of s',
      [task.id],
    )
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  try {
    await eventually('it has failed', async () => failures(await host().log(CONSUMER)) > before.failures, 2 * minute)
  } catch (error) {
    await release()
    throw error
  }
  return release
}

/** The event of its completion is in Kafka: another consumer has it. */
const recorded = async (task: BookedTask): Promise<unknown> =>
  await eventually(
    'the completion is recorded',
    async () => {
      const wanted = `select 1 from todo.audit_logs where task_id = $1 and event_type = 'task.completed'`
      return (await host().sql(wanted, [task.id])).length > 0
    },
    2 * minute,
  )

test('a consumer that hangs for 15 s: the others go on, and it goes on where it was', FAULT_TEST, async () => {
  const outcome = await host().survive({
    [`${CONSUMER} hangs for 15 s`]: async () => {
      const pid = await host().pidOf(CONSUMER)
      process.kill(pid, 'SIGSTOP')
      try {
        const user = host().users[0]!
        const task = await host().load.addDaily(user)
        await host().load.complete(user, task)
        await recorded(task)
        await delay(15_000)
        expect(await host().sql('select 1 from todo.tasks where predecessor_id = $1', [task.id])).toEqual([])
      } finally {
        process.kill(pid, 'SIGCONT')
      }
    },
  })
  expect(outcome.slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
  expect(outcome.mailsTwice).toBe(0)
})

test(
  'a second replica comes, goes, comes and is killed while an event is retried: it has its effect once',
  FAULT_TEST,
  async () => {
    const members = async (wanted: number): Promise<void> => {
      const brokers = await host().brokers()
      await eventually(
        `${wanted} share the work`,
        async () => (await membersOf(brokers, CONSUMER)) === wanted,
        2 * minute,
      )
    }
    const outcome = await host().survive({
      'a second replica came and went while an event was retried': async () => {
        const release = await retrying(host().users[0]!, async () => undefined)
        try {
          const replica = await startReplica(host().target, CONSUMER)
          await members(2)
          await replica.stop()
          await members(1)
          const other = await startReplica(host().target, CONSUMER)
          await members(2)
          await other.kill9()
          await members(1)
        } finally {
          await release()
        }
      },
    })
    expect(outcome.slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
    expect(outcome.mailsTwice).toBe(0)
  },
)

test(
  'connections between sidecars and Kafka cut for 10 s, and silent for 10 s before they break',
  FAULT_TEST,
  async () => {
    for (const [app, {opened}] of proxies) expect(opened, app).toBeGreaterThan(0)
    const faults: Record<string, Fault> = {}
    for (const [app, proxy] of proxies) {
      faults[`connections of daprd-${app} to Kafka cut for 10 s`] = async () => {
        proxy.cut()
        await delay(10_000)
        proxy.restore()
      }
    }
    const silent = proxies.get(CONSUMER)!
    faults[`connections of daprd-${CONSUMER} to Kafka silent for 10 s, then cut`] = async () => {
      silent.silence()
      await delay(10_000)
      silent.cut()
      silent.restore()
    }
    const outcome = await host().survive(faults)
    expect(outcome.slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
    expect(outcome.mailsTwice).toBe(0)
  },
)

interface StoredLetter {
  readonly data: {
    readonly dead_letter: {readonly consumer: string; readonly code: string}
    readonly original: {readonly event_id?: string; readonly nonsense?: boolean}
  }
}

test(
  'poison behind a retry in one batch, with Kafka stopped: it is dead-lettered, what is around it is handled',
  FAULT_TEST,
  async () => {
    const user = host().users[0]!
    const brokers = await host().brokers()
    const [installation] = await host().sql<{id: string}>('select id from todo.installation')
    const poison = {event_id: randomUUID(), event_type: 'task.completed', nonsense: true}
    const value = JSON.stringify({
      specversion: '1.0',
      id: poison.event_id,
      type: poison.event_type,
      source: `urn:todo5:installation:${installation!.id}`,
      datacontenttype: 'application/json',
      data: poison,
    })
    const behind = await host().load.addDaily(user)
    const outcome = await host().survive({
      'poison behind a retry, Kafka stopped': async () => {
        const release = await retrying(user, async () => {
          const message = {key: user.userId, value, partition: partitionOf(user.userId)}
          await withProducer(
            brokers,
            async (producer) => await producer.send({topic: 'task-events', messages: [message]}),
          )
          await host().load.complete(user, behind)
          await recorded(behind)
        })
        const down = host().keepDown('kafka', 20_000)
        try {
          await eventually('Kafka is away', async () => (await host().process('kafka')).state !== 'running')
        } finally {
          await release()
          await down
        }
      },
    })
    expect(outcome.slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
    const all = (await readTopic<StoredLetter>(brokers, 'task-events-dlq')).map(({data}) => data)
    // Besides those of a first try.
    const letters = all.filter(({original}) => original.event_id === poison.event_id || !original.nonsense)
    const codes = letters.map(({dead_letter: {consumer, code}}) => `${consumer}: ${code}`)
    expect(codes.toSorted()).toEqual(['audit-service: malformed_event', `${CONSUMER}: malformed_event`])
    expect(letters.map(({original}) => original)).toEqual([poison, poison])
  },
)
