import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {TaskResponse} from '../contracts/tasks.ts'
import {TaskClient} from './testing/task-client.ts'

let user: TaskClient
/** Outside of every transaction: inside of one pg_stat_activity stays as it was. */
let watcher: Client
beforeAll(async () => {
  user = await TaskClient.start()
  watcher = new Client({connectionString: user.pipeline.database.url})
  await watcher.connect()
})
afterAll(async () => {
  await watcher.end()
  await user.stop()
})

/** Completes what comes, until nothing does. */
async function datesFrom(task: TaskResponse): Promise<string[]> {
  const dates = [task.due_at!]
  for (let {next} = await user.done(task.id); next; next = (await user.done(next.id)).next) dates.push(next.due_at!)
  return dates.map((date) => date.slice(0, 10))
}

test('a COUNT of one without a due date is one task', async () => {
  const task = await user.create({recurring_pattern: 'FREQ=DAILY;COUNT=1'})
  expect(task.next_occurrence).toBeNull()
  expect(await datesFrom(task)).toHaveLength(1)
})

test.each([
  ['how it catches up', {catch_up: 'each'}],
  ['a later end', {recurring_end_date: '2040-01-01T00:00Z'}],
  ['no end date', {recurring_end_date: null}],
])('a COUNT goes on counting when only %s changes', async (_name, change) => {
  const first = await user.create({due_at: '2036-12-01T09:00Z', recurring_pattern: 'FREQ=DAILY;COUNT=4'})
  const second = (await user.done(first.id)).next!
  const changed = (await user.edit(second.id, change)).body
  expect(await datesFrom(changed)).toEqual(['2036-12-02', '2036-12-03', '2036-12-04'])
})

test('a COUNT from the completion goes on counting when only its end changes', async () => {
  const first = await user.create({
    due_at: '2036-12-01T09:00Z',
    recurring_pattern: 'FREQ=DAILY;COUNT=4',
    anchor: 'completion',
  })
  const second = (await user.done(first.id)).next!
  const changed = (await user.edit(second.id, {recurring_end_date: '2040-01-01T00:00Z'})).body
  expect(await datesFrom(changed)).toHaveLength(3)
})

test('a COUNT from the completion has no last date, however late its tasks are done', async () => {
  const due = new Date(Math.floor(Date.now() / 86_400_000 - 20) * 86_400_000).toISOString()
  const task = await user.create({
    due_at: due,
    recurring_pattern: 'FREQ=DAILY;COUNT=3',
    anchor: 'completion',
    reminders: [],
  })
  expect(await datesFrom(task)).toHaveLength(3)
})

test('the last of a COUNT can be moved beyond what would have been its date, and changed there', async () => {
  const first = await user.create({due_at: '2036-12-01T09:00Z', recurring_pattern: 'FREQ=DAILY;COUNT=2'})
  const last = (await user.done(first.id)).next!
  await user.edit(last.id, {due_at: '2036-12-05T09:00Z'})
  const changed = await user.edit(last.id, {catch_up: 'each'})
  expect(changed).toMatchObject({status: 200, body: {due_at: '2036-12-05T09:00:00Z', next_occurrence: null}})
})

test('an end, an anchor or a way to catch up without a rule is refused', async () => {
  const task = await user.create({due_at: '2036-12-01T09:00Z'})
  expect(await user.edit(task.id, {recurring_end_date: '2040-01-01T00:00Z', catch_up: 'each'})).toMatchObject({
    status: 422,
    body: {errors: [{field: 'recurring_end_date', code: 'needs_recurring_pattern'}, {field: 'catch_up'}]},
  })
})

test('an occurrence that is skipped and reopened is not left out any more', async () => {
  const task = await user.create({due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily'})
  await user.delete(task.id, 'this')
  await user.reopen(task.id)
  const {rows} = await user.admin.query('select excluded_at from todo.series where id = $1', [task.series_id])
  expect(rows).toEqual([{excluded_at: []}])
})

test('deleting a done occurrence before its event came leaves one version for each change, and its successor', async () => {
  const quiet = await TaskClient.start({consume: false})
  try {
    const task = await quiet.add()
    await quiet.complete(task.id)
    expect(await quiet.delete(task.id)).toMatchObject({body: {version: 3}})
    expect(await quiet.send('GET', '/tasks')).toMatchObject({
      body: {tasks: [{predecessor_id: task.id, due_at: '2036-12-02T09:00:00Z'}]},
    })
  } finally {
    await quiet.stop()
  }
})

test('whoever finds that a task has moved to another series waits for that series without holding the task', async () => {
  const task = await user.create({due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily'})
  const other = await user.create({due_at: '2036-12-01T10:00Z', recurring_pattern: 'daily'})
  await user.admin.query('update todo.tasks set series_id = null, occurrence_at = null where id = $1', [other.id])
  const holder = new Client({connectionString: user.pipeline.database.url})
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query('select 1 from todo.series where id = $1 for no key update', [other.series_id])
    await user.admin.query('begin')
    await user.admin.query('select 1 from todo.series where id = $1 for update', [task.series_id])
    const completing = user.done(task.id)
    await waiting(1)
    await user.admin.query('update todo.tasks set series_id = $2 where id = $1', [task.id, other.series_id])
    await user.admin.query('commit')
    await waiting(1)
    // As complete, edit and delete do it: the series first, then the task.
    await holder.query('select 1 from todo.tasks where id = $1 for update nowait', [task.id])
    await holder.query('commit')
    expect((await completing).completed.completed_at).not.toBeNull()
  } finally {
    await holder.end()
  }
})

/** Waits until so many of this database's connections wait for a lock on a series. */
async function waiting(count: number): Promise<void> {
  const blocked = async () =>
    (
      await watcher.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%series%for update%'`,
      )
    ).rows.length
  await expect.poll(blocked, {timeout: 90_000}).toBe(count)
}
