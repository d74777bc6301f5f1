import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {runCli} from '../../cli/testing/run-cli.ts'
import {createEmbeddedEventStream} from '../../services/adapters/embedded/event-stream.ts'
import type {EventStream} from '../../services/ports/event-stream.ts'
import {TaskClient} from '../../services/task-service/testing/task-client.ts'

const WAIT = {timeout: 90_000, interval: 50}
vi.setConfig({testTimeout: 300_000})

let client: TaskClient
let stream: EventStream
let home: string

beforeAll(async () => {
  // No sweep: what is made is made by the event.
  client = await TaskClient.start({sweep: {everyMs: 3_600_000, olderThanSeconds: 3_600}})
  stream = createEmbeddedEventStream({database: await client.pipeline.open('bus')})
  home = await mkdtemp(join(tmpdir(), 'todo5-dead-letters-'))
  await mkdir(join(home, 'state'))
  const state = {api_url: 'http://127.0.0.1:1/api/v1', database_url: client.pipeline.database.url}
  await writeFile(join(home, 'state', 'local.json'), JSON.stringify(state))
})
afterAll(async () => {
  await client.stop()
  await rm(home, {recursive: true})
})

async function dlq(...line: string[]) {
  const {code, stdout, stderr} = await runCli(['dlq', ...line, '--json'], {home})
  expect(code, stdout + stderr).toBe(0)
  return JSON.parse(stdout)
}
const open = async (): Promise<Record<string, unknown>[]> => (await dlq('list')).dead_letters

const metric = async (name: string): Promise<number> => {
  const text = await client.pipeline.recurring.metrics.registry.metrics()
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

/** Every occurrence of this title is refused until the fault is mended. */
async function breakOccurrencesOf(title: string): Promise<() => Promise<void>> {
  await client.admin.query(`create function public.refuse() returns trigger language plpgsql as $$
    begin raise exception 'no room for %', new.title; end $$`)
  await client.admin.query(`create trigger refuse before insert on todo.tasks for each row
    when (new.predecessor_id is not null and new.title = '${title}') execute function public.refuse()`)
  return async () => await client.admin.query('drop function public.refuse() cascade').then(() => undefined)
}

test('an event that a handler refuses: put aside, the partition goes on; after the fix replayed, and done once', async () => {
  const mend = await breakOccurrencesOf('poison')
  const poisoned = await client.add({title: 'poison'})
  const sound = await client.add({title: 'sound'})
  await client.complete(poisoned.id)
  await client.complete(sound.id)
  await expect.poll(async () => (await client.open()).map(({title}) => title), WAIT).toEqual(['sound'])
  await expect.poll(open, WAIT).toHaveLength(1)
  const [letter] = await open()
  expect(letter).toMatchObject({
    consumer: 'recurring-task-service',
    code: 'handler_failed',
    reason: expect.stringMatching(/^failed 10 times: .*no room for poison/u),
    event_type: 'task.completed',
    task_id: poisoned.id,
    user_id: client.user,
    replay_count: 0,
  })
  expect(await metric('consumer_dead_letters_total')).toBe(1)

  await mend()
  expect(await dlq('replay', '--dry-run')).toMatchObject({
    steps: [
      expect.stringMatching(/^publish 1 event to partition \d+ of task-events$/u),
      expect.stringContaining('mark 1'),
    ],
  })
  expect((await dlq('replay')).dead_letters).toEqual([letter!['id']])
  await expect
    .poll(async () => (await client.open()).map(({title}) => title).toSorted(), WAIT)
    .toEqual(['poison', 'sound'])
  expect(await open()).toEqual([])

  // As after a crash between the event and its mark: the operator replays once more.
  await client.admin.query(`delete from jobs.event_log where event ? 'dead_letter_mark'`)
  const suppressed = await metric('consumer_duplicates_suppressed_total')
  expect((await dlq('replay')).dead_letters).toEqual([letter!['id']])
  await expect.poll(async () => metric('consumer_duplicates_suppressed_total'), WAIT).toBe(suppressed + 1)
  expect((await client.open()).map(({title}) => title).toSorted()).toEqual(['poison', 'sound'])
  const published = (await client.events(poisoned.id)).filter(({event_type: type}) => type === 'task.completed')
  expect(new Set(published.map(({event_id: id}) => id)).size).toBe(1)
  expect(await open()).toEqual([])
})

test('an event that fails again comes back, and says how often it was replayed', async () => {
  const mend = await breakOccurrencesOf('stubborn')
  const task = await client.add({title: 'stubborn'})
  await client.complete(task.id)
  await expect.poll(open, WAIT).toMatchObject([{replay_count: 0}])
  await dlq('replay')
  await expect.poll(open, WAIT).toMatchObject([{replay_count: 1}])
  await mend()
  await dlq('replay')
  await expect.poll(async () => (await client.open()).map(({title}) => title), WAIT).toContain('stubborn')
  expect(await open()).toEqual([])
})

test('what no version of the consumers reads is never replayed, and goes by being dropped', async () => {
  const event = {event_id: crypto.randomUUID(), event_type: 'task.completed', event_version: '2.0'}
  const entry = {topic: 'task-events', key: client.user, eventId: event.event_id, eventType: event.event_type}
  await stream.publish([{...entry, event, traceparent: null, source: null}])
  await expect.poll(open, WAIT).toMatchObject([{code: 'malformed_event', event_id: event.event_id}])
  const {dead_letters: replayed, left_out: leftOut} = await dlq('replay')
  expect([replayed, leftOut]).toEqual([[], [expect.objectContaining({code: 'no_event'})]])
  await dlq('drop', '--code', 'malformed_event', '--yes')
  expect(await open()).toEqual([])
})
