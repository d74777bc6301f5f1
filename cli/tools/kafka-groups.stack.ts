import {randomUUID} from 'node:crypto'
import {type Consumer, Kafka, logLevel} from 'kafkajs'
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import {eventually} from '../../test/support/eventually.ts'
import {Stack} from '../../test/support/stack/stack.ts'
import {type KafkaAdmin, openKafkaAdmin} from './kafka-admin.ts'

const minute = 60_000

let stack: Stack
let brokers: string[]
let kafka: Kafka
let admin: KafkaAdmin
const consumers: Consumer[] = []

beforeAll(async () => {
  stack = await Stack.create()
  brokers = [(await stack.kafka()).brokers]
  kafka = new Kafka({clientId: 'somebody', brokers, logLevel: logLevel.NOTHING})
  admin = await openKafkaAdmin({brokers})
}, 5 * minute)
afterEach(async () => {
  for (const consumer of consumers.splice(0)) await consumer.disconnect()
})
afterAll(async () => {
  await admin.close()
  await stack.stop()
})

/** With so many events in each of two partitions. */
async function newTopic(events: number): Promise<string> {
  const topic = `topic-${randomUUID()}`
  await admin.create([{name: topic, partitions: 2, replication: 1, config: {}}])
  const producer = kafka.producer()
  await producer.connect()
  // One partition at a time: kafkajs sends both again when one of them has no leader yet.
  for (const partition of [0, 1])
    await producer.send({topic, messages: Array.from({length: events}, (_, place) => ({partition, value: `${place}`}))})
  await producer.disconnect()
  return topic
}

/** Reads until it is disconnected; `seen` are partition and offset of what it got. */
async function join(group: string, topics: string[]): Promise<{seen: string[]}> {
  const seen: string[] = []
  const consumer = kafka.consumer({groupId: group})
  consumers.push(consumer)
  await consumer.connect()
  await consumer.subscribe({topics, fromBeginning: true})
  await consumer.run({
    eachMessage: async ({topic, partition, message}) => void seen.push(`${topic}/${partition}/${message.offset}`),
  })
  return {seen}
}

async function leave(): Promise<void> {
  for (const consumer of consumers.splice(0)) await consumer.disconnect()
}

const at = (topic: string, offsets: readonly number[]) =>
  offsets.map((offset, partition) => ({topic, partition, offset}))
const byPlace = (a: {topic: string; partition: number}, b: {topic: string; partition: number}): number =>
  a.topic.localeCompare(b.topic) || a.partition - b.partition

test('a group: who is in it, what each member has, and what it has acknowledged', {timeout: 3 * minute}, async () => {
  const [group, one, two] = [`group-${randomUUID()}`, await newTopic(3), await newTopic(5)]
  expect(await admin.groups([group])).toEqual([{name: group, state: 'Dead', members: []}])
  expect(await admin.positions(group)).toEqual([])
  const {seen} = await join(group, [one, two])
  await eventually('all is read', () => seen.length === 16)
  const [running] = await admin.groups([group])
  expect(running).toMatchObject({state: 'Stable', members: [{client: 'somebody', host: '127.0.0.1'}]})
  expect(running!.members[0]!.partitions.toSorted(byPlace)).toEqual(
    [one, two].toSorted().flatMap((topic) => [0, 1].map((partition) => ({topic, partition}))),
  )
  await leave()
  expect(await admin.groups([group])).toMatchObject([{state: 'Empty', members: []}])
  const expected = [...at(one, [3, 3]), ...at(two, [5, 5])].toSorted(byPlace)
  expect((await admin.positions(group)).toSorted(byPlace)).toEqual(expected)
  expect(await admin.groupNames()).toContain(group)
  expect(await admin.brokerCount()).toBe(1)
})

test('a group without members is moved, and goes on from there', {timeout: 3 * minute}, async () => {
  const [group, one, two] = [`group-${randomUUID()}`, await newTopic(4), await newTopic(2)]
  // One that Kafka has never heard of, too.
  expect(await admin.move(group, at(one, [1, 4]))).toBe(true)
  expect((await admin.positions(group)).toSorted(byPlace)).toEqual(at(one, [1, 4]))
  expect(await admin.move(group, [...at(one, [3, 2]), ...at(two, [0, 1])])).toBe(true)
  expect((await admin.positions(group)).toSorted(byPlace)).toEqual(
    [...at(one, [3, 2]), ...at(two, [0, 1])].toSorted(byPlace),
  )
  expect(await admin.groups([group])).toMatchObject([{state: 'Empty'}])
  const {seen} = await join(group, [one, two])
  const expected = [`${one}/0/3`, `${one}/1/2`, `${one}/1/3`, `${two}/0/0`, `${two}/0/1`, `${two}/1/1`]
  await eventually('it goes on', () => seen.length >= expected.length)
  expect(seen.toSorted()).toEqual(expected.toSorted())
})

test('a group that somebody is in stays where it is', {timeout: 3 * minute}, async () => {
  const [group, topic] = [`group-${randomUUID()}`, await newTopic(3)]
  const {seen} = await join(group, [topic])
  await eventually('all is read', () => seen.length === 6)
  expect(await admin.move(group, at(topic, [0, 0]))).toBe(false)
  await eventually('the member has everything again', async () => {
    const [found] = await admin.groups([group])
    return found!.state === 'Stable' && found!.members[0]!.partitions.length === 2
  })
  await leave()
  expect((await admin.positions(group)).toSorted(byPlace)).toEqual(at(topic, [3, 3]))
  expect(seen.length).toBe(6)
})
