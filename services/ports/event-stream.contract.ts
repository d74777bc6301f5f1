import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {PARTITIONS} from '../domain/events/event-types.ts'
import {partitionOf} from '../domain/events/partition.ts'
import type {EventStream, StreamEntry, StreamRange, StreamRecord} from './event-stream.ts'

export interface StreamFixture {
  readonly stream: EventStream
  /** A topic that exists and in which nothing is. */
  topic(): Promise<string>
  /** Everything before this offset expires. */
  expire(topic: string, partition: number, before: number): Promise<void>
  /** Whether the bus is of one installation alone, and keeps no source. */
  readonly oneInstallation: boolean
  close(): Promise<void>
}

const LIMIT_MS = 120_000
const SOURCE = 'urn:todo5:installation:of-a-test'
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

/** What every bus promises to an operator, whatever it is made of. */
export function describeEventStream(name: string, open: () => Promise<StreamFixture>): void {
  describe(`${name} as an event stream`, {timeout: LIMIT_MS}, () => {
    let fixture: StreamFixture
    let stream: EventStream
    beforeAll(async () => {
      fixture = await open()
      stream = fixture.stream
    }, LIMIT_MS)
    afterAll(async () => {
      await stream.close()
      await fixture.close()
    }, LIMIT_MS)

    test('ends: of each partition of the topics that exist, in order', async () => {
      const topics = [await fixture.topic(), await fixture.topic()].toSorted()
      await stream.publish([1, 2, 3].map((n) => entry(topics[1]!, n, {partition: 4})))
      const ends = await stream.ends([topics[1]!, `none-${randomUUID()}`, topics[0]!])
      expect(ends).toEqual(
        topics.flatMap((topic) =>
          Array.from({length: PARTITIONS}, (_, partition) => {
            const next = topic === topics[1] && partition === 4 ? 3 : 0
            return {topic, partition, first: 0, next}
          }),
        ),
      )
      expect(await stream.ends([`none-${randomUUID()}`])).toEqual([])
    })

    test('what is published is read, in order, in the partition of its key as Dapr chooses it', async () => {
      const topic = await fixture.topic()
      const keys = Array.from({length: 4}, () => randomUUID())
      const entries = Array.from({length: 1200}, (_, n) => entry(topic, n, {key: keys[n % 4]!}))
      const before = Date.now()
      await stream.publish(entries)
      const records = await all(stream.read(whole(await stream.ends([topic]))))
      expect(records).toHaveLength(1200)
      for (const key of keys) {
        const of = records.filter((record) => record.key === key)
        expect(of.map(number)).toEqual(entries.filter((one) => one.key === key).map(number))
        expect(new Set(of.map(({partition}) => partition))).toEqual(new Set([partitionOf(key)]))
      }
      const one = records.find((record) => number(record) === 7)!
      expect(one).toMatchObject({topic, event: {n: 7}, traceparent: TRACEPARENT, key: keys[3]})
      expect(one.source).toBe(fixture.oneInstallation ? null : SOURCE)
      expect(one.text).toContain('"n":7')
      // The clocks of a test and of its servers are the same; a broker gives whole milliseconds.
      expect(one.at).toBeGreaterThanOrEqual(before - 1)
      expect(one.at).toBeLessThanOrEqual(Date.now() + 1)
    })

    test('offsets count from zero without gaps; only what is in the ranges is read', async () => {
      const topic = await fixture.topic()
      await stream.publish(Array.from({length: 30}, (_, n) => entry(topic, n, {partition: n % 3})))
      const ranges = [
        {topic, partition: 0, from: 2, to: 5},
        {topic, partition: 2, from: 0, to: 1},
        {topic, partition: 1, from: 8, to: 1000},
        {topic, partition: 1, from: 3, to: 3},
        {topic, partition: 7, from: 0, to: 10},
      ]
      const read = await all(stream.read(ranges))
      expect(places(read)).toEqual(['0/2', '0/3', '0/4', '1/8', '1/9', '2/0'])
      expect(await all(stream.read([]))).toEqual([])
      expect(await all(stream.read([{topic, partition: 7, from: 0, to: 10}]))).toEqual([])
    })

    test('offsetsAt: the first that is not older, else the next one to come', async () => {
      const topic = await fixture.topic()
      await stream.publish([1, 2].map((n) => entry(topic, n, {partition: 3})))
      const [, second] = await all(stream.read([{topic, partition: 3, from: 0, to: 2}]))
      await expect.poll(() => Date.now(), {timeout: LIMIT_MS}).toBeGreaterThan(second!.at + 1)
      await stream.publish([3, 4].map((n) => entry(topic, n, {partition: 3})))
      const third = (await all(stream.read([{topic, partition: 3, from: 2, to: 4}])))[0]!
      const others = Array.from({length: PARTITIONS}, (_, partition) => [partition, 0] as const)
      const expected = (offset: number) => new Map([...others, [3, offset] as const])
      expect(await stream.offsetsAt(topic, third.at)).toEqual(expected(2))
      expect(await stream.offsetsAt(topic, second!.at + 1)).toEqual(expected(2))
      expect(await stream.offsetsAt(topic, 0)).toEqual(expected(0))
      expect(await stream.offsetsAt(topic, Date.now() + 3_600_000)).toEqual(expected(4))
    })

    test('what has expired is left out, and the ends say so', async () => {
      const topic = await fixture.topic()
      await stream.publish(Array.from({length: 8}, (_, n) => entry(topic, n, {partition: n < 5 ? 6 : 9})))
      await fixture.expire(topic, 6, 3)
      await fixture.expire(topic, 9, 3)
      const ends = (await stream.ends([topic])).filter(({next}) => next > 0)
      expect(ends.map(({partition, first, next}) => [partition, first, next])).toEqual([
        [6, 3, 5],
        [9, 3, 3],
      ])
      const read = await all(stream.read(ends.map((end) => ({...end, from: 0, to: end.next}))))
      expect(places(read)).toEqual(['6/3', '6/4'])
      expect(await all(stream.read([{topic, partition: 9, from: 0, to: 3}]))).toEqual([])
    })

    test('a range without an end goes on with whatever comes, until the signal', async () => {
      const topic = await fixture.topic()
      await stream.publish([1, 2].map((n) => entry(topic, n, {partition: 1})))
      const stop = new AbortController()
      const seen: number[] = []
      const reading = (async () => {
        const ranges = whole(await stream.ends([topic])).map((range) => ({...range, to: Infinity}))
        for await (const batch of stream.read(ranges, stop.signal)) seen.push(...batch.map(number))
      })()
      await expect.poll(() => seen, {timeout: LIMIT_MS}).toEqual([1, 2])
      await stream.publish([entry(topic, 3, {partition: 1}), entry(topic, 4, {partition: 11})])
      await expect.poll(() => seen.toSorted((a, b) => a - b), {timeout: LIMIT_MS}).toEqual([1, 2, 3, 4])
      stop.abort()
      await reading
      await stream.publish([entry(topic, 5, {partition: 1})])
      expect(seen).toHaveLength(4)
      const again: number[] = []
      for await (const batch of stream.read([{topic, partition: 1, from: 0, to: Infinity}])) {
        again.push(...batch.map(number))
        if (again.length >= 4) break
      }
      expect(again).toEqual([1, 2, 3, 5])
    })

    test('a signal that is aborted already reads nothing', async () => {
      const topic = await fixture.topic()
      await stream.publish([entry(topic, 1, {partition: 1})])
      const ranges = [{topic, partition: 1, from: 0, to: Infinity}]
      expect(await all(stream.read(ranges, AbortSignal.abort()))).toEqual([])
    })

    test('who publishes without a trace has none or a new one, not a wrong one', async () => {
      const topic = await fixture.topic()
      await stream.publish([{...entry(topic, 1, {partition: 0}), traceparent: null}])
      const [record] = await all(stream.read([{topic, partition: 0, from: 0, to: 1}]))
      expect(record!.event).toEqual({n: 1})
      expect(record!.traceparent).toBeNull()
    })
  })
}

const entry = (
  topic: string,
  n: number,
  {key = randomUUID(), partition}: {key?: string; partition?: number},
): StreamEntry => ({
  topic,
  key,
  ...(partition !== undefined && {partition}),
  eventId: randomUUID(),
  eventType: 'test',
  event: {n},
  traceparent: TRACEPARENT,
  source: SOURCE,
})

const number = ({event}: {readonly event: unknown}): number => (event as {n: number}).n

const whole = (ends: Awaited<ReturnType<EventStream['ends']>>): StreamRange[] =>
  ends.map(({topic, partition, first, next}) => ({topic, partition, from: first, to: next}))

const places = (records: readonly StreamRecord[]): string[] =>
  records
    .toSorted((a, b) => a.partition - b.partition || a.offset - b.offset)
    .map(({partition, offset}) => `${partition}/${offset}`)

async function all(batches: AsyncIterable<readonly StreamRecord[]>): Promise<StreamRecord[]> {
  const records: StreamRecord[] = []
  for await (const batch of batches) records.push(...batch)
  return records
}
