import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type Pipeline, call, startPipeline} from '../../test/support/pipeline.ts'
import type {CompleteTaskResponse, TaskListResponse, TaskResponse} from '../contracts/tasks.ts'

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
})
afterAll(async () => pipeline.stop())

const keyed = async <T = TaskResponse>(
  user: string,
  method: string,
  path: string,
  key: string,
  body?: unknown,
  headers = {},
) =>
  call<T>(pipeline.tasks, user, method, path, {
    ...(body === undefined ? {} : {body}),
    headers: {'idempotency-key': key, ...headers},
  })

const all = async (user: string) =>
  (await call<TaskListResponse>(pipeline.tasks, user, 'GET', '/v1/tasks?view=all&limit=1000')).body.tasks

test('twenty equal requests at once make one task, and all get the same answer', async () => {
  const user = randomUUID()
  const key = randomUUID()
  const answers = await Promise.all(
    Array.from({length: 20}, async () => keyed(user, 'POST', '/v1/tasks', key, {title: 'Once'})),
  )
  expect(new Set(answers.map((answer) => JSON.stringify([answer.status, answer.body]))).size).toBe(1)
  expect(answers[0]!.status).toBe(201)
  expect(await all(user)).toHaveLength(1)
})

test('a key that was used for another request is refused', async () => {
  const user = randomUUID()
  const key = randomUUID()
  await keyed(user, 'POST', '/v1/tasks', key, {title: 'One'})
  expect(await keyed(user, 'POST', '/v1/tasks', key, {title: 'Two'})).toMatchObject({
    status: 422,
    body: {code: 'idempotency_key_reused'},
  })
  expect(await all(user)).toHaveLength(1)
})

test('keys of two users have nothing to do with each other', async () => {
  const key = randomUUID()
  const [first, second] = [randomUUID(), randomUUID()]
  expect((await keyed(first, 'POST', '/v1/tasks', key, {title: 'First'})).status).toBe(201)
  expect((await keyed(second, 'POST', '/v1/tasks', key, {title: 'Second'})).body.title).toBe('Second')
})

test('a request that was refused leaves its key unused', async () => {
  const user = randomUUID()
  const key = randomUUID()
  expect((await keyed(user, 'POST', '/v1/tasks/999999/complete', key)).status).toBe(404)
  const task = (await keyed(user, 'POST', '/v1/tasks', randomUUID(), {title: 'a'})).body
  expect((await keyed(user, 'POST', `/v1/tasks/${task.id}/complete`, key)).status).toBe(200)
})

test('a repeated completion answers as the first did, and finds the occurrence that appeared', async () => {
  const user = randomUUID()
  const task = (
    await keyed(user, 'POST', '/v1/tasks', randomUUID(), {
      title: 'a',
      due_at: '2036-12-01T09:00Z',
      recurring_pattern: 'daily',
    })
  ).body
  const key = randomUUID()
  const first = await keyed<CompleteTaskResponse>(user, 'POST', `/v1/tasks/${task.id}/complete`, key, undefined, {
    prefer: 'wait=5',
  })
  const again = await keyed<CompleteTaskResponse>(user, 'POST', `/v1/tasks/${task.id}/complete`, key, undefined, {
    prefer: 'wait=5',
  })
  expect(again.body).toEqual(first.body)
  expect(first.body.next).not.toBeNull()
})

test('the key is looked at before If-Match: a repeated change is no conflict with itself', async () => {
  const user = randomUUID()
  const task = (await keyed(user, 'POST', '/v1/tasks', randomUUID(), {title: 'a'})).body
  const key = randomUUID()
  const first = await keyed(user, 'PATCH', `/v1/tasks/${task.id}`, key, {title: 'b'}, {'if-match': '"1"'})
  const again = await keyed(user, 'PATCH', `/v1/tasks/${task.id}`, key, {title: 'b'}, {'if-match': '"1"'})
  expect(again.body).toEqual(first.body)
  expect(first.body).toMatchObject({title: 'b', version: 2})
})

test('of two edits of one version the second is shown what the first made', async () => {
  const user = randomUUID()
  const task = (await keyed(user, 'POST', '/v1/tasks', randomUUID(), {title: 'a'})).body
  const answers = await Promise.all(
    ['b', 'c'].map(async (title) =>
      keyed(user, 'PATCH', `/v1/tasks/${task.id}`, randomUUID(), {title}, {'if-match': '"1"'}),
    ),
  )
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200, 412]))
  const won = answers.find((answer) => answer.status === 200)!
  const lost = answers.find((answer) => answer.status === 412)!
  expect(lost.body).toMatchObject({code: 'task_changed', current: {title: won.body.title, version: 2}})
})

test.each(['', 'x'.repeat(256), 'two words', 'ünï'])('the key %j is refused, or means none', async (key) => {
  const answer = await keyed(randomUUID(), 'POST', '/v1/tasks', key, {title: 'a'})
  expect(answer.status).toBe(key === '' ? 201 : 400)
})

test('a repeated completion is answered when the task is open again, or gone, and changes neither', async () => {
  const user = randomUUID()
  const task = (await keyed(user, 'POST', '/v1/tasks', randomUUID(), {title: 'a', due_at: '2036-12-01T09:00Z'})).body
  const path = `/v1/tasks/${task.id}`
  const key = randomUUID()
  const first = await keyed<CompleteTaskResponse>(user, 'POST', `${path}/complete`, key)
  expect(first.body.completed).toMatchObject({reminder_at: null, reminders: [{state: 'cancelled', revision: 2}]})
  const open = (await keyed(user, 'POST', `${path}/reopen`, randomUUID())).body
  expect(open.reminders).toMatchObject([{state: 'scheduled', revision: 3}])
  expect((await keyed(user, 'POST', `${path}/complete`, key)).body).toEqual(first.body)
  expect((await call<TaskResponse>(pipeline.tasks, user, 'GET', path)).body).toEqual(open)
  await keyed(user, 'DELETE', path, randomUUID())
  expect(await keyed(user, 'POST', `${path}/complete`, key)).toMatchObject({status: 200, body: first.body})
  expect((await keyed(user, 'POST', `${path}/complete`, randomUUID())).status).toBe(404)
})
