import {beforeEach, expect, test, vi} from 'vitest'
import type {EventStream} from '../services/ports/event-stream.ts'
import {createMemoryEventStream, type MemoryEventStream} from '../services/ports/testing/memory-event-stream.ts'
import {ANNA, BEN, event, put} from './testing/put-dead-letter.ts'
import {NOW, runCli, type RunOptions, transcript} from './testing/run-cli.ts'

const AT = ['--brokers', '127.0.0.1:9092']
const tail = async (stream: EventStream, line: string[] = [], options: RunOptions = {}): Promise<string> =>
  transcript(await runCli(['event', 'tail', ...line, ...AT], {stream, ...options}))
const places = async (stream: EventStream, ...line: string[]): Promise<string[]> => {
  const {stdout} = await runCli(['event', 'tail', ...line, ...AT, '--json'], {stream})
  const {events} = JSON.parse(stdout) as {events: {topic: string; partition: number; offset: number}[]}
  return events.map(({topic, partition, offset}) => `${topic}/${partition}/${offset}`)
}

beforeEach(() => {
  vi.stubEnv('KAFKA_BROKERS', undefined)
  return () => vi.unstubAllEnvs()
})

const TOPICS = ['task-events', 'reminders', 'task-updates'].flatMap((topic) => [topic, `${topic}-dlq`])
const SOURCE = {source: 'urn:todo5:installation:1', traceparent: null}

function filled(): MemoryEventStream {
  const stream = createMemoryEventStream({topics: TOPICS})
  const add = (number: number, minutesAgo: number, changes = {}, topic = 'task-events') => {
    const made = event(number, changes)
    stream.put({topic, key: made.user_id, at: NOW - minutesAgo * 60_000 + 123, event: made, ...SOURCE})
  }
  add(1, 30)
  const updated = {changed: ['due_at'], before: {due_at: null}, after: {due_at: '2026-11-21T08:00:00Z'}}
  add(2, 20, {event_type: 'task.updated', payload: {task_version: 3, ...updated}}, 'task-updates')
  add(3, 25, {user_id: BEN})
  const reminder = {task_version: 1, reminder_id: 7, revision: 1, reminder_at: '2026-11-20T10:00:00Z'}
  add(1, 3, {event_type: 'reminder.scheduled', payload: reminder}, 'reminders')
  stream.put({topic: 'reminders', partition: 2, at: NOW - 60_000, text: 'no \u001B[31mJSON'})
  put(stream, event(9), {minutesAgo: 2})
  return stream
}

test('the newest events of all topics, in the order of time', async () => {
  const stream = filled()
  expect(await tail(stream)).toMatchInlineSnapshot(`
    "2026-11-20 09:30:00.123+01:00  task.completed           1  task-events/4/0       user=018f0000-0000-7000-8000-00000000000a
    2026-11-20 09:35:00.123+01:00  task.completed           3  task-events/7/0       user=018f0000-0000-7000-8000-00000000000b
    2026-11-20 09:40:00.123+01:00  task.updated             2  task-updates/4/0      user=018f0000-0000-7000-8000-00000000000a  due_at: none → 2026-11-21 09:00+01:00
    2026-11-20 09:57:00.123+01:00  reminder.scheduled       1  reminders/4/0         user=018f0000-0000-7000-8000-00000000000a  reminder_id: 7, reminder_at: 2026-11-20 11:00+01:00
    2026-11-20 09:59:00.000+01:00  no event                 -  reminders/2/0           no  [31mJSON
    (exit 0)"
  `)
  expect(await tail(stream, ['--topic', 'task-events-dlq', '--utc'])).toMatchInlineSnapshot(`
    "2026-11-20 08:58:00.000Z  task.completed           9  task-events-dlq/4/0   user=018f0000-0000-7000-8000-00000000000a  handler_failed: failed 10 times: no such series
    (exit 0)"
  `)
  expect(await tail(stream, ['-n', '2'], {tty: 100})).toMatchInlineSnapshot(`
    "20 Nov 09:57:00.123  reminder.scheduled       1  reminders/4/0
      user=018f0000-0000-7000-8000-00000000000a  reminder_id: 7, reminder_at: 2026-11-20 11:00+01:00
    20 Nov 09:59:00.000  no event                 -  reminders/2/0           no  [31mJSON
    (exit 0)"
  `)
})

