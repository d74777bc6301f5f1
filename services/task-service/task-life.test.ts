import {afterAll, beforeAll, expect, test} from 'vitest'
import {call} from '../../test/support/pipeline.ts'
import type {SeriesResponse, TaskRemindersResponse} from '../contracts/history.ts'
import {TaskClient} from './testing/task-client.ts'

let user: TaskClient
beforeAll(async () => {
  user = await TaskClient.start()
})
afterAll(async () => user.stop())

const done = async (id: number) => (await user.done(id)).next!
const seriesOf = async (id: number, query = '') =>
  (await user.send<SeriesResponse>('GET', `/tasks/${id}/series${query}`)).body
const remindersOf = async (id: number) =>
  (await user.send<TaskRemindersResponse>('GET', `/tasks/${id}/reminders`)).body.reminders
const base = Math.floor(Date.now() / 1000) * 1000
const inDays = (days: number) => new Date(base + days * 86_400_000).toISOString().replace('.000Z', 'Z')

test('a series three days late: the occurrences, what comes, and how it was kept', async () => {
  const first = await user.create({due_at: inDays(-3.5), recurring_pattern: 'daily'})
  const second = await done(first.id)
  const third = await done(second.id)
  const series = await seriesOf(third.id)
  expect(series).toEqual({
    series_id: first.series_id,
    rule: first.recurring_pattern,
    anchor: 'due',
    catch_up: 'once',
    ends_at: null,
    live: true,
    occurrences: [
      expect.objectContaining({task_id: third.id, state: 'open', closed_at: null, late_seconds: 0}),
      expect.objectContaining({task_id: second.id, state: 'done', due_at: inDays(0.5), late_seconds: 0}),
      expect.objectContaining({task_id: first.id, state: 'done', occurrence_at: inDays(-3.5)}),
    ],
    coming: [inDays(2.5), inDays(3.5), inDays(4.5), inDays(5.5), inDays(6.5)],
    // Days −2.5, −1.5 and −0.5 passed; the late completion covers them.
    statistics: {
      done: 2,
      skipped: 0,
      late: 1,
      missed: 3,
      current_streak: 1,
      longest_streak: 1,
      completion_rate: 0.4,
    },
  })
  expect(series.occurrences[2]!.late_seconds).toBeGreaterThanOrEqual(3.5 * 86_400)
  // Of any occurrence it is the same series.
  expect(await seriesOf(first.id)).toEqual(series)
})

test('a series that goes on from an early completion is known whole, though its dates go backwards', async () => {
  const first = await user.create({due_at: inDays(20), recurring_pattern: 'every 30 days', anchor: 'completion'})
  const second = await done(first.id)
  await user.edit(second.id, {recurring_pattern: 'every 3 days'})
  const third = await done(second.id)
  expect(Date.parse(third.due_at!)).toBeLessThan(Date.parse(second.due_at!))
  const {occurrences} = await seriesOf(third.id)
  expect(occurrences.map((entry) => entry.task_id).toSorted((a, b) => a - b)).toEqual([first.id, second.id, third.id])
})

test('as many as asked for, the open one besides; dates as many as asked for', async () => {
  const first = await user.create({due_at: inDays(1), recurring_pattern: 'daily'})
  const third = await done((await done(first.id)).id)
  const short = await seriesOf(third.id, '?limit=1&next=0')
  expect(short).toMatchObject({live: true, coming: [], statistics: {done: 2}})
  expect(short.occurrences.map(({state}) => state)).toEqual(['open', 'done'])
  for (const query of ['?limit=0', '?limit=x', '?next=101', '?page=2'])
    expect((await user.send('GET', `/tasks/${third.id}/series${query}`)).status, query).toBe(422)
})

test('over changes of the rule it is one life, whichever occurrence is asked for', async () => {
  const first = await user.create({due_at: inDays(1), recurring_pattern: 'daily'})
  const second = await done(first.id)
  await user.edit(second.id, {recurring_pattern: 'weekly'})
  // Twice, so that one series in between has no occurrence of its own.
  const changed = (await user.edit(second.id, {recurring_pattern: 'every 2 days'})).body
  const third = await done(second.id)
  expect(changed.series_id).not.toBe(first.series_id)
  const whole = await seriesOf(first.id)
  expect(whole).toMatchObject({series_id: changed.series_id, rule: changed.recurring_pattern, statistics: {done: 2}})
  expect(whole.occurrences.map(({task_id: id}) => id)).toEqual([third.id, second.id, first.id])
  expect(await seriesOf(second.id)).toEqual(whole)
  expect(await seriesOf(third.id)).toEqual(whole)
})

