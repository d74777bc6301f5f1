import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type Pipeline, call, startPipeline} from '../../test/support/pipeline.ts'
import type {CompleteTaskResponse, TaskListResponse, TaskResponse} from '../contracts/tasks.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
})
afterAll(async () => pipeline.stop())

const add = async (user: string, body: Record<string, unknown>) =>
  (await call<TaskResponse>(pipeline.tasks, user, 'POST', '/v1/tasks', {body: {title: 'a', ...body}})).body
const edit = async (user: string, id: number, body: Record<string, unknown>) =>
  call<TaskResponse>(pipeline.tasks, user, 'PATCH', `/v1/tasks/${id}`, {body})
const done = async (user: string, id: number) =>
  (
    await call<CompleteTaskResponse>(pipeline.tasks, user, 'POST', `/v1/tasks/${id}/complete`, {
      headers: {prefer: 'wait=5'},
    })
  ).body

const times = (task: TaskResponse) =>
  task.reminders.filter((reminder) => reminder.state === 'scheduled').map((reminder) => reminder.reminder_at)

test('a task gets a reminder one hour before its due date, at 09:00 of the day when it is only a date, and none without one', async () => {
  const user = randomUUID()
  expect(times(await add(user, {due_at: '2036-12-01T09:00Z'}))).toEqual(['2036-12-01T08:00:00Z'])
  expect(times(await add(user, {due_at: '2036-12-01T22:59:59Z', due_has_time: false}))).toEqual([
    '2036-12-01T08:00:00Z',
  ])
  expect(times(await add(user, {}))).toEqual([])
  expect(times(await add(user, {due_at: '2036-12-01T09:00Z', reminders: []}))).toEqual([])
})

test('a reminder whose time is past is sent at once while the due date is ahead, and dropped when it is not', async () => {
  const user = randomUUID()
  const soon = new Date(Date.now() + 600_000).toISOString()
  expect(times(await add(user, {due_at: soon}))).toHaveLength(1)
  expect(times(await add(user, {due_at: '2020-01-01T00:00Z'}))).toHaveLength(0)
})

test('moving the due date moves the reminders, each with its offset and a new revision', async () => {
  const user = randomUUID()
  const task = await add(user, {due_at: '2036-12-01T09:00Z', reminders: [{offset_seconds: 3600}, {offset_seconds: 60}]})
  const moved = (await edit(user, task.id, {due_at: '2036-12-02T10:00Z'})).body
  expect(times(moved)).toEqual(['2036-12-02T09:00:00Z', '2036-12-02T09:59:00Z'])
  expect(moved).toMatchObject({reminder_at: '2036-12-02T09:00:00Z', version: 2})
  expect(moved.reminders.every((reminder) => reminder.revision > 1)).toBe(true)
  expect(times((await edit(user, task.id, {due_at: null})).body)).toEqual([])
})

test('moving one occurrence leaves the series where it is', async () => {
  const user = randomUUID()
  const task = await add(user, {due_at: '2036-12-01T09:00Z', recurring_pattern: 'FREQ=WEEKLY'})
  const moved = (await edit(user, task.id, {due_at: '2036-12-03T12:00Z'})).body
  expect(moved).toMatchObject({
    occurrence_at: '2036-12-01T09:00:00Z',
    due_at: '2036-12-03T12:00:00Z',
    series_id: task.series_id,
  })
  expect((await done(user, task.id)).next).toMatchObject({due_at: '2036-12-08T09:00:00Z'})
})

