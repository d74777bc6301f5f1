import {randomUUID} from 'node:crypto'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {z} from 'zod'
import type {ResetPlan} from '../../cli/operations/consumers/reset-consumer.ts'
import type {ConsumerSummary} from '../../cli/operations/consumers/summarize.ts'
import type {batchOperation, BatchResponse} from '../../services/contracts/batch.ts'
import {lagProblems, withDatabase} from '../support/faults/compare-book.ts'
import {type LoadUser, signUp} from '../support/faults/load.ts'
import {HostTarget} from '../support/stack/host-target.ts'
import {eventually} from '../support/eventually.ts'

const minute = 60_000
const GROUPS = ['audit-service', 'notification-service', 'recurring-task-service'] as const
const USERS = 3
const BATCH = 30
const BATCHES_OF_EACH = 19
const TASKS = USERS * BATCHES_OF_EACH * BATCH
/** Created and reminding, completed and no longer reminding, followed by one that is created and reminds. */
const EVENTS = TASKS * 6
/** All that is changed by events; instants of the inbox differ, of course. */
const TABLES = ['tasks', 'series', 'reminders', 'reminder_deliveries', 'audit_logs', 'undo_log', 'idempotency_keys']

let host: HostTarget
let users: LoadUser[]
/** ms, UTC: before the first and after the last of the many events. */
const filled = {from: 0, to: 0}

beforeAll(async () => {
  host = await HostTarget.create()
  await host.bringUp()
  const apiUrl = (await host.state())!.api_url!
  users = []
  for (let n = 0; n < USERS; n++) users.push(await signUp(apiUrl))
}, 15 * minute)
afterAll(async () => await host.dispose())

async function sql<T extends object>(text: string, parameters: unknown[] = []): Promise<T[]> {
  const {database_url: url} = (await host.state())!
  return await withDatabase(url!, async (client) => (await client.query<T>(text, parameters)).rows)
}

/** As a careful client on a busy machine: repeated under its key until it is answered. */
async function batch(user: LoadUser, operations: z.input<typeof batchOperation>[]): Promise<BatchResponse['results']> {
  const key = randomUUID()
  const url = `${(await host.state())!.api_url!}/tasks/batch`
  return await eventually(
    'a batch is answered',
    async () => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {'x-api-key': user.apiKey, 'content-type': 'application/json', 'idempotency-key': key},
        body: JSON.stringify({atomic: true, operations}),
      })
      if (!answer.ok) throw new Error(`the batch was answered with ${answer.status}: ${await answer.text()}`)
      return ((await answer.json()) as BatchResponse).results
    },
    5 * minute,
  )
}

/**
 * Tasks of years from now, each completed once. Those of the first batch are of today, and completed before their reminder
 * comes, in 40 minutes: within the hour, so that its event wakes somebody.
 */
async function fill(user: LoadUser): Promise<void> {
  for (let n = 0; n < BATCHES_OF_EACH; n++) {
    const dueAt =
      n > 0 ? '2036-12-01T09:00:00Z' : new Date(Date.now() + 100 * minute).toISOString().replace(/\.\d+/u, '')
    const task = {title: 'Again', due_at: dueAt, recurring_pattern: 'daily'}
    const made = await batch(
      user,
      Array.from({length: BATCH}, () => ({op: 'create' as const, task})),
    )
    await batch(
      user,
      made.map(({id}) => ({op: 'complete' as const, id: id!})),
    )
  }
}

const consumers = async (): Promise<ConsumerSummary[]> =>
  (await host.json<{consumers: ConsumerSummary[]}>('consumer', 'list')).consumers

/** Everything is published, and everybody has acknowledged everything. */
async function untilQuiet(): Promise<void> {
  const patience = {timeout: 6 * minute, interval: 1000}
  await expect.poll(async () => await sql('select topic from todo.outbox limit 1'), patience).toEqual([])
  const brokers = (await host.state())!.kafka_brokers!
  await expect.poll(async () => await lagProblems(brokers), patience).toEqual([])
}

/** Every row of every table, as a number and a sum that differs when one of them does. */
async function snapshot(): Promise<Record<string, {rows: number; sum: string}>> {
  const found: Record<string, {rows: number; sum: string}> = {}
  for (const table of TABLES) {
    const [row] = await sql<{rows: number; sum: string}>(
      `select count(*)::int as rows, md5(string_agg(row, '' order by row)) as sum
       from (select md5(t::text) as row from todo.${table} t) as all_rows`,
    )
    found[table] = row!
  }
  return found
}

/** How many events each has noted, and when the last of them was. */
const inbox = async (): Promise<Record<string, {rows: number; last: string}>> =>
  Object.fromEntries(
    (
      await sql<{consumer: string; rows: number; last: string}>(
        `select consumer, count(*)::int as rows, max(handled_at)::text as last from todo.inbox
         where consumer = any ($1) group by consumer`,
        [GROUPS],
      )
    ).map(({consumer, ...facts}) => [consumer, facts]),
  )

const only = (services: readonly string[]): string[] => services.flatMap((service) => ['--only', service])
const reset = async (group: string, ...line: string[]): Promise<ResetPlan> =>
  await host.json('consumer', 'reset', group, ...line)

