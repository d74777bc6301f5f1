import {type AddressInfo, createServer, type Server, type Socket} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import type {EventStream} from '../../../services/ports/event-stream.ts'
import {createMemoryEventStream} from '../../../services/ports/testing/memory-event-stream.ts'
import {FakeKafka} from '../../testing/fake-kafka.ts'
import {wantedTopics} from '../plan-topics.ts'
import {examineKafka} from './examine-stream.ts'

const servers: Server[] = []
const sockets = new Set<Socket>()
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

/** A broker as far as it is asked whether it is one; without an answer it stands still. */
async function broker(answer?: Buffer): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('data', () => void (answer && socket.write(answer)))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
/** Length, then the correlation id of the question. */
const ANSWER = Buffer.from([0, 0, 0, 4, 0, 0, 0, 1])

const sources = (kafka: FakeKafka, stream: EventStream) => ({
  kafka: async () => kafka,
  stream: async () => stream,
  now: Date.now(),
})

test('a broker that stands still is one problem, and nothing else is judged', {timeout: 300_000}, async () => {
  const brokers = await broker()
  const kafka = new FakeKafka()
  expect(await examineKafka(brokers, sources(kafka, createMemoryEventStream()))).toEqual([
    expect.objectContaining({
      area: 'host',
      check: 'kafka',
      state: 'problem',
      found: `Kafka does not answer at ${brokers}`,
    }),
  ])
  expect(kafka.connections).toEqual([])
})

test('topics, consumers and dead letters; everything is closed again', async () => {
  const [first, ...others] = wantedTopics('host')
  const kafka = new FakeKafka(others)
  const stream = createMemoryEventStream()
  let closed = 0
  const watched = {...stream, close: async () => void closed++}
  const checks = await examineKafka(await broker(ANSWER), sources(kafka, watched))
  expect(checks.map(({check, state}) => `${check} ${state}`)).toEqual([
    'kafka ok',
    'topics problem',
    'consumers problem',
    'dead_letters ok',
  ])
  expect(checks[1]!.details).toEqual([`${first!.name} is missing`])
  expect(checks[2]!.details.join('\n')).toContain('nobody reads as audit-service')
  expect([kafka.closed, closed]).toEqual([1, 1])
})
