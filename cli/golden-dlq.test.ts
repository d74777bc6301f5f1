import {expect, test} from 'vitest'
import type {Envelope} from '../services/domain/events/envelope.ts'
import {createMemoryEventStream, type MemoryEventStream} from '../services/ports/testing/memory-event-stream.ts'
import {ANNA, BEN, event, put} from './testing/put-dead-letter.ts'
import {NOW, runCli, type RunOptions, transcript} from './testing/run-cli.ts'

const AT = ['--brokers', '127.0.0.1:9092']
const dlq = async (stream: MemoryEventStream, line: string[], options: RunOptions = {}): Promise<string> =>
  transcript(await runCli(['dlq', ...line, ...AT], {stream, ...options}))
/** What was published, in its order. */
const published = (stream: MemoryEventStream): Envelope[] =>
  stream.records('task-events').map((record) => record.event as Envelope)
const json = async (stream: MemoryEventStream, ...line: string[]) =>
  JSON.parse((await runCli(['dlq', ...line, ...AT, '--json'], {stream})).stdout)

/** A stream with one of each kind. */
function filled(): MemoryEventStream {
  const stream = createMemoryEventStream({topics: ['task-events', 'reminders', 'task-updates']})
  put(stream, event(1), {minutesAgo: 26})
  put(stream, event(1), {consumer: 'recurring-task-service', minutesAgo: 25})
  put(stream, event(2, {user_id: BEN}), {minutesAgo: 20})
  put(stream, event(3, {event_version: '2.0'}), {
    code: 'unsupported_version',
    reason: 'event_version 2.0',
    minutesAgo: 180,
  })
  put(stream, {user_id: BEN}, {code: 'malformed_event', reason: 'event_id: Invalid\u001B[31m input', minutesAgo: 5})
  stream.put({topic: 'reminders-dlq', key: BEN, at: NOW - 60_000, text: 'not even JSON'})
  return stream
}

test('list: the newest first, with the reason; a summary; filters', async () => {
  const stream = filled()
  expect(await dlq(stream, ['list'])).toMatchInlineSnapshot(`
    "ID               WHEN                    TYPE            CODE                 CONSUMER        REASON
    reminders/7/0    2026-11-20 09:59+01:00  none            given_up_by_dapr     Dapr            Dapr could not read it, or gave up delivering it; it does not say more.
    task-events/7/1  2026-11-20 09:55+01:00  none            malformed_event      audit           event_id: Invalid [31m input
    task-events/7/0  2026-11-20 09:40+01:00  task.completed  handler_failed       audit           failed 10 times: no such series
    task-events/4/1  2026-11-20 09:35+01:00  task.completed  handler_failed       recurring-task  failed 10 times: no such series
    task-events/4/0  2026-11-20 09:34+01:00  task.completed  handler_failed       audit           failed 10 times: no such series
    task-events/4/2  2026-11-20 07:00+01:00  task.completed  unsupported_version  audit           event_version 2.0
    (exit 0)"
  `)
  expect(await dlq(stream, ['list', '--summary'])).toMatchInlineSnapshot(`
    "COUNT  TYPE            CODE                 CONSUMER        OLDEST  REASON
        2  task.completed  handler_failed       audit           26 min  failed 10 times: no such series
        1  none            given_up_by_dapr     Dapr            1 min   Dapr could not read it, or gave up delivering it; it does not say more.
        1  task.completed  handler_failed       recurring-task  25 min  failed 10 times: no such series
        1  task.completed  unsupported_version  audit           3 h     event_version 2.0
        1  none            malformed_event      audit           5 min   event_id: Invalid [31m input
    (exit 0)"
  `)
  expect(await dlq(stream, ['list', '--limit', '1', '--topic', 'task-events'], {tty: 80})).toMatchInlineSnapshot(`
    "ID               WHEN       TYPE  CODE             CONSUMER  REASON
    task-events/7/1  5 min ago  none  malformed_event  audit     event_id: Invalid…
    | 4 older ones are not shown (--limit).
    (exit 0)"
  `)
  const ids = async (...line: string[]): Promise<unknown> =>
    (await json(stream, 'list', ...line)).dead_letters.map(({event_id: id, code}: Record<string, string>) => id ?? code)
  const [one, two, three] = [1, 2, 3].map((number) => event(number).event_id)
  expect(await ids('--consumer', 'recurring-task-service')).toEqual([one])
  expect(await ids('--user', BEN, '--topic', 'task-events')).toEqual(['malformed_event', two])
  expect(await ids('--code', 'unsupported_version', '--type', 'task.completed')).toEqual([three])
  expect(await ids('--since', '22m')).toEqual(['given_up_by_dapr', 'malformed_event', two])
  expect(await ids('--since', '2026-11-20T07:00Z', '--code', 'handler_failed')).toEqual([two, one, one])
  expect(await dlq(createMemoryEventStream(), ['list'])).toBe('| There are no such dead letters.\n(exit 0)')
})