test('a day of 10,000 events comes again, and nothing changes twice', {timeout: 20 * minute}, async () => {
  filled.from = Date.now()
  await Promise.all(users.map(fill))
  filled.to = Date.now()
  await untilQuiet()
  const [before, noted] = [await snapshot(), await inbox()]
  expect(before['audit_logs']!.rows).toBe(EVENTS)
  expect(EVENTS).toBeGreaterThan(10_000)

  const refused = await host.todo5('consumer', 'reset', 'audit-service', '--to-datetime', '1d', '--yes')
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('[consumer_active, exit 4]')])
  expect(refused.stderr).toContain('todo5 down host --only audit-service')
  await host.json('down', 'host', ...only(GROUPS))

  const sizes = {'audit-service': EVENTS, 'notification-service': TASKS * 3, 'recurring-task-service': TASKS * 3}
  for (const group of GROUPS) {
    const expected = {events_again: sizes[group], events_skipped: 0, inbox_rows: noted[group]!.rows}
    expect(await reset(group, '--to-datetime', '1d', '--dry-run')).toMatchObject({...expected, dry_run: true})
    expect(await reset(group, '--to-datetime', '1d', '--yes')).toMatchObject({...expected, dry_run: false})
  }
  expect(await inbox()).toEqual({})
  const asked = Date.now()
  const waiting = await consumers()
  for (const {group, topic, lag, lag_seconds: seconds, members} of waiting) {
    expect([group, topic, lag > 0, members]).toEqual([group, topic, topic !== 'task-updates', 0])
    if (lag === 0) continue
    expect(seconds).toBeGreaterThan((asked - filled.to) / 1000)
    expect(seconds).toBeLessThan((Date.now() - filled.from) / 1000)
  }
  const ofAudit = waiting.filter(({group}) => group === 'audit-service')
  expect(ofAudit.reduce((sum, {lag}) => sum + lag, 0)).toBe(EVENTS)

  await host.json('up', 'host', ...only(GROUPS))
  await untilQuiet()
  const again = await inbox()
  for (const group of GROUPS) {
    expect(again[group]!.rows, `handled again by ${group}`).toBe(noted[group]!.rows)
    expect(again[group]!.last > noted[group]!.last).toBe(true)
  }
  expect(await snapshot()).toEqual(before)
})

test('with --keep-inbox what was handled is not handled again', {timeout: 10 * minute}, async () => {
  const group = 'recurring-task-service'
  const [before, noted] = [await snapshot(), await inbox()]
  await host.json('down', 'host', '--only', group)
  const plan = await reset(group, '--to-earliest', '--keep-inbox', '--yes')
  expect(plan).toMatchObject({events_again: TASKS * 3, inbox_rows: null})
  await host.json('up', 'host', '--only', group)
  await untilQuiet()
  expect(await inbox()).toEqual(noted)
  expect(await snapshot()).toEqual(before)
})

test(
  'what waits is seen in a list, watched, and by Prometheus; and can be skipped',
  {timeout: 10 * minute},
  async () => {
    const group = 'audit-service'
    await host.json('down', 'host', '--only', group)
    const task = await host.json<{id: number}>('task', 'add', 'Nobody records this')
    const watching = host.start('consumer', 'list', '--watch', '--interval', '1', '--json')
    let looks = 0
    for await (const line of createInterface({input: watching.child.stdout!})) {
      const {consumers: seen} = JSON.parse(line) as {consumers: ConsumerSummary[]}
      const waits = seen.find((one) => one.group === group && one.topic === 'task-events')!
      looks++
      if (waits.lag !== 1 || looks < 2) continue
      expect(waits.lag_seconds).toBeGreaterThan(0)
      break
    }
    watching.child.kill('SIGINT')
    expect((await watching.ended).code).toBe(0)

    const listening = host.start('consumer', 'list', '--listen', '0')
    const [line] = (await once(createInterface({input: listening.child.stdout!}), 'line')) as [string]
    const text = await (await fetch(line)).text()
    expect(text).toMatch(/^kafka_consumergroup_lag_sum\{consumergroup="audit-service",topic="task-events"\} 1$/mu)
    expect(text).toMatch(
      /^kafka_consumergroup_lag_seconds\{consumergroup="audit-service",topic="task-events",partition="\d+"\} [\d.]+$/mu,
    )
    expect(text).toMatch(/^kafka_consumergroup_members\{consumergroup="notification-service"\} 1$/mu)
    listening.child.kill('SIGINT')
    expect((await listening.ended).code).toBe(0)

    const plan = await reset(group, '--to-latest', '--topic', 'task-events', '--yes')
    expect(plan).toMatchObject({events_again: 0, events_skipped: 1})
    expect(plan.partitions.map(({topic}) => topic)).toEqual(Array.from({length: 12}, () => 'task-events'))
    await host.json('up', 'host', '--only', group)
    const next = await host.json<{id: number}>('task', 'add', 'Somebody records this')
    const recorded = async (id: number): Promise<number> =>
      (await sql<{n: number}>('select count(*)::int as n from todo.audit_logs where task_id = $1', [id]))[0]!.n
    await eventually('the next one is recorded', async () => (await recorded(next.id)) > 0, 2 * minute)
    await untilQuiet()
    expect(await recorded(task.id)).toBe(0)
  },
)
