import {randomUUID} from 'node:crypto'
import {afterEach, describe, expect, test} from 'vitest'
import type {EventPublisher} from './event-publisher.ts'
import type {DeliveredEvent} from './event-subscriptions.ts'
import type {LiveEvents, LiveListener} from './live-events.ts'

export interface LiveUnderTest {
  readonly live: LiveEvents
  start(): Promise<void>
  stop(): Promise<void>
}

export interface LiveFixture {
  readonly publisher: EventPublisher
  /** A process of its own on the same bus. */
  connect(): Promise<LiveUnderTest>
  close(): Promise<void>
}

const GENEROUS = {timeout: 120_000, interval: 50}
const TOPICS = ['task-events', 'reminders', 'task-updates'] as const

/** What every source of live events promises. */
export function describeLiveEvents(name: string, open: () => Promise<LiveFixture>): void {
  describe(`${name} as a source of live events`, () => {
    const closing: (() => Promise<void>)[] = []
    afterEach(async () => {
      for (const close of closing.splice(0).reverse()) await close()
    })

    const fixture = async (): Promise<LiveFixture> => {
      const opened = await open()
      closing.push(async () => opened.close())
      return opened
    }

    /** Started, and past the moment from which nothing is left out. */
    const following = async (from: LiveFixture): Promise<Screen> => {
      const client = await from.connect()
      const {live} = client
      const screen = new Screen(live)
      live.listen(TOPICS, screen)
      await client.start()
      closing.push(async () => client.stop())
      await live.ready()
      for (const topic of TOPICS) {
        const seen = async (): Promise<boolean> => {
          await publish(from, topic, randomUUID(), [-1])
          return screen.received.some((entry) => entry.topic === topic)
        }
        await expect.poll(seen, GENEROUS).toBe(true)
      }
      return screen
    }

    test('what is published from then on reaches every process, in the order of its key', async () => {
      const from = await fixture()
      const key = randomUUID()
      await publish(from, 'task-events', key, [100, 101])
      const screens = [await following(from), await following(from)]
      const numbers = Array.from({length: 250}, (_, n) => n)
      await publish(from, 'task-events', key, numbers)
      await publish(from, 'task-updates', key, [1000])
      for (const screen of screens) {
        await expect.poll(() => screen.of(key).length, GENEROUS).toBeGreaterThanOrEqual(251)
        expect(screen.of(key, 'task-events')).toEqual(numbers)
        expect(screen.of(key, 'task-updates')).toEqual([1000])
      }
    })

    test('a process that starts later begins with what comes then', async () => {
      const from = await fixture()
      const key = randomUUID()
      const first = await following(from)
      await publish(from, 'reminders', key, [1, 2])
      await expect.poll(() => first.of(key), GENEROUS).toEqual([1, 2])
      const second = await following(from)
      await publish(from, 'reminders', key, [3])
      await expect.poll(() => second.of(key), GENEROUS).toEqual([3])
      await expect.poll(() => first.of(key), GENEROUS).toEqual([1, 2, 3])
    })

    test('a process that wants nothing for a while gets what comes when it wants again', async () => {
      const from = await fixture()
      const screen = await following(from)
      const key = randomUUID()
      screen.isWanted = false
      await publish(from, 'task-events', key, [1])
      const other = await following(from)
      screen.isWanted = true
      await screen.ready()
      await publish(from, 'task-events', key, [2])
      await expect.poll(() => other.of(key), GENEROUS).toEqual([2])
      await expect.poll(() => screen.of(key).at(-1), GENEROUS).toBe(2)
    })
  })
}

class Screen implements LiveListener {
  readonly received: {topic: string; key: string; n: number}[] = []
  readonly #live: LiveEvents
  isWanted = true

  constructor(live: LiveEvents) {
    this.#live = live
  }

  async ready(): Promise<void> {
    await this.#live.ready()
  }

  wanted(): boolean {
    return this.isWanted
  }

  take(events: readonly DeliveredEvent[]): void {
    for (const {topic, key, event} of events) this.received.push({topic, key, n: (event as {n: number}).n})
  }

  missed(): void {}

  of(key: string, topic?: string): number[] {
    return this.received
      .filter((entry) => entry.key === key && (topic === undefined || entry.topic === topic))
      .map(({n}) => n)
  }
}

async function publish(
  {publisher}: LiveFixture,
  topic: string,
  key: string,
  numbers: readonly number[],
): Promise<void> {
  const results = await publisher.publish(
    numbers.map((n) => ({topic, key, eventId: randomUUID(), eventType: 'test', event: {n}, traceparent: null})),
  )
  expect(results).toEqual(numbers.map(() => ({ok: true})))
}
