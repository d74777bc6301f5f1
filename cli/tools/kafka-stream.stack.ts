import {randomUUID} from 'node:crypto'
import {setTimeout as delay} from 'node:timers/promises'
import {type Admin, Kafka, logLevel} from 'kafkajs'
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest'
import {PARTITIONS} from '../../services/domain/events/event-types.ts'
import {partitionOf} from '../../services/domain/events/partition.ts'
import {describeEventStream} from '../../services/ports/event-stream.contract.ts'
import type {EventStream, StreamEntry, StreamRecord} from '../../services/ports/event-stream.ts'
import {Stack, type StackProgram} from '../../test/support/stack/stack.ts'
import {CliError} from '../errors.ts'
import {runCli} from '../testing/run-cli.ts'
import {type KafkaAdmin, openKafkaAdmin} from './kafka-admin.ts'
import {openKafkaStream} from './kafka-stream.ts'
import {whileItMoves} from './while-it-moves.ts'

let stack: Stack
let kafka: Kafka
let admin: Admin
let topics: KafkaAdmin
let stream: EventStream
let brokers: string[]
let broker: StackProgram

beforeAll(async () => {
  stack = await Stack.create()
  const running = await stack.kafka()
  broker = running
  brokers = [running.brokers]
  kafka = new Kafka({brokers, logLevel: logLevel.NOTHING})
  admin = kafka.admin()
  await admin.connect()
  topics = await openKafkaAdmin({brokers})
  stream = await openKafkaStream({brokers})
})

afterAll(async () => {
  await stream.close()
  await topics.close()
  await admin.disconnect()
  await stack.stop()
})

async function newTopic(partitions = PARTITIONS): Promise<string> {
  const topic = `topic-${randomUUID()}`
  await topics.create([{name: topic, partitions, replication: 1, config: {}}])
  return topic
}

const ownGroups = async (): Promise<string[]> =>
  (await admin.listGroups()).groups.map(({groupId}) => groupId).filter((id) => id.startsWith('todo5-cli-'))

async function all(batches: AsyncIterable<readonly StreamRecord[]>): Promise<StreamRecord[]> {
  const records: StreamRecord[] = []
  for await (const batch of batches) records.push(...batch)
  return records
}

describeEventStream('Kafka', async () => ({
  stream: await openKafkaStream({brokers}),
  topic: newTopic,
  expire: async (topic, partition, before) => {
    // Makes kafkajs look for the leaders, which it needs for the next request.
    await whileItMoves(async () => await admin.fetchTopicOffsets(topic))
    await admin.deleteTopicRecords({topic, partitions: [{partition, offset: String(before)}]})
  },
  oneInstallation: false,
  close: async () => {},
}))

test('what is no event of ours is shown as it lies there', async () => {
  const topic = await newTopic(1)
  const producer = kafka.producer()
  await producer.connect()
  const messages = [
    {key: null, value: 'no JSON'},
    {key: 'k', value: '{"some": "json"}'},
    {key: 'k', value: null},
    {key: 'k', value: '{"specversion": "1.0", "data": {"a": 1}}', timestamp: '1700000000000'},
  ]
  await producer.send({topic, messages})
  await producer.disconnect()
  const read = await all(stream.read([{topic, partition: 0, from: 0, to: 4}]))
  expect(read.map(({key, event, source, text}) => [key, event, source, text])).toEqual([
    [null, undefined, null, 'no JSON'],
    ['k', undefined, null, '{"some": "json"}'],
    ['k', undefined, null, ''],
    ['k', {a: 1}, null, '{"specversion": "1.0", "data": {"a": 1}}'],
  ])
  expect(read[3]!.at).toBe(1_700_000_000_000)
})

const entry = (topic: string, n: number): StreamEntry => ({
  topic,
  key: `key-${n % 7}`,
  eventId: randomUUID(),
  eventType: 'test',
  event: {n, filling: 'x'.repeat(2000)},
  traceparent: null,
  source: 'urn:of-a-test',
})

test('a key has its partition also where there are not twelve', async () => {
  const topic = await newTopic(5)
  await stream.publish([1, 2, 3, 4, 5, 6].map((n) => entry(topic, n)))
  const ends = await stream.ends([topic])
  const read = await all(stream.read(ends.map((end) => ({...end, from: 0, to: end.next}))))
  expect(read).toHaveLength(6)
  for (const {key, partition} of read) expect(partition).toBe(partitionOf(key!, 5))
})

