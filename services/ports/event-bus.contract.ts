import {randomUUID} from 'node:crypto'
import {afterEach, describe, expect, test} from 'vitest'
import type {EventPublisher, OutgoingEvent} from './event-publisher.ts'
import type {Acknowledgement, DeliveredEvent, EventSubscriptions} from './event-subscriptions.ts'

export interface BusUnderTest {
  readonly publisher: EventPublisher
  readonly subscriptions: EventSubscriptions
  start(): Promise<void>
  stop(): Promise<void>
}

export interface BusFixture {
  /** A client of the same bus: what one of them published, another one can read. */
  connect(): Promise<BusUnderTest>
  close(): Promise<void>
}

const GENEROUS = {timeout: 40_000, interval: 20}

/** What every bus promises, whatever it is made of. */
export function describeEventBus(name: string, open: () => Promise<BusFixture>): void {
  describe(`${name} as an event bus`, () => {
    const closing: (() => Promise<void>)[] = []
    afterEach(async () => {
      for (const close of closing.splice(0).reverse()) await close()
    })

    const fixture = async (): Promise<BusFixture> => {
      const opened = await open()
      closing.push(async () => opened.close())
      return opened
    }

    const running = async (
      bus: BusFixture,
      topics: readonly string[],
      consumer: string,
      handle: Handler,
    ): Promise<BusUnderTest> => {
      const client = await bus.connect()
      client.subscriptions.subscribe({consumer, topics, handle})
      await client.start()
      closing.push(async () => client.stop())
      return client
    }

    test('each event reaches each consumer, and the events of a key keep their order', async () => {
      const bus = await fixture()
      const first = new Collector()
      const second = new Collector()
      const client = await running(bus, ['task-events'], 'first', first.handle)
      await running(bus, ['task-events', 'task-updates'], 'second', second.handle)
      const keys = Array.from({length: 5}, () => randomUUID())
      const batch = Array.from({length: 250}, (_, n) => event('task-events', keys[n % keys.length]!, n))
      for (const part of [batch.slice(0, 120), batch.slice(120)]) {
        expect(await client.publisher.publish(part)).toEqual(part.map(() => ({ok: true})))
      }
      await client.publisher.publish([event('task-updates', keys[0]!, 1000)])
      await expect.poll(() => first.numbers.length, GENEROUS).toBe(250)
      await expect.poll(() => second.numbers.length, GENEROUS).toBe(251)
      for (const collector of [first, second]) {
        for (const key of keys) {
          const got = collector.of(key, 'task-events')
          expect(got).toEqual([...got].sort((a, b) => a - b))
        }
      }
      expect(Math.max(...first.batchSizes)).toBeLessThanOrEqual(100)
    })

    test('an event that is to be retried comes again, and nothing of its key before it', async () => {
      const bus = await fixture()
      const seen: number[] = []
      let refusals = 3
      const client = await running(bus, ['task-events'], 'stubborn', async (events) => {
        const answers: Acknowledgement[] = []
        for (const entry of events) {
          const n = numberOf(entry)
          seen.push(n)
          const refused = answers.includes('retry') || (n === 2 && refusals-- > 0)
          answers.push(refused ? 'retry' : 'done')
        }
        return answers
      })
      const key = randomUUID()
      await client.publisher.publish([1, 2, 3, 4].map((n) => event('task-events', key, n)))
      await expect.poll(() => refusals < 0 && seen.at(-1) === 4, GENEROUS).toBe(true)
      expect(seen.filter((n) => n === 1)).toHaveLength(1)
      const accepted = seen.slice(seen.lastIndexOf(2))
      expect(accepted).toEqual([2, 3, 4])
    })

    test('a handler that throws, or answers too little, gets its events again', async () => {
      const bus = await fixture()
      const collector = new Collector()
      let faults = 2
      const client = await running(bus, ['reminders'], 'clumsy', async (events) => {
        faults--
        if (faults === 1) throw new Error('as the test wants it')
        if (faults === 0) return []
        return collector.handle(events)
      })
      await client.publisher.publish([event('reminders', randomUUID(), 7)])
      await expect.poll(() => collector.numbers, GENEROUS).toEqual([7])
    })

    test('what was published while nobody listened is delivered later, from the oldest on', async () => {
      const bus = await fixture()
      const publisher = await bus.connect()
      const key = randomUUID()
      await publisher.publisher.publish([1, 2, 3].map((n) => event('task-events', key, n)))
      const collector = new Collector()
      await running(bus, ['task-events'], 'late', collector.handle)
      await expect.poll(() => collector.numbers, GENEROUS).toEqual([1, 2, 3])
    })

    test('a consumer that comes back goes on where it was', async () => {
      const bus = await fixture()
      const before = new Collector()
      const first = await bus.connect()
      first.subscriptions.subscribe({consumer: 'again', topics: ['task-events'], handle: before.handle})
      await first.start()
      const key = randomUUID()
      await first.publisher.publish([event('task-events', key, 1)])
      await expect.poll(() => before.numbers, GENEROUS).toEqual([1])
      await first.stop()
      await first.publisher.publish([event('task-events', key, 2)])
      const after = new Collector()
      const second = await running(bus, ['task-events'], 'again', after.handle)
      await expect.poll(() => after.numbers, GENEROUS).toEqual([2])
      // Look again that nothing more came: an event behind the others is the sign that all before it were delivered.
      await second.publisher.publish([event('task-events', key, 3)])
      await expect.poll(() => after.numbers, GENEROUS).toEqual([2, 3])
    })
  })
}

type Handler = (events: readonly DeliveredEvent[]) => Promise<readonly Acknowledgement[]>

class Collector {
  readonly received: {key: string; topic: string; n: number}[] = []
  readonly batchSizes: number[] = []

  readonly handle: Handler = async (events) => {
    this.batchSizes.push(events.length)
    for (const entry of events) this.received.push({key: entry.key, topic: entry.topic, n: numberOf(entry)})
    return events.map(() => 'done')
  }

  get numbers(): number[] {
    return this.received.map((entry) => entry.n)
  }

  of(key: string, topic: string): number[] {
    return this.received.filter((entry) => entry.key === key && entry.topic === topic).map((entry) => entry.n)
  }
}

const numberOf = (entry: DeliveredEvent): number => (entry.event as {n: number}).n

const event = (topic: string, key: string, n: number): OutgoingEvent => ({
  topic,
  key,
  eventId: randomUUID(),
  eventType: 'test',
  event: {n},
  traceparent: null,
})
