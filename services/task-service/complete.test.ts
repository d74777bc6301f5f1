import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type Pipeline, call, startPipeline} from '../../test/support/pipeline.ts'
import type {CompleteTaskResponse, TaskListResponse, TaskResponse} from '../contracts/tasks.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
})
afterAll(async () => pipeline.stop())

async function add(user: string, body: Record<string, unknown>): Promise<TaskResponse> {
  const answer = await call<TaskResponse>(pipeline.tasks, user, 'POST', '/v1/tasks', {body})
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}

const done = async (user: string, id: number) =>
  call<CompleteTaskResponse>(pipeline.tasks, user, 'POST', `/v1/tasks/${id}/complete`, {headers: {prefer: 'wait=5'}})

test('completing a recurring task makes the next occurrence, with its reminders', async () => {
  const user = randomUUID()
  const task = await add(user, {
    title: 'Pay rent',
    due_at: '2036-12-01T09:00Z',
    recurring_pattern: 'FREQ=MONTHLY;BYMONTHDAY=1',
    reminders: [{offset_seconds: 3600}, {offset_seconds: 86_400}],
  })
  expect(task).toMatchObject({next_occurrence: '2037-01-01T09:00:00Z', reminder_at: '2036-11-30T09:00:00Z', version: 1})
  const answer = await done(user, task.id)
  expect(answer.status).toBe(200)
  expect(answer.body.completed).toMatchObject({id: task.id, version: 2, reminder_at: null})
  expect(answer.body.next).toMatchObject({
    title: 'Pay rent',
    due_at: '2037-01-01T09:00:00Z',
    next_occurrence: '2037-02-01T09:00:00Z',
    predecessor_id: task.id,
    series_id: task.series_id,
    version: 1,
  })
  expect(answer.body.next!.reminders.map((reminder) => reminder.reminder_at)).toEqual([
    '2036-12-31T09:00:00Z',
    '2037-01-01T08:00:00Z',
  ])
  const again = await done(user, task.id)
  expect(again.body.next!.id).toBe(answer.body.next!.id)
})

test('a month end never drifts, and the series stops at its COUNT', async () => {
  const user = randomUUID()
  let task = await add(user, {
    title: 'Report',
    due_at: '2036-10-31T17:00:00Z',
    recurring_pattern: 'FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=5',
  })
  const dates = [task.due_at]
  for (;;) {
    const {body} = await done(user, task.id)
    expect(body.next_pending).toBe(false)
    if (!body.next) break
    task = body.next
    dates.push(task.due_at)
  }
  expect(dates.map((date) => date!.slice(0, 10))).toEqual([
    '2036-10-31',
    '2036-11-30',
    '2036-12-31',
    '2037-01-31',
    '2037-02-28',
  ])
})

test('reopening takes an untouched successor back, and completing again makes it anew', async () => {
  const user = randomUUID()
  const task = await add(user, {
    title: 'Water the plants',
    due_at: '2036-12-01T09:00Z',
    recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO,TH',
  })
  const first = (await done(user, task.id)).body.next!
  const reopened = await call<TaskResponse>(pipeline.tasks, user, 'POST', `/v1/tasks/${task.id}/reopen`)
  expect(reopened.body).toMatchObject({completed_at: null, version: 3})
  expect((await call(pipeline.tasks, user, 'GET', `/v1/tasks/${first.id}`)).status).toBe(404)
  const second = (await done(user, task.id)).body.next!
  expect(second).toMatchObject({due_at: first.due_at})
  expect(second.id).not.toBe(first.id)
  await call(pipeline.tasks, user, 'PATCH', `/v1/tasks/${second.id}`, {body: {title: 'touched'}})
  const refused = await call(pipeline.tasks, user, 'POST', `/v1/tasks/${task.id}/reopen`)
  expect(refused).toMatchObject({status: 409, body: {code: 'successor_touched'}})
})

test('deleting an occurrence skips it, and deleting what follows ends the series', async () => {
  const user = randomUUID()
  const task = await add(user, {title: 'Run', due_at: '2036-12-01T07:00Z', recurring_pattern: 'daily'})
  expect(await call(pipeline.tasks, user, 'DELETE', `/v1/tasks/${task.id}`)).toMatchObject({
    status: 422,
    body: {errors: [{code: 'scope_required'}]},
  })
  await call(pipeline.tasks, user, 'DELETE', `/v1/tasks/${task.id}?scope=this`)
  const open = async () => (await call<TaskListResponse>(pipeline.tasks, user, 'GET', '/v1/tasks')).body.tasks
  await expect.poll(open, {timeout: 90_000}).toMatchObject([{due_at: '2036-12-02T07:00:00Z', predecessor_id: task.id}])
  const [next] = await open()
  await call(pipeline.tasks, user, 'DELETE', `/v1/tasks/${next!.id}?scope=following`)
  expect(await open()).toEqual([])
})
