import {afterAll, beforeAll, expect, test} from 'vitest'
import {FaultHost, RECOVERS_WITHIN_MS} from '../support/faults/fault-host.ts'
import {HostTarget} from '../support/stack/host-target.ts'

const minute = 60_000
const SERVICES = ['task-service', 'recurring-task-service', 'notification-service'] as const

let target: HostTarget
let host: FaultHost

beforeAll(async () => {
  target = await HostTarget.create()
  host = await FaultHost.start(target)
}, 10 * minute)
afterAll(async () => await target.dispose())

const killed =
  (...names: string[]) =>
  async () =>
    await host.kill(...names)
const eachKilled = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`${name} killed`, killed(name)]))

test('services killed under load: nothing lost, doubled, early or out of order', {timeout: 15 * minute}, async () => {
  const {slowestRecoveryMs} = await host.survive(eachKilled(SERVICES))
  expect(slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
})

test('sidecars killed under load: nothing lost, doubled, early or out of order', {timeout: 15 * minute}, async () => {
  const {slowestRecoveryMs, mailsTwice} = await host.survive(eachKilled(SERVICES.map((name) => `daprd-${name}`)))
  expect(slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
  expect(mailsTwice).toBe(0)
})

for (const name of ['kafka', 'scheduler']) {
  test(
    `${name} killed under load: reminders come within 30 s, all else in the end`,
    {timeout: 15 * minute},
    async () => {
      const {slowestRecoveryMs, latestReminderMs, mailsTwice} = await host.survive(eachKilled([name]))
      expect(slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
      expect(latestReminderMs).toBeLessThanOrEqual(30_000)
      expect(mailsTwice).toBe(0)
    },
  )
}

test('PostgreSQL killed under load: changes wait, nothing is lost or doubled', {timeout: 15 * minute}, async () => {
  const {slowestRecoveryMs, mailsTwice} = await host.survive(eachKilled(['postgresql']))
  expect(slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
  expect(mailsTwice).toBe(0)
})

test('everything killed in the same moment, under load', {timeout: 15 * minute}, async () => {
  const names = (await host.state()).processes.map(({name}) => name)
  const {slowestRecoveryMs} = await host.survive({'all killed': killed(...names)})
  expect(slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
})