test('show: why, what became of it, and the event', async () => {
  const stream = filled()
  expect(await dlq(stream, ['show', 'task-events-dlq/4/1', '--utc'])).toMatchInlineSnapshot(`
    "task-events/4/1  handler_failed
      reason    failed 10 times: no such series
      when      Fri 20 Nov 2026 08:35 UTC
      consumer  recurring-task-service
      state     open
      replays   none
      key       018f0000-0000-7000-8000-00000000000a
      {
        "event_id": "019aa000-0000-7000-8000-000000000001",
        "event_type": "task.completed",
        "event_version": "1.0",
        "timestamp": "2026-11-20T08:00:00.000Z",
        "user_id": "018f0000-0000-7000-8000-00000000000a",
        "task_id": 1,
        "payload": {
          "task_version": 2,
          "series_id": null,
          "occurrence_at": null,
          "completed_at": "2026-11-20T08:00:00Z"
        }
      }
    (exit 0)"
  `)
  expect(await dlq(stream, ['show', 'reminders/7/0'])).toMatchInlineSnapshot(`
    "reminders/7/0  given_up_by_dapr
      reason    Dapr could not read it, or gave up delivering it; it does not say more.
      when      Fri 20 Nov 2026 09:59 CET
      consumer  Dapr
      state     open
      replays   none
      key       018f0000-0000-7000-8000-00000000000b
      not even JSON
    (exit 0)"
  `)
  expect(await json(stream, 'show', 'task-events/7/1')).toEqual({
    id: 'task-events/7/1',
    topic: 'task-events',
    partition: 7,
    offset: 1,
    at: '2026-11-20T08:55:00.000Z',
    consumer: 'audit-service',
    code: 'malformed_event',
    reason: 'event_id: Invalid\u001B[31m input',
    event_id: null,
    event_type: null,
    user_id: BEN,
    task_id: null,
    replay_count: 0,
    state: 'open',
    handled_at: null,
    handled_by: null,
    key: BEN,
    original: {user_id: BEN},
    text: null,
  })
  expect(await dlq(stream, ['show', 'task-events/4/99'])).toMatchInlineSnapshot(`
    "| Error: There is no dead letter task-events/4/99, or it has expired.  [dead_letter_not_found, exit 3]
    | Try:   todo5 dlq list
    |        todo5 dlq list --all        those that were replayed or dropped, too
    (exit 3)"
  `)
  expect(await dlq(stream, ['show', 'task-event/4/1'])).toMatchInlineSnapshot(`
    "| Error: task-event/4/1 is no dead letter's id.  [invalid_dead_letter_id, exit 2]
    | Try:   it looks like task-events/3/17
    |        todo5 dlq list
    (exit 2)"
  `)
})

test('replay --dry-run: how many of each type and reason, and into which partitions', async () => {
  const stream = filled()
  const before = stream.records('task-events-dlq')
  expect(await dlq(stream, ['replay', '--dry-run'])).toMatchInlineSnapshot(`
    "COUNT  TYPE            CODE                 CONSUMER        OLDEST  REPLAY            REASON
        2  task.completed  handler_failed       audit           26 min  yes               failed 10 times: no such series
        1  none            given_up_by_dapr     Dapr            1 min   no, not an event  Dapr could not read it, or gave up delivering it; it does not say more.
        1  task.completed  handler_failed       recurring-task  25 min  yes               failed 10 times: no such series
        1  task.completed  unsupported_version  audit           3 h     no, fails again   event_version 2.0
        1  none            malformed_event      audit           5 min   no, not an event  event_id: Invalid [31m input
    Would publish 1 event to partition 4 of task-events.
    Would publish 1 event to partition 7 of task-events.
    Would mark 3 dead letters as replayed.
    | Nothing was changed.
    (exit 0)"
  `)
  const dry = await json(stream, 'replay', '--dry-run', '--code', 'malformed_event')
  expect(dry).toEqual({
    dry_run: true,
    steps: [],
    groups: [expect.objectContaining({count: 1, code: 'malformed_event', left_out: 'no_event'})],
    left_out: [{id: 'task-events/7/1', code: 'no_event', reason: expect.stringContaining('event_id: Invalid input')}],
  })
  expect(stream.records('task-events')).toEqual([])
  expect(stream.records('task-events-dlq')).toEqual(before)
})