test('only of a user, a task, a type, a time', async () => {
  const stream = filled()
  expect(await places(stream, '--user', BEN)).toEqual(['task-events/7/0'])
  expect(await places(stream, '--task', '1')).toEqual(['task-events/4/0', 'reminders/4/0'])
  expect(await places(stream, '--type', 'task.updated', '--type', 'task.completed')).toEqual([
    'task-events/4/0',
    'task-events/7/0',
    'task-updates/4/0',
  ])
  expect(await places(stream, '--since', '26m')).toEqual([
    'task-events/7/0',
    'task-updates/4/0',
    'reminders/4/0',
    'reminders/2/0',
  ])
  expect(await places(stream, '--since', '26m', '-n', '1')).toEqual(['reminders/2/0'])
  expect(await places(stream, '-n', '0')).toEqual([])
  expect(await places(stream, '--topic', 'task-events-dlq', '--user', ANNA, '--task', '9')).toHaveLength(1)
  expect(await tail(stream, ['--task', '77'])).toBe('| There are no such events.\n(exit 0)')
})

test('json: events as they were published, and the text of what is none', async () => {
  const {stdout} = await runCli(['event', 'tail', '--topic', 'reminders', ...AT, '--json'], {stream: filled()})
  expect(JSON.parse(stdout)).toEqual({
    events: [
      {
        topic: 'reminders',
        partition: 4,
        offset: 0,
        at: '2026-11-20T08:57:00.123Z',
        key: ANNA,
        ...SOURCE,
        event: expect.objectContaining({event_type: 'reminder.scheduled', task_id: 1}) as unknown,
        text: null,
      },
      {
        topic: 'reminders',
        partition: 2,
        offset: 0,
        at: '2026-11-20T08:59:00.000Z',
        key: null,
        source: null,
        traceparent: null,
        event: null,
        text: 'no \u001B[31mJSON',
      },
    ],
  })
})

test('few among many are found, and the newest of them, wherever they lie', async () => {
  const stream = createMemoryEventStream({topics: TOPICS})
  const add = (partition: number, at: number, type: string) =>
    stream.put({topic: 'task-events', partition, key: ANNA, at, event: {...event(1), event_type: type}})
  // A busy partition, whose wanted events are newer than those of a quiet one.
  for (let n = 0; n < 3000; n++) add(1, NOW - 100_000 + n, n % 500 === 0 ? 'wanted' : 'other')
  for (let n = 0; n < 10; n++) add(2, NOW - 900_000 + n, 'wanted')
  const wanted = [0, 500, 1000, 1500, 2000, 2500].map((offset) => `task-events/1/${offset}`)
  expect(await places(stream, '--type', 'wanted', '-n', '3')).toEqual(wanted.slice(3))
  expect(await places(stream, '--type', 'wanted', '-n', '8')).toEqual(['task-events/2/8', 'task-events/2/9', ...wanted])
  expect(await places(stream, '--type', 'nothing')).toEqual([])
})

test('--follow: what is there, then what comes, each once, until Ctrl-C', async () => {
  const stream = filled()
  const told: string[] = []
  const following: EventStream = {
    ...stream,
    read: async function* read(ranges, signal) {
      for await (const batch of stream.read(ranges, signal)) {
        yield batch
        told.push(...batch.map(({offset, topic, partition}) => `${topic}/${partition}/${offset}`))
      }
    },
  }
  // Not how many: one of a run before may go meanwhile.
  const before = process.listeners('SIGINT')
  const running = runCli(['event', 'tail', '-f', '-n', '1', '--topic', 'task-events', ...AT, '--json'], {
    stream: following,
  })
  await expect.poll(() => told, {timeout: 90_000}).toHaveLength(2)
  for (const number of [4, 5])
    stream.put({topic: 'task-events', key: BEN, event: event(number, {user_id: BEN}), at: NOW})
  await expect.poll(() => told, {timeout: 90_000}).toHaveLength(4)
  expect(process.listeners('SIGINT').some((listener) => !before.includes(listener))).toBe(true)
  process.emit('SIGINT')
  const {code, stdout, stderr} = await running
  expect([code, stderr]).toEqual([0, ''])
  const lines = stdout.trim().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as {event: {task_id: number}}).event.task_id)).toEqual([3, 4, 5])
})

test('which bus: of what runs here, of a flag; none', async () => {
  expect(transcript(await runCli(['event', 'tail']))).toMatchInlineSnapshot(`
    "| Error: todo5 does not run here.  [not_running, exit 6]
    | Try:   todo5 up        starts everything on this machine
    |        --brokers HOST:PORT        when its Kafka is elsewhere
    (exit 6)"
  `)
  expect(transcript(await runCli(['event', 'tail', '--target', 'local']))).toContain('[not_running, exit 6]')
  expect(transcript(await runCli(['event', 'tail', '--target', 'host']))).toContain('[not_running, exit 6]')
  expect(transcript(await runCli(['event', 'tail', '--target', 'oke']))).toContain('[kube_context_needed, exit 2]')
  expect(await tail(createMemoryEventStream())).toContain('[topic_not_found, exit 3]')
  expect(await tail(filled(), ['--topic', 'tasks'])).toContain('(exit 2)')
})
