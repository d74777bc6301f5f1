import {randomUUID} from 'node:crypto'
import {rename} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {TOPICS} from '../../services/domain/events/event-types.ts'
import {RECOVERS_WITHIN_MS} from '../support/faults/fault-host.ts'
import {readTopic, withAdmin} from '../support/faults/topics.ts'
import {FAULT_TEST, useFaultHost} from '../support/faults/use-fault-host.ts'

const minute = 60_000

const host = useFaultHost()

test('Kafka stopped for a minute: reminders come within 30 s, everything else in the end', FAULT_TEST, async () => {
  const outcome = await host().survive({'kafka stopped for 60 s': async () => await host().keepDown('kafka', minute)})
  expect(outcome.slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
  expect(outcome.latestReminderMs).toBeLessThanOrEqual(30_000)
  expect(outcome.mailsTwice).toBe(0)
})

test("the scheduler's data wiped: no reminder is lost, none is later than 30 s", FAULT_TEST, async () => {
  const etcd = join(host().target.hostDir, 'run', 'scheduler', 'etcd')
  const outcome = await host().survive({
    "scheduler's data wiped": async () => {
      await rename(etcd, `${etcd}.lost-${randomUUID()}`)
      await host().kill('scheduler')
    },
  })
  expect(outcome.slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
  expect(outcome.latestReminderMs).toBeLessThanOrEqual(30_000)
  expect(outcome.mailsTwice).toBe(0)
})

test('in the topics each task has its events in the order of its versions', {timeout: 5 * minute}, async () => {
  const brokers = await host().brokers()
  for (const topic of TOPICS) {
    const seen = new Set<string>()
    const versions = new Map<number, number>()
    const wrong: string[] = []
    for (const {data} of await readTopic<CloudEvent>(brokers, topic)) {
      // A second copy of an event may come at any time.
      if (seen.has(data.event_id)) continue
      seen.add(data.event_id)
      const before = versions.get(data.task_id) ?? 0
      const {task_version: version} = data.payload
      if (version < before) wrong.push(`task ${data.task_id}: ${version} after ${before}`)
      versions.set(data.task_id, version)
    }
    expect([topic, wrong]).toEqual([topic, []])
    expect(seen.size, topic).toBeGreaterThan(0)
    expect(await readTopic(brokers, `${topic}-dlq`)).toEqual([])
  }
})

interface CloudEvent {
  readonly data: {
    readonly event_id: string
    readonly task_id: number
    readonly payload: {readonly task_version: number}
  }
}

test(
  'topics deleted and made again: only what nobody had read is missing, and only from the log',
  FAULT_TEST,
  async () => {
    const outcome = await host().survive(
      {
        'topics deleted, and made again 15 s later': async () => {
          await withAdmin(await host().brokers(), async (admin) => {
            // A first try may have ended before they were made again.
            const there = await admin.listTopics()
            await admin.deleteTopics({topics: TOPICS.filter((topic) => there.includes(topic))})
          })
          // The readers look every 5 s whether their topics are there (dapr/README.md).
          await delay(15_000)
          await expect
            .poll(async () => (await host().target.todo5('topic', 'apply', '--target', 'host')).code, {timeout: minute})
            .toBe(0)
        },
      },
      {topicsLost: true},
    )
    expect(outcome.slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
    expect(outcome.mailsTwice).toBe(0)
  },
)
