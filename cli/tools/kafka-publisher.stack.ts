import {randomUUID} from 'node:crypto'
import {Kafka, logLevel} from 'kafkajs'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {INSTALLATION, openBus, PUBSUB} from '../../services/adapters/dapr/testing/dapr-fixtures.ts'
import {inboundRetries, kafkaComponent} from '../../services/adapters/dapr/testing/stack-components.ts'
import {StackTopics} from '../../services/adapters/dapr/testing/stack-topics.ts'
import {createDaprEventPublisher} from '../../services/adapters/dapr/event-publisher.ts'
import {openSidecar} from '../../services/adapters/dapr/sidecar.ts'
import {sourceOf} from '../../services/domain/events/cloud-event.ts'
import {describeEventBus} from '../../services/ports/event-bus.contract.ts'
import type {EventPublisher, OutgoingEvent} from '../../services/ports/event-publisher.ts'
import {startKafkaProxy} from '../../test/support/faults/kafka-proxy.ts'
import {eventually} from '../../test/support/eventually.ts'
import {Stack} from '../../test/support/stack/stack.ts'
import {freePorts} from '../supervisor/host/ports.ts'
import {type KafkaPublisher, openKafkaPublisher} from './kafka-publisher.ts'

let stack: Stack
let topics: StackTopics
let brokers: string
let publisher: KafkaPublisher

/** What was opened, in order. */
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  stack = await Stack.create()
  ;({brokers} = await stack.kafka())
  topics = await StackTopics.create(brokers)
  closing.push(async () => await topics.close())
  publisher = await openKafkaPublisher({brokers: [brokers]}, sourceOf(INSTALLATION))
  closing.push(async () => await publisher.close())
})

afterAll(async () => {
  for (const close of closing.toReversed()) await close()
})

const resources = () => [kafkaComponent(brokers), inboundRetries]

describeEventBus('Kafka, published to past Dapr and read through it,', async () => {
  await topics.empty()
  const run = randomUUID().slice(0, 8)
  const bus = await openBus({
    start: async (request) => stack.daprd({...request, resources: resources(), readyWhen: 'outbound'}),
    appId: (consumer) => `${consumer}-${run}`,
  })
  return {...bus, connect: async () => ({...(await bus.connect()), publisher})}
})

const event = (topic: string, key: string, text = 'text'): OutgoingEvent => ({
  topic,
  key,
  eventId: randomUUID(),
  eventType: 'task.updated',
  event: {event_type: 'task.updated', timestamp: '2026-11-20T09:00:00Z', task_id: 7, text},
  traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
})

interface Found {
  readonly partition: number
  readonly key: string
  readonly value: Record<string, unknown>
}

/** As many records as are expected, in the order of each partition. */
async function read(topic: string, count: number): Promise<Found[]> {
  const kafka = new Kafka({brokers: [brokers], logLevel: logLevel.NOTHING})
  const consumer = kafka.consumer({groupId: `test-${randomUUID()}`, maxWaitTimeInMs: 100})
  const found: Found[] = []
  await consumer.connect()
  try {
    await consumer.subscribe({topic, fromBeginning: true})
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({partition, message: {key, value}}) => {
        found.push({partition, key: String(key), value: JSON.parse(String(value)) as Record<string, unknown>})
      },
    })
    await eventually(`${count} events in ${topic}`, () => found.length === count)
  } finally {
    await consumer.disconnect()
  }
  return found
}

async function withDapr(work: (dapr: EventPublisher) => Promise<void>): Promise<void> {
  const daprd = await stack.daprd({appId: `publisher-${randomUUID()}`, resources: resources()})
  const sidecar = openSidecar({endpoint: daprd.endpoint, token: daprd.apiToken})
  try {
    await work(createDaprEventPublisher({sidecar, pubsub: PUBSUB, installation: async () => INSTALLATION}))
  } finally {
    sidecar.close()
    await daprd.stop()
  }
}

test('each key is in the partition in which Dapr puts it, and the event is what Dapr makes of it', async () => {
  await topics.empty()
  const keys = Array.from({length: 40}, () => randomUUID())
  const events = keys.map((key) => event('task-updates', key))
  await withDapr(async (dapr) => {
    expect(await dapr.publish(events)).toEqual(events.map(() => ({ok: true})))
  })
  expect(await publisher.publish(events)).toEqual(events.map(() => ({ok: true})))
  const found = await read('task-updates', 2 * keys.length)
  expect(new Set(found.map(({partition}) => partition)).size).toBeGreaterThan(6)
  for (const [, both] of Map.groupBy(found, ({key}) => key)) {
    const [byDapr, direct] = both as [Found, Found]
    expect(both).toHaveLength(2)
    expect(direct.partition).toBe(byDapr.partition)
    // Dapr adds where it published; the span is its caller's in the one case, the one of the event in the other.
    const {topic: _topic, pubsubname: _pubsub, traceparent, traceid, tracestate: _state, ...same} = byDapr.value
    expect(direct.value).toEqual({
      ...same,
      traceparent: events[0]!.traceparent,
      traceid: events[0]!.traceparent,
    })
    expect([traceparent, traceid].map((value) => String(value).slice(0, 35))).toEqual([
      events[0]!.traceparent!.slice(0, 35),
      events[0]!.traceparent!.slice(0, 35),
    ])
  }
})

test('what is too large for Kafka, or for no topic, is refused by itself', async () => {
  await topics.empty()
  const key = randomUUID()
  const results = await publisher.publish([
    event('reminders', key, 'before'),
    event('reminders', key, 'x'.repeat(1024 * 1024)),
    event('reminders', key, 'behind'),
    event('nowhere', key),
  ])
  expect(results.map(({ok}) => ok)).toEqual([true, false, true, false])
  expect(results[1]).toMatchObject({reason: expect.stringContaining('MESSAGE_TOO_LARGE')})
  const found = await read('reminders', 2)
  expect(found.map(({value}) => (value['data'] as {text: string}).text)).toEqual(['before', 'behind'])
})

test('a batch that is larger than Kafka takes at once goes in parts', async () => {
  await topics.empty()
  const key = randomUUID()
  const events = Array.from({length: 60}, (_, n) => event('reminders', key, `${n} ${'x'.repeat(50_000)}`))
  expect(await publisher.publish(events)).toEqual(events.map(() => ({ok: true})))
  const found = await read('reminders', events.length)
  expect(found.map(({value}) => Number.parseInt((value['data'] as {text: string}).text, 10))).toEqual(
    events.map((_, n) => n),
  )
})

test('while Kafka is away publishing throws, and works again when it is back', async () => {
  const proxy = await startKafkaProxy(async () => Number(brokers.split(':')[1]))
  const behind = await openKafkaPublisher({brokers: [`127.0.0.1:${proxy.port}`]}, sourceOf(INSTALLATION))
  const key = randomUUID()
  try {
    expect(await behind.publish([event('reminders', key)])).toEqual([{ok: true}])
    proxy.cut()
    await expect(behind.publish([event('reminders', key)])).rejects.toMatchObject({code: 'kafka_unreachable'})
    proxy.restore()
    await eventually('Kafka takes events again', async () => (await behind.publish([event('reminders', key)]))[0]!.ok)
  } finally {
    await behind.close()
    await proxy.close()
  }
})

test('nobody there is an error before anything is published', async () => {
  const [port] = await freePorts(1)
  await expect(openKafkaPublisher({brokers: [`127.0.0.1:${port}`]}, 'urn:test')).rejects.toMatchObject({
    code: 'kafka_unreachable',
  })
})
