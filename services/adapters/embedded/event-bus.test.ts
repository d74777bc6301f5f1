import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {afterEach, expect, test} from 'vitest'
import {createDatabase} from '../../../test/support/postgres.ts'
import {quietLogger} from '../../../test/support/pipeline.ts'
import {serviceUrl} from '../../../test/support/template.ts'
import {type Database, openDatabase} from '../../database/database.ts'
import {partitionOf} from '../../domain/events/partition.ts'
import {describeEventBus} from '../../ports/event-bus.contract.ts'
import {createEmbeddedEventBus} from './event-bus.ts'

describeEventBus('the embedded bus', async () => {
  const {url} = await createDatabase()
  const opened: Database[] = []
  return {
    async connect() {
      const database = await openDatabase({url: serviceUrl(url, 'bus'), poolSize: 4, applicationName: 'bus'})
      opened.push(database)
      const bus = createEmbeddedEventBus({database, logger: quietLogger().logger, retryDelayMs: 10})
      return {publisher: bus, subscriptions: bus, start: async () => bus.start(), stop: async () => bus.stop()}
    },
    async close() {
      await Promise.all(opened.map(async (database) => database.close()))
    },
  }
})

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start() {
  const {url} = await createDatabase()
  const admin = new Client({connectionString: url})
  await admin.connect()
  closing.push(async () => admin.end())
  const database = await openDatabase({url: serviceUrl(url, 'bus'), poolSize: 6, applicationName: 'bus'})
  closing.push(async () => database.close())
  const {logger, lines} = quietLogger()
  const bus = createEmbeddedEventBus({database, logger, retryDelayMs: 10})
  closing.push(async () => bus.stop())
  const key = randomUUID()
  const publish = async (numbers: readonly number[], of = key) =>
    bus.publish(
      numbers.map((n) => ({
        topic: 'task-events',
        key: of,
        eventId: randomUUID(),
        eventType: 'test',
        event: {n},
        traceparent: null,
      })),
    )
  return {admin, bus, publish, lines}
}

const numbersOf = (events: readonly {readonly event: unknown}[]): number[] =>
  events.map((entry) => (entry.event as {n: number}).n)

test('a consumer that begins after the oldest events have expired gets each of the others once', async () => {
  const {admin, bus, publish} = await start()
  await publish(Array.from({length: 50}, (_, n) => n))
  await admin.query('delete from jobs.event_log where position < 40')
  const seen: number[] = []
  bus.subscribe({
    consumer: 'new',
    topics: ['task-events'],
    handle: async (events) => {
      seen.push(...numbersOf(events))
      return events.map(() => 'done')
    },
  })
  await bus.start()
  await expect.poll(() => seen.length, {timeout: 90_000}).toBe(10)
  await publish([50])
  await expect.poll(() => seen.at(-1), {timeout: 90_000}).toBe(50)
  expect(seen).toEqual([40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50])
})

test('a batch that ends after its lease was lost and won again moves the position by nothing', async () => {
  const {admin, bus, publish, lines} = await start()
  const seen: number[][] = []
  let finish: (() => void) | undefined
  bus.subscribe({
    consumer: 'slow',
    topics: ['task-events'],
    handle: async (events) => {
      seen.push(numbersOf(events))
      if (seen.length === 1) await new Promise<void>((resolve) => (finish = resolve))
      return events.map(() => 'done')
    },
  })
  await publish([0, 1, 2])
  await bus.start()
  await expect.poll(() => seen.length, {timeout: 90_000}).toBe(1)
  await publish([3, 4, 5])
  // Another process has the lease for a while, gets as far as 2, and gives it back.
  await admin.query(`update jobs.consumer_leases set holder = $1, until = clock_timestamp() + interval '1 hour'`, [
    randomUUID(),
  ])
  await admin.query(
    `insert into jobs.consumer_positions (consumer, topic, partition, position)
     select 'slow', topic, partition, 2 from jobs.partitions`,
  )
  await expect.poll(() => JSON.stringify(lines), {timeout: 90_000}).toContain('another process delivers')
  await admin.query('delete from jobs.consumer_leases')
  const taken = async () => (await admin.query('select 1 from jobs.consumer_leases')).rows.length
  await expect.poll(taken, {timeout: 90_000}).toBe(1)
  finish!()
  await expect.poll(() => seen.flat(), {timeout: 90_000}).toContain(5)
  expect(seen.slice(1).flat()).toEqual([2, 3, 4, 5])
})

test('consumers that have come differently far each get every event once', async () => {
  const {bus, publish} = await start()
  const seen = {quick: [] as number[], slow: [] as number[]}
  let go: (() => void) | undefined
  bus.subscribe({
    consumer: 'quick',
    topics: ['task-events'],
    handle: async (events) => {
      seen.quick.push(...numbersOf(events))
      return events.map(() => 'done')
    },
  })
  bus.subscribe({
    consumer: 'slow',
    topics: ['task-events'],
    handle: async (events) => {
      if (!go) await new Promise<void>((resolve) => (go = resolve))
      seen.slow.push(...numbersOf(events))
      return events.map(() => 'done')
    },
  })
  const all = Array.from({length: 650}, (_, n) => n)
  await publish(all.slice(0, 250))
  await bus.start()
  await expect.poll(() => seen.quick.length === 250 && go !== undefined, {timeout: 90_000}).toBe(true)
  go!()
  await publish(all.slice(250))
  await expect.poll(() => [seen.quick.length, seen.slow.length], {timeout: 90_000}).toEqual([650, 650])
  expect(seen).toEqual({quick: all, slow: all})
})

test('a partition whose events fail holds up no other one', async () => {
  const {bus, publish} = await start()
  const keys = Array.from({length: 24}, () => randomUUID())
  const [stuck] = keys
  const seen: string[] = []
  let refusing = true
  bus.subscribe({
    consumer: 'partly',
    topics: ['task-events'],
    handle: async (events) => {
      let stopped = false
      return events.map(({key}) => {
        stopped ||= refusing && key === stuck
        if (!stopped) seen.push(key)
        return stopped ? 'retry' : 'done'
      })
    },
  })
  for (const key of keys) await publish([1, 2], key)
  await bus.start()
  const others = keys.filter((key) => partitionOf(key) !== partitionOf(stuck!))
  const countOf = (key: string): number => seen.filter((other) => other === key).length
  await expect.poll(() => others.map(countOf), {timeout: 90_000}).toEqual(others.map(() => 2))
  refusing = false
  await expect.poll(() => keys.map(countOf), {timeout: 90_000}).toEqual(keys.map(() => 2))
})
