import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {call} from '../../test/support/pipeline.ts'
import type {RecurrenceCheckResponse} from '../contracts/recurrence-check.ts'
import type {TaskResponse} from '../contracts/tasks.ts'
import {ROLE_HEADER} from '../ports/service-invoker.ts'
import {TaskClient} from './testing/task-client.ts'

let user: TaskClient
beforeAll(async () => {
  user = await TaskClient.start()
})
afterAll(async () => user.stop())

/** A task whose stored rule cannot be read any more, as after a fault or a repair by hand. */
async function broken(): Promise<TaskResponse> {
  const task = await user.add()
  await user.admin.query(`update todo.series set rule = 'FREQ=NEVER' where id = $1`, [task.series_id])
  return task
}
const failures = async () => {
  const text = await user.pipeline.tasks.metrics.registry.getSingleMetricAsString('next_occurrence_failures_total')
  return Number(/\} (\d+)$/mu.exec(text)?.[1] ?? 0)
}

test.each([
  ['completed', async (id: number) => user.complete(id)],
  ['skipped', async (id: number) => user.send('POST', `/tasks/${id}/skip`, {})],
  ['deleted as one of many', async (id: number) => user.delete(id, 'this')],
  ['skipped up to a date', async (id: number) => user.send('POST', `/tasks/${id}/skip`, {until: '2036-12-05T00:00Z'})],
])('can be %s: that counts, the failure is counted and logged, and the check shows it', async (_how, close) => {
  const task = await broken()
  const before = await failures()
  expect((await close(task.id)).status).toBe(200)
  const closed = await user.get(task.id)
  expect(closed.completed_at ?? closed.skipped_at).not.toBeNull()
  // Kept, so that the sweep and the check find the series.
  expect(closed.next_occurrence).toBe(task.next_occurrence)
  expect(await failures()).toBeGreaterThan(before)
  expect(user.pipeline.lines).toContainEqual(
    expect.objectContaining({
      level: 'ERROR',
      message: 'the next occurrence could not be computed',
      user_id: expect.stringMatching(/^[0-9a-f-]{36}$/u),
      task_id: task.id,
    }),
  )
  const check = await call<RecurrenceCheckResponse>(
    user.pipeline.tasks,
    randomUUID(),
    'GET',
    '/v1/operator/recurrence?limit=1000',
    {headers: {[ROLE_HEADER]: 'operator'}},
  )
  expect(check.body.differences).toContainEqual(expect.objectContaining({kind: 'failed', task_id: task.id}))
  expect((await user.undo()).status).toBe(200)
  expect(await user.get(task.id)).toMatchObject({completed_at: null, skipped_at: null})
})

test('can be renamed, moved, reopened and deleted, and gets well by a new rule', async () => {
  const task = await broken()
  expect((await user.edit(task.id, {title: 'b'})).status).toBe(200)
  expect((await user.edit(task.id, {due_at: '2036-12-01T10:00Z'})).status).toBe(200)
  await user.complete(task.id)
  expect((await user.reopen(task.id)).status).toBe(200)
  for (const change of [{catch_up: 'each'}, {due_at: '2036-12-03T10:00Z', title: 'c'}])
    expect(await user.edit(task.id, change)).toMatchObject({
      status: 422,
      body: {errors: [{field: 'recurring_pattern', code: 'stored_rule_unreadable'}]},
    })
  expect((await user.edit(task.id, {recurring_pattern: 'weekly'})).body.next_occurrence).toBe('2036-12-08T10:00:00Z')
  expect((await user.done(task.id)).next).toMatchObject({title: 'b', due_at: '2036-12-08T10:00:00Z'})
  const other = await broken()
  expect((await user.delete(other.id, 'all')).status).toBe(200)
})