test('a skipped occurrence is visible; a deleted series is not live and keeps its past', async () => {
  const first = await user.create({due_at: inDays(1), recurring_pattern: 'daily'})
  const second = await done(first.id)
  await user.delete(second.id, 'this')
  const states = async () => (await seriesOf(first.id)).occurrences.map(({state}) => state)
  await expect.poll(states, {timeout: 90_000}).toEqual(['open', 'skipped', 'done'])
  const open = (await seriesOf(first.id)).occurrences[0]!
  await user.delete(open.task_id, 'following')
  expect(await seriesOf(first.id)).toMatchObject({live: false, coming: [], statistics: {done: 1, skipped: 1}})
  expect(await states()).toEqual(['skipped', 'done'])
})

test('a series that came to its end is not live', async () => {
  const only = await user.create({due_at: inDays(1), recurring_pattern: 'FREQ=DAILY;COUNT=1'})
  expect(await seriesOf(only.id)).toMatchObject({live: true, coming: []})
  await user.complete(only.id)
  expect(await seriesOf(only.id)).toMatchObject({live: false, coming: [], statistics: {done: 1, completion_rate: 1}})
})

test('a stored rule that is none any more hides nothing of what was done', async () => {
  const first = await user.create({due_at: inDays(1), recurring_pattern: 'daily'})
  await user.done(first.id)
  await user.admin.query(`update todo.series set rule = 'FREQ=SOMETIMES' where id = $1`, [first.series_id])
  expect(await seriesOf(first.id)).toMatchObject({
    live: true,
    coming: [],
    statistics: {done: 1, completion_rate: null},
    occurrences: [{state: 'open'}, {state: 'done'}],
  })
  expect(user.pipeline.lines).toContainEqual(
    expect.objectContaining({level: 'ERROR', message: 'the rule of a series cannot be computed'}),
  )
})

test('what does not repeat has no series; what belongs to somebody else does not exist', async () => {
  const single = await user.create({due_at: inDays(1)})
  expect(await user.send('GET', `/tasks/${single.id}/series`)).toMatchObject({status: 404, body: {code: 'no_series'}})
  for (const part of ['series', 'reminders']) {
    expect(await user.send('GET', `/tasks/987654/${part}`)).toMatchObject({status: 404, body: {code: 'task_not_found'}})
    const stranger = await user.another().send('GET', `/tasks/${single.id}/${part}`)
    expect(stranger).toMatchObject({status: 404, body: {code: 'task_not_found'}})
    expect(await call(user.pipeline.tasks, null, 'GET', `/v1/tasks/${single.id}/${part}`)).toMatchObject({status: 401})
  }
})

test('every reminder that a task had, with its deliveries and what was said to them', async () => {
  const task = await user.create({due_at: inDays(2), reminders: [{offset_seconds: 3600}]})
  const [reminder] = await remindersOf(task.id)
  await user.admin.query(
    `insert into todo.reminder_deliveries (user_id, reminder_id, revision, channel, state, next_attempt_at, message_id, attempts, attempt_log)
     values ($1, $2, 1, 'email', 'scheduled', '2036-01-01T00:00Z', 'm@x', 1, $3), ($1, $2, 1, 'push', 'sent', now(), null, 1, $4)`,
    [
      user.user,
      reminder!.id,
      JSON.stringify([{at: '2026-11-22T08:00:00.123Z', outcome: 'retry', code: 'smtp', answer: '451 later'}]),
      JSON.stringify([{at: '2026-11-22T08:00:01.000Z', outcome: 'sent', code: null, answer: '201'}]),
    ],
  )
  await user.edit(task.id, {reminders: [{offset_seconds: 60}]})
  const all = await remindersOf(task.id)
  expect(all.map(({offset_seconds, removed_at}) => [offset_seconds, removed_at !== null])).toEqual([
    [3600, true],
    [60, false],
  ])
  expect(all[0]!.deliveries).toEqual([
    // Its task got other reminders before the next try.
    {
      channel: 'email',
      revision: 1,
      state: 'cancelled',
      next_attempt_at: null,
      message_id: 'm@x',
      attempts: [{at: '2026-11-22T08:00:00.123Z', outcome: 'retry', code: 'smtp', answer: '451 later'}],
    },
    {
      channel: 'push',
      revision: 1,
      state: 'sent',
      next_attempt_at: null,
      message_id: null,
      attempts: [{at: '2026-11-22T08:00:01Z', outcome: 'sent', code: null, answer: '201'}],
    },
  ])
  await user.delete(task.id)
  expect((await remindersOf(task.id)).map(({state}) => state)).toEqual(['cancelled', 'cancelled'])
})
