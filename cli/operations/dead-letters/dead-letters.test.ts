import {describe, expect, test} from 'vitest'
import type {Envelope} from '../../../services/domain/events/envelope.ts'
import type {EventStream} from '../../../services/ports/event-stream.ts'
import {createMemoryEventStream} from '../../../services/ports/testing/memory-event-stream.ts'
import {CliError} from '../../errors.ts'
import {ANNA, BEN, event, put} from '../../testing/put-dead-letter.ts'
import {planReplay} from './plan-replay.ts'
import {readLetters} from './read-letters.ts'
import {dropLetters, replayLetters} from './settle-letters.ts'

const by = {by: 'operator', now: 0}
const ids = (stream: ReturnType<typeof createMemoryEventStream>): string[] =>
  stream.records('task-events').map((record) => (record.event as Envelope).event_id)
const replayAll = async (stream: EventStream, over = stream): Promise<void> =>
  await replayLetters(over, planReplay(await readLetters(stream), {force: false}), by)

describe('the order of a replay', () => {
  test('is the one in which a consumer refused the events of a user', async () => {
    const stream = createMemoryEventStream()
    for (const number of [3, 1, 2]) put(stream, event(number))
    await replayAll(stream)
    expect(ids(stream)).toEqual([3, 1, 2].map((number) => event(number).event_id))
  })

  test('is that of the changes of a task, however several consumers refused them', async () => {
    const stream = createMemoryEventStream()
    const version = (number: number, task_version: number): Envelope =>
      event(number, {task_id: 1, payload: {...event(1).payload, task_version}})
    const [first, second, third, fourth] = [version(1, 1), version(2, 2), version(3, 3), version(4, 3)] as const
    put(stream, second, {consumer: 'recurring-task-service'})
    put(stream, event(9))
    put(stream, first)
    put(stream, fourth, {consumer: 'recurring-task-service'})
    put(stream, second)
    put(stream, third)
    await replayAll(stream)
    expect(ids(stream)).toEqual([first, event(9), second, third, fourth].map(({event_id: id}) => id))
  })

  test('holds over portions, and the marks are there after each', async () => {
    const stream = createMemoryEventStream()
    const numbers = Array.from({length: 250}, (_, index) => index)
    for (const number of numbers) put(stream, {...event(1), event_id: uuid(number)})
    await replayAll(stream)
    expect(ids(stream)).toEqual(numbers.map(uuid))
    expect(await readLetters(stream)).toEqual([])
    expect((await readLetters(stream, {handled: true})).map(({handled}) => handled?.action)).toEqual(
      numbers.map(() => 'replayed'),
    )
  })
})

const uuid = (number: number): string => `019aa000-0000-7000-8000-${String(number).padStart(12, '0')}`

describe('a replay that ends early', () => {
  test('by a crash between events and marks: the next one publishes them again, in the same order', async () => {
    const stream = createMemoryEventStream()
    for (const number of [1, 2]) put(stream, event(number))
    const crashing: EventStream = {
      ...stream,
      publish: async (entries) => {
        if (entries.some(({topic}) => topic.endsWith('-dlq'))) throw new Error('killed')
        await stream.publish(entries)
      },
    }
    await expect(replayAll(stream, crashing)).rejects.toThrow('killed')
    expect(await readLetters(stream)).toHaveLength(2)
    await replayAll(stream)
    expect(ids(stream)).toEqual([1, 2, 1, 2].map((number) => event(number).event_id))
    await replayAll(stream)
    expect(ids(stream)).toHaveLength(4)
  })

  test('by Ctrl-C or a bus that goes away: says how far it came, and goes on from there', async () => {
    const stream = createMemoryEventStream()
    for (let number = 0; number < 250; number++) put(stream, {...event(1), event_id: uuid(number)})
    const plan = planReplay(await readLetters(stream), {force: false})
    const controller = new AbortController()
    const interrupting: EventStream = {
      ...stream,
      publish: async (entries) => {
        await stream.publish(entries)
        controller.abort()
      },
    }
    await expect(replayLetters(interrupting, plan, {...by, signal: controller.signal})).rejects.toMatchObject({
      code: 'interrupted',
      message: 'Interrupted: 100 of 250 were replayed; the same command goes on with the rest.',
    })
    expect(ids(stream)).toHaveLength(100)
    const left = await readLetters(stream)
    expect(left).toHaveLength(150)
    let portions = 0
    const failing: EventStream = {
      ...stream,
      publish: async (entries) => {
        if (++portions > 1) throw new CliError('Kafka does not answer.', {code: 'kafka_unreachable', exit: 6})
        await stream.publish(entries)
      },
    }
    await expect(dropLetters(failing, left, by)).rejects.toMatchObject({
      code: 'kafka_unreachable',
      message: 'Kafka does not answer. 100 of 150 were dropped; the same command goes on with the rest.',
    })
    expect(await readLetters(stream)).toHaveLength(50)
    await replayAll(stream)
    expect(new Set(ids(stream)).size).toBe(150)
    expect(ids(stream)).toHaveLength(150)
  })
})

describe('reading dead letters', () => {
  test('takes what is there when it begins, and nothing of what comes meanwhile', async () => {
    const stream = createMemoryEventStream()
    put(stream, event(1))
    const growing: EventStream = {
      ...stream,
      ends: async (topics) => {
        const ends = await stream.ends(topics)
        put(stream, event(2))
        return ends
      },
    }
    expect(await readLetters(growing)).toHaveLength(1)
    expect(await readLetters(stream)).toHaveLength(2)
  })

  test('is not disturbed by what has expired, nor by marks of what it does not know', async () => {
    const stream = createMemoryEventStream()
    for (const number of [1, 2, 3]) put(stream, event(number))
    const [, second] = await readLetters(stream)
    await dropLetters(stream, [second!], by)
    const {partition} = second!
    stream.expire('task-events-dlq', partition, 2)
    expect((await readLetters(stream, {handled: true})).map(({eventId}) => eventId)).toEqual([event(3).event_id])
    const mark = {offset: 99, event_id: null, consumer: null, action: 'dropped', at: 'x', by: 'x'}
    stream.put({topic: 'task-events-dlq', partition, key: ANNA, event: {dead_letter_mark: mark}})
    expect(await readLetters(stream)).toHaveLength(2)
  })

  test('an event that Dapr gave up keeps what it was, and can be replayed', async () => {
    const stream = createMemoryEventStream()
    const original = event(1, {user_id: BEN})
    stream.put({topic: 'task-events-dlq', key: BEN, event: original, source: 'urn:other'})
    expect(await readLetters(stream)).toMatchObject([{code: 'given_up_by_dapr', consumer: null, original, userId: BEN}])
    await replayAll(stream)
    expect(stream.records('task-events')).toMatchObject([{key: BEN, source: 'urn:other', event: original}])
    expect(await readLetters(stream)).toEqual([])
  })
})