test('a topic that is not there is not made', async () => {
  const topic = `none-${randomUUID()}`
  await expect(stream.publish([entry(topic, 1)])).rejects.toMatchObject({code: 'topic_not_found', exit: 3})
  expect(await all(stream.read([{topic, partition: 0, from: 0, to: Infinity}]))).toEqual([])
  expect(await admin.listTopics()).not.toContain(topic)
})

test('who reads slowly gets everything once and in order, and no group is left behind', async () => {
  const topic = await newTopic()
  const entries = Array.from({length: 6000}, (_, n) => entry(topic, n))
  await stream.publish(entries)
  const records: StreamRecord[] = []
  let groups: string[] = []
  for await (const batch of stream.read((await stream.ends([topic])).map((end) => ({...end, from: 0, to: Infinity})))) {
    if (records.length === 0) {
      groups = await ownGroups()
      // Longer than the time between two signs of life of a member.
      await delay(5000)
    }
    records.push(...batch)
    if (records.length >= entries.length) break
  }
  expect(groups).toHaveLength(1)
  expect(await ownGroups()).toEqual([])
  for (const key of new Set(entries.map((one) => one.key))) {
    const numbers = (of: readonly {key: string | null; event: unknown}[]) =>
      of.filter((one) => one.key === key).map(({event}) => (event as {n: number}).n)
    expect(numbers(records)).toEqual(numbers(entries))
  }
  expect(records).toHaveLength(entries.length)
})

test('who follows goes on when the broker comes back; nothing comes twice', {timeout: 600_000}, async () => {
  const topic = await newTopic()
  await stream.publish([1, 2, 3].map((n) => entry(topic, n)))
  const seen: number[] = []
  const stop = new AbortController()
  const reading = (async () => {
    const ranges = (await stream.ends([topic])).map((end) => ({...end, from: 0, to: Infinity}))
    for await (const batch of stream.read(ranges, stop.signal))
      seen.push(...batch.map(({event}) => (event as {n: number}).n))
  })()
  onTestFinished(async () => {
    stop.abort()
    await reading
  })
  const whenSeen = async (count: number) => await expect.poll(() => seen.length, {timeout: 180_000}).toBe(count)
  await whenSeen(3)
  await broker.stop()
  await broker.start()
  await stream.publish([4, 5].map((n) => entry(topic, n)))
  await whenSeen(5)
  await stream.publish([entry(topic, 6)])
  await whenSeen(6)
  expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6])
})

test('todo5 event tail: what is there, and what comes', async () => {
  for (const name of ['task-events', 'reminders', 'task-updates'])
    await topics.create([{name, partitions: PARTITIONS, replication: 1, config: {}}])
  // Of a reader that a broker cut off, Kafka misses the member for a while.
  const before = new Set(await ownGroups())
  const user = randomUUID()
  const event = (taskId: number) => ({event_type: 'task.created', user_id: user, task_id: taskId, payload: {}})
  const put = async (...ids: number[]) =>
    await stream.publish(ids.map((id) => ({...entry('task-events', id), key: user, event: event(id)})))
  const tail = async (...line: string[]) =>
    await runCli(['event', 'tail', '--brokers', brokers[0]!, '--user', user, '--json', ...line], {now: Date.now()})
  const tasks = (lines: string[]): number[] =>
    lines.map((line) => (JSON.parse(line) as {event: {task_id: number}}).event.task_id)
  await put(...Array.from({length: 300}, (_, n) => n + 1))
  const {code, stdout} = await tail('--since', '1h', '-n', '250')
  const {events} = JSON.parse(stdout) as {events: {event: {task_id: number}; source: string}[]}
  expect([code, events.length, events[0]!.event.task_id, events[0]!.source]).toEqual([0, 250, 51, 'urn:of-a-test'])
  const written: string[] = []
  const following = runCli(['event', 'tail', '--brokers', brokers[0]!, '-f', '-n', '2', '--json'], {
    onStdout: (text) => void written.push(text),
  })
  onTestFinished(async () => {
    process.emit('SIGINT')
    await following
  })
  await expect.poll(() => tasks(written), {timeout: 120_000}).toEqual([299, 300])
  await put(301, 302)
  await expect.poll(() => tasks(written), {timeout: 120_000}).toEqual([299, 300, 301, 302])
  process.emit('SIGINT')
  expect(await following).toMatchObject({code: 0, stderr: ''})
  expect((await ownGroups()).filter((group) => !before.has(group))).toEqual([])
})

test('nobody answers', async () => {
  await expect(openKafkaStream({brokers: ['127.0.0.1:1']})).rejects.toThrow(CliError)
})