test('replay: each event once, as it was, to the partition of its user; it is not listed any more', async () => {
  const stream = filled()
  expect(await dlq(stream, ['replay'])).toMatchInlineSnapshot(`
    "Replayed 3 dead letters.
    | Left out reminders/7/0, and 1 more of this kind: it is no JSON.  [no_event]
    | Left out task-events/4/2: event_version 2.0.  [fails_again]
    (exit 0)"
  `)
  expect(published(stream)).toEqual([
    {...event(1), replay_count: 1},
    {...event(2, {user_id: BEN}), replay_count: 1},
  ])
  const records = stream.records('task-events')
  expect(records.map(({partition}) => partition)).toEqual([4, 7])
  expect(records[0]).toMatchObject({
    key: ANNA,
    source: 'urn:todo5:installation:1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  })
  const marks = stream.records('task-events-dlq').slice(-1)
  expect(marks).toMatchObject([
    {
      key: BEN,
      partition: 7,
      source: 'urn:todo5:installation:1',
      event: {
        dead_letter_mark: {
          offset: 0,
          event_id: event(2).event_id,
          consumer: 'audit-service',
          action: 'replayed',
          at: '2026-11-20T09:00:00.000Z',
          by: 'operator',
        },
      },
    },
  ])
  expect((await json(stream, 'list')).dead_letters.map(({code}: {code: string}) => code)).toEqual([
    'given_up_by_dapr',
    'malformed_event',
    'unsupported_version',
  ])
  expect(await dlq(stream, ['list', '--all', '--type', 'task.completed'])).toMatchInlineSnapshot(`
    "ID               WHEN                    TYPE            CODE                 CONSUMER        STATE     REASON
    task-events/7/0  2026-11-20 09:40+01:00  task.completed  handler_failed       audit           replayed  failed 10 times: no such series
    task-events/4/1  2026-11-20 09:35+01:00  task.completed  handler_failed       recurring-task  replayed  failed 10 times: no such series
    task-events/4/0  2026-11-20 09:34+01:00  task.completed  handler_failed       audit           replayed  failed 10 times: no such series
    task-events/4/2  2026-11-20 07:00+01:00  task.completed  unsupported_version  audit           open      event_version 2.0
    (exit 0)"
  `)
  expect(await dlq(stream, ['show', 'task-events/4/0', '--utc'])).toContain(
    'state     replayed Fri 20 Nov 2026 09:00 UTC by operator',
  )
  expect(await dlq(stream, ['replay'])).toContain('Nothing to do.')
  expect(stream.records('task-events')).toEqual(records)
})

test('replay of ids, also of what was handled; ids and flags together', async () => {
  const stream = filled()
  expect(await dlq(stream, ['replay', 'task-events/7/0', 'task-events/4/2'])).toMatchInlineSnapshot(`
    "Replayed 1 dead letter.
    | Left out task-events/4/2: event_version 2.0.  [fails_again]
    (exit 4)"
  `)
  expect(await dlq(stream, ['replay', 'task-events/7/0'])).toMatchInlineSnapshot(`
    "Nothing to do.
    | Left out task-events/7/0: it was replayed already; --force does it once more.  [already_handled]
    (exit 4)"
  `)
  expect((await runCli(['dlq', 'replay', 'task-events/7/0', '--force', ...AT], {stream})).code).toBe(0)
  expect(published(stream).map(({replay_count: count}) => count)).toEqual([1, 2])
  expect(await dlq(stream, ['replay', 'task-events/7/0', '--code', 'x'])).toContain('[conflicting_flags, exit 2]')
  expect(await dlq(stream, ['replay', 'task-events/7/9'])).toContain('[dead_letter_not_found, exit 3]')
})

test('what was replayed three times and came back is left alone, whether marks say so or the event does', async () => {
  const stream = createMemoryEventStream({topics: ['task-events']})
  for (let round = 1; round <= 3; round++) {
    put(stream, event(1))
    expect((await json(stream, 'replay')).dead_letters).toHaveLength(1)
  }
  put(stream, event(1))
  put(stream, event(1), {consumer: 'recurring-task-service'})
  put(stream, {...event(2), replay_count: 3}, {replayed: 3})
  expect(await dlq(stream, ['replay', '--dry-run'])).toMatchInlineSnapshot(`
    "COUNT  TYPE            CODE            CONSUMER        OLDEST  REPLAY         REASON
        2  task.completed  handler_failed  audit           10 min  no, too often  failed 10 times: no such series
        1  task.completed  handler_failed  recurring-task  10 min  yes            failed 10 times: no such series
    Would publish 1 event to partition 4 of task-events.
    Would mark 1 dead letter as replayed.
    | Nothing was changed.
    (exit 0)"
  `)
  const {left_out: leftOut} = await json(stream, 'replay', '--consumer', 'audit-service')
  expect(leftOut.map(({code}: {code: string}) => code)).toEqual(['replayed_too_often', 'replayed_too_often'])
  expect(stream.records('task-events')).toHaveLength(3)
  await json(stream, 'replay', '--force')
  expect(published(stream).map(({event_id: id, replay_count: count}) => [id, count])).toEqual([
    ...[1, 2, 3].map((count) => [event(1).event_id, count]),
    [event(1).event_id, 4],
    [event(2).event_id, 4],
  ])
})

test('another installation’s event is never given out in the name of this one', async () => {
  const stream = createMemoryEventStream()
  put(stream, event(1), {code: 'foreign_installation', reason: 'Its source is x, this is y.'})
  put(stream, event(2), {code: 'no_cloud_event', reason: 'It is not a CloudEvent with JSON in it.'})
  const {left_out: leftOut} = await json(stream, 'replay', '--force')
  expect(leftOut.map(({code, reason}: {code: string; reason: string}) => [code, reason])).toEqual([
    ['not_ours', 'Its source is x, this is y'],
    ['not_ours', 'It is not a CloudEvent with JSON in it'],
  ])
  expect(stream.records('task-events')).toEqual([])
})

test('drop: asks, marks, and keeps; --force brings it back', async () => {
  const stream = filled()
  expect(await dlq(stream, ['drop'])).toMatchInlineSnapshot(`
    "| Error: Which dead letters? Name them, or say what they have in common.  [choice_needed, exit 2]
    | Try:   --code malformed_event
    |        todo5 dlq list --summary        what there is
    (exit 2)"
  `)
  expect(await dlq(stream, ['drop', '--code', 'handler_failed'])).toMatchInlineSnapshot(`
    "| Error: This gives up 3 dead letters: nobody is asked about that again. This has to be confirmed.
    |        [confirmation_needed, exit 2]
    | Try:   --yes        confirms it
    |        --dry-run    shows what would be done
    (exit 2)"
  `)
  expect(await dlq(stream, ['drop', '--code', 'handler_failed', '--dry-run'])).toMatchInlineSnapshot(`
    "COUNT  TYPE            CODE            CONSUMER        OLDEST  REASON
        2  task.completed  handler_failed  audit           26 min  failed 10 times: no such series
        1  task.completed  handler_failed  recurring-task  25 min  failed 10 times: no such series
    Would mark 3 dead letters as dropped.
    | Nothing was changed.
    (exit 0)"
  `)
  expect(await dlq(stream, ['drop', 'reminders/7/0'], {answer: 'n'})).toMatchInlineSnapshot(`
    "| This gives up 1 dead letter: nobody is asked about that again.
    | Drop? [y/N] 
    | Error: Nothing was changed.  [not_confirmed, exit 4]
    (exit 4)"
  `)
  expect((await json(stream, 'list')).total).toBe(6)
  expect(await dlq(stream, ['drop', 'reminders/7/0', 'task-events/7/0'], {answer: 'y'})).toMatchInlineSnapshot(`
    "Dropped 2 dead letters.
    | This gives up 2 dead letters: nobody is asked about that again.
    | Drop? [y/N]
    (exit 0)"
  `)
  expect(stream.records('reminders-dlq').at(-1)).toMatchObject({
    key: BEN,
    partition: 7,
    event: {dead_letter_mark: {offset: 0, event_id: null, consumer: null, action: 'dropped', by: 'operator'}},
  })
  expect((await json(stream, 'list')).total).toBe(4)
  expect(await dlq(stream, ['drop', 'reminders/7/0', '--yes'])).toMatchInlineSnapshot(`
    "Nothing to do.
    | Left out reminders/7/0: it was dropped already.  [already_handled]
    (exit 4)"
  `)
  expect((await json(stream, 'replay', 'task-events/7/0')).left_out).toEqual([
    {id: 'task-events/7/0', code: 'already_handled', reason: 'it was dropped already; --force does it once more'},
  ])
  await json(stream, 'replay', 'task-events/7/0', '--force')
  expect(stream.records('task-events')).toHaveLength(1)
  expect((await json(stream, 'show', 'task-events/7/0')).state).toBe('replayed')
})