test('what a task says is what its following occurrences say', async () => {
  const user = randomUUID()
  const task = await add(user, {due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily'})
  await edit(user, task.id, {
    title: 'b',
    tags: ['home'],
    priority: 2,
    description: 'how',
    reminders: [{offset_seconds: 0}],
  })
  const {next} = await done(user, task.id)
  expect(next).toMatchObject({
    title: 'b',
    tags: ['home'],
    priority: 2,
    description: 'how',
    due_at: '2036-12-02T09:00:00Z',
  })
  expect(times(next!)).toEqual(['2036-12-02T09:00:00Z'])
})

test('a new rule begins a new series here; what is done keeps the old one', async () => {
  const user = randomUUID()
  const first = await add(user, {due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily'})
  const second = (await done(user, first.id)).next!
  const changed = (await edit(user, second.id, {recurring_pattern: 'FREQ=MONTHLY'})).body
  expect(changed).toMatchObject({
    recurring_pattern: 'FREQ=MONTHLY',
    occurrence_at: '2036-12-02T09:00:00Z',
    next_occurrence: '2037-01-02T09:00:00Z',
  })
  expect(changed.series_id).not.toBe(first.series_id)
  expect((await done(user, second.id)).next).toMatchObject({
    due_at: '2037-01-02T09:00:00Z',
    series_id: changed.series_id,
  })
  expect((await call<TaskResponse>(pipeline.tasks, user, 'GET', `/v1/tasks/${first.id}`)).body.series_id).toBe(
    first.series_id,
  )
})

test('a task can begin and cease to repeat', async () => {
  const user = randomUUID()
  const task = await add(user, {due_at: '2036-12-01T09:00Z'})
  const repeating = (await edit(user, task.id, {recurring_pattern: 'weekly'})).body
  expect(repeating).toMatchObject({next_occurrence: '2036-12-08T09:00:00Z'})
  const single = (await edit(user, task.id, {recurring_pattern: null})).body
  expect(single).toMatchObject({
    recurring_pattern: null,
    next_occurrence: null,
    series_id: null,
    due_at: '2036-12-01T09:00:00Z',
  })
  expect(await done(user, task.id)).toMatchObject({next: null, next_pending: false})
})

test('a recurring task cannot lose its due date, and a done one cannot be moved', async () => {
  const user = randomUUID()
  const task = await add(user, {due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily'})
  expect(await edit(user, task.id, {due_at: null})).toMatchObject({
    status: 422,
    body: {errors: [{code: 'recurring_needs_due_at'}]},
  })
  await done(user, task.id)
  expect(await edit(user, task.id, {due_at: '2036-12-05T09:00Z'})).toMatchObject({
    status: 409,
    body: {code: 'task_closed'},
  })
  expect(await edit(user, task.id, {title: 'renamed'})).toMatchObject({status: 200, body: {title: 'renamed'}})
})

test('a change that changes nothing raises no version', async () => {
  const user = randomUUID()
  const task = await add(user, {priority: 1})
  expect((await edit(user, task.id, {priority: 1})).body.version).toBe(1)
})

test('every occurrence comes by its page, in order, once', async () => {
  const user = randomUUID()
  const wanted: (string | null)[] = []
  for (let n = 0; n < 23; n++) {
    // Several share a due date, and some have none.
    const due = n % 5 === 0 ? null : `2036-12-${String(10 + (n % 4)).padStart(2, '0')}T09:00:00Z`
    wanted.push((await add(user, {title: `t${n}`, due_at: due, reminders: []})).due_at)
  }
  const seen: TaskResponse[] = []
  let cursor: string | null = null
  do {
    const search: string = cursor === null ? '' : `&cursor=${cursor}`
    const page: TaskListResponse = (
      await call<TaskListResponse>(pipeline.tasks, user, 'GET', `/v1/tasks?limit=4${search}`)
    ).body
    seen.push(...page.tasks)
    cursor = page.next_cursor
  } while (cursor !== null)
  expect(seen.map((task) => task.due_at)).toEqual(wanted.toSorted((a, b) => (a ?? '9').localeCompare(b ?? '9')))
  expect(new Set(seen.map((task) => task.id)).size).toBe(23)
})

test('each view shows what its name says', async () => {
  const user = randomUUID()
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  await add(user, {title: 'late', due_at: inDays(-2), reminders: []})
  await add(user, {title: 'later', due_at: inDays(20), recurring_pattern: 'daily', priority: 3, tags: ['home']})
  await add(user, {title: 'someday'})
  const finished = await add(user, {title: 'finished'})
  await done(user, finished.id)
  const view = async (search: string) =>
    (await call<TaskListResponse>(pipeline.tasks, user, 'GET', `/v1/tasks?${search}`)).body.tasks.map(
      (task) => task.title,
    )
  expect(await view('')).toEqual(['late', 'later', 'someday'])
  expect(await view('view=overdue')).toEqual(['late'])
  expect(await view('view=upcoming')).toEqual(['later'])
  expect(await view('view=recurring')).toEqual(['later'])
  expect(await view('view=done')).toEqual(['finished'])
  expect((await view('view=all')).length).toBe(4)
  expect(await view('tag=home')).toEqual(['later'])
  expect(await view('priority=3')).toEqual(['later'])
  expect(await view('search=LATE')).toEqual(['late', 'later'])
  expect(await view(`view=today&due_from=${inDays(-3)}&due_until=${inDays(-1)}`)).toEqual(['late'])
})
