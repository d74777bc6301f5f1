import {expect, test} from 'vitest'
import {RECOVERS_WITHIN_MS} from '../support/faults/fault-host.ts'
import {FAULT_TEST, useFaultHost} from '../support/faults/use-fault-host.ts'

const SERVICES = ['task-service', 'recurring-task-service', 'notification-service'] as const

const host = useFaultHost()

const killed =
  (...names: string[]) =>
  async () =>
    await host().kill(...names)
const eachKilled = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`${name} killed`, killed(name)]))

test('services killed under load: nothing lost, doubled, early or out of order', FAULT_TEST, async () => {
  const {slowestRecoveryMs} = await host().survive(eachKilled(SERVICES))
  expect(slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
})

test('sidecars killed under load: nothing lost, doubled, early or out of order', FAULT_TEST, async () => {
  const {slowestRecoveryMs, mailsTwice} = await host().survive(eachKilled(SERVICES.map((name) => `daprd-${name}`)))
  expect(slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
  expect(mailsTwice).toBe(0)
})

for (const name of ['kafka', 'scheduler']) {
  test(`${name} killed under load: reminders come within 30 s, all else in the end`, FAULT_TEST, async () => {
    const {slowestRecoveryMs, latestReminderMs, mailsTwice} = await host().survive(eachKilled([name]))
    expect(slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
    expect(latestReminderMs).toBeLessThanOrEqual(30_000)
    expect(mailsTwice).toBe(0)
  })
}

test('PostgreSQL killed under load: changes wait, nothing is lost or doubled', FAULT_TEST, async () => {
  const {slowestRecoveryMs, mailsTwice} = await host().survive(eachKilled(['postgresql']))
  expect(slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
  expect(mailsTwice).toBe(0)
})

test('everything killed in the same moment, under load', FAULT_TEST, async () => {
  const names = (await host().state()).processes.map(({name}) => name)
  const {slowestRecoveryMs} = await host().survive({'all killed': killed(...names)})
  expect(slowestRecoveryMs).toBeLessThanOrEqual(RECOVERS_WITHIN_MS)
})
