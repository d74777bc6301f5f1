import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {afterEach, expect, test} from 'vitest'
import {type Pipeline, call, startPipeline} from '../../test/support/pipeline.ts'
import type {CompleteTaskResponse, TaskListResponse, TaskResponse} from '../contracts/tasks.ts'
import type {Envelope} from '../domain/events/envelope.ts'
import {ensureSuccessor} from '../database/ensure-successor.ts'

const stopping: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stopping.splice(0).reverse()) await stop()
})

async function start(options: Parameters<typeof startPipeline>[0] = {}): Promise<{pipeline: Pipeline; admin: Client}> {
  const pipeline = await startPipeline(options)
  const admin = new Client({connectionString: pipeline.database.url})
  await admin.connect()
  stopping.push(
    async () => pipeline.stop(),
    async () => admin.end(),
  )
  return {pipeline, admin}
}

const add = async (pipeline: Pipeline, user: string, body: Record<string, unknown> = {}) =>
  (
    await call<TaskResponse>(pipeline.tasks, user, 'POST', '/v1/tasks', {
      body: {title: 'a', due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily', ...body},
    })
  ).body
const complete = async (pipeline: Pipeline, user: string, id: number, wait = 0) =>
  (
    await call<CompleteTaskResponse>(pipeline.tasks, user, 'POST', `/v1/tasks/${id}/complete`, {
      headers: wait > 0 ? {prefer: `wait=${wait}`} : {},
    })
  ).body
const open = async (pipeline: Pipeline, user: string) =>
  (await call<TaskListResponse>(pipeline.tasks, user, 'GET', '/v1/tasks')).body.tasks

/** The completed event of a task as it was published, from the bus. */
async function publishedEvent(admin: Client, taskId: number, type = 'task.completed'): Promise<Envelope> {
  const find = async () =>
    (
      await admin.query<{event: Envelope}>(
        `select event from jobs.event_log where event ->> 'event_type' = $2 and (event ->> 'task_id')::bigint = $1`,
        [taskId, type],
      )
    ).rows[0]?.event
  await expect.poll(find, {timeout: 90_000}).toBeDefined()
  return (await find())!
}

const deliver = async (pipeline: Pipeline, event: Envelope) =>
  pipeline.recurring.subscriptions[0]!.handle([{topic: 'task-events', key: event.user_id, event, traceparent: null}])

test('a thousand deliveries of one event by several consumers at once make one occurrence', async () => {
  const {pipeline, admin} = await start()
  const user = randomUUID()
  const task = await add(pipeline, user)
  await complete(pipeline, user, task.id, 5)
  const event = await publishedEvent(admin, task.id)
  for (let round = 0; round < 20; round++) {
    await admin.query('delete from todo.inbox') // as after an offset reset: the inbox is a filter, the keys are the proof
    await Promise.all(Array.from({length: 50}, async () => deliver(pipeline, event)))
  }
  expect(await open(pipeline, user)).toHaveLength(1)
  const {rows} = await admin.query('select count(*)::int as n from todo.tasks')
  expect(rows).toEqual([{n: 2}])
})

test('an event that comes after the completion was undone makes nothing', async () => {
  const {pipeline, admin} = await start({consume: false})
  const user = randomUUID()
  const task = await add(pipeline, user)
  await complete(pipeline, user, task.id)
  const event = await publishedEvent(admin, task.id)
  await call(pipeline.tasks, user, 'POST', `/v1/tasks/${task.id}/reopen`)
  expect(await deliver(pipeline, event)).toEqual(['done'])
  expect((await open(pipeline, user)).map((entry) => entry.id)).toEqual([task.id])
})

test('an event of a series that was ended makes nothing', async () => {
  const {pipeline, admin} = await start({consume: false})
  const user = randomUUID()
  const task = await add(pipeline, user)
  await complete(pipeline, user, task.id)
  await admin.query('update todo.series set deleted_at = clock_timestamp()')
  expect(await deliver(pipeline, await publishedEvent(admin, task.id))).toEqual(['done'])
  expect(await open(pipeline, user)).toEqual([])
})

test('an event about a task that is not there is acknowledged', async () => {
  const {pipeline, admin} = await start({consume: false})
  const user = randomUUID()
  const task = await add(pipeline, user)
  await complete(pipeline, user, task.id)
  const event = await publishedEvent(admin, task.id)
  expect(await deliver(pipeline, {...event, event_id: randomUUID(), task_id: 987_654})).toEqual(['done'])
  // The right task under the wrong user is as little there.
  expect(await deliver(pipeline, {...event, event_id: randomUUID(), user_id: randomUUID()})).toEqual(['done'])
  const {rows} = await admin.query('select count(*)::int as n from todo.tasks')
  expect(rows).toEqual([{n: 1}])
})

test('the next occurrence of a late completion lies in the future, once; with catch_up each one by one', async () => {
  const {pipeline} = await start()
  const user = randomUUID()
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)
  const due = new Date(Math.floor(daysAgo(21).getTime() / 3_600_000) * 3_600_000)
  const once = await add(pipeline, user, {due_at: due.toISOString(), reminders: []})
  const next = (await complete(pipeline, user, once.id, 5)).next!
  const ahead = Date.parse(next.due_at!) - Date.now()
  expect(ahead).toBeGreaterThan(0)
  expect(ahead).toBeLessThanOrEqual(86_400_000)
  expect(next.due_at!.slice(10)).toBe(once.due_at!.slice(10))
  const each = await add(pipeline, user, {due_at: due.toISOString(), reminders: [], catch_up: 'each'})
  const following = (await complete(pipeline, user, each.id, 5)).next!
  expect(Date.parse(following.due_at!) - due.getTime()).toBe(86_400_000)
})

test('a series that counts from its completion counts down', async () => {
  const {pipeline} = await start()
  const user = randomUUID()
  let task: TaskResponse | null = await add(pipeline, user, {
    due_at: '2036-12-01T09:30Z',
    recurring_pattern: 'FREQ=DAILY;INTERVAL=3;COUNT=3',
    anchor: 'completion',
  })
  const seen: string[] = []
  while (task) {
    seen.push(task.due_at!)
    task = (await complete(pipeline, user, task.id, 5)).next
  }
  expect(seen).toHaveLength(3)
  const inDays = (days: number) => `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T09:30:00Z`
  // The second was done early, on the same day: counting from there leads to itself, so it is the one after.
  expect(seen.slice(1)).toEqual([inDays(3), inDays(6)])
})

test('what no event has made is made by the sweep, and counted', async () => {
  const {pipeline, admin} = await start({consume: false, sweep: {everyMs: 50, olderThanSeconds: 1}})
  const user = randomUUID()
  const task = await add(pipeline, user)
  await complete(pipeline, user, task.id)
  await expect
    .poll(async () => open(pipeline, user), {timeout: 90_000})
    .toMatchObject([{predecessor_id: task.id, due_at: '2036-12-02T09:00:00Z'}])
  expect(await pipeline.recurring.metrics.registry.getSingleMetricAsString('successor_sweep_hits_total')).toContain(
    '} 1',
  )
  const {rows} = await admin.query('select count(*)::int as n from todo.tasks')
  expect(rows).toEqual([{n: 2}])
})

test('hundreds of series that cannot be computed do not keep the sweep from the others', async () => {
  const {pipeline, admin} = await start({consume: false, sweep: {everyMs: 50, olderThanSeconds: 1}})
  const user = randomUUID()
  await admin.query(
    `with broken as (
       insert into todo.series (user_id, rule, start_at, template)
       select $1, 'FREQ=NEVER', '2036-12-01T09:00Z', '{}' from generate_series(1, 450) returning id, start_at
     )
     insert into todo.tasks (user_id, title, series_id, occurrence_at, next_occurrence, completed_at)
     select $1, 'broken', id, start_at, start_at, clock_timestamp() - interval '1 hour' from broken`,
    [user],
  )
  const task = await add(pipeline, user)
  await complete(pipeline, user, task.id)
  await expect.poll(async () => open(pipeline, user), {timeout: 90_000}).toMatchObject([{predecessor_id: task.id}])
})

test('series with something to follow and nothing open are a metric until somebody puts them right', async () => {
  const {pipeline, admin} = await start({sweep: {everyMs: 50, olderThanSeconds: 0}})
  const user = randomUUID()
  const tasks = await Promise.all([add(pipeline, user), add(pipeline, user), add(pipeline, user)])
  await admin.query(`update todo.series set rule = 'FREQ=NEVER' where id <> $1`, [tasks[0].series_id])
  for (const task of tasks) await complete(pipeline, user, task.id)
  const gauge = async () =>
    pipeline.recurring.metrics.registry.getSingleMetricAsString('live_series_without_open_occurrence')
  await expect.poll(gauge, {timeout: 90_000}).toContain('} 2')
  await admin.query(`update todo.series set rule = 'FREQ=DAILY'`)
  await expect.poll(gauge, {timeout: 90_000}).toContain('} 0')
  expect(await open(pipeline, user)).toHaveLength(3)
})

test('the series of a batch are locked in the order of their ids, those that continue others too', async () => {
  const {pipeline, admin} = await start({consume: false})
  const user = randomUUID()
  const [first, second, third] = [await add(pipeline, user), await add(pipeline, user), await add(pipeline, user)]
  for (const task of [first, third]) await complete(pipeline, user, task.id)
  await admin.query('update todo.tasks set deleted_at = clock_timestamp() where id = $1', [second.id])
  await admin.query('update todo.series set continued_by = $2 where id = $1', [first.series_id, second.series_id])
  const database = await pipeline.open('recurring')
  await admin.query('begin')
  await admin.query('select 1 from todo.series where id = $1 for update', [second.series_id])
  const making = database.asUser(user, async (tx) =>
    ensureSuccessor(
      tx,
      [first, third].map(({id}) => ({id, userId: user})),
      {traceparent: null},
    ),
  )
  const other = new Client({connectionString: pipeline.database.url})
  await other.connect()
  stopping.push(async () => other.end())
  const blocked = async () =>
    (
      await other.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
    ).rows.length
  await expect.poll(blocked, {timeout: 90_000}).toBe(1)
  await admin.query('select 1 from todo.series where id = $1 for update nowait', [third.series_id])
  await admin.query('commit')
  expect(await making).toHaveLength(2)
})

test('an event under a wrong user does not hide the right one in its batch', async () => {
  const {pipeline} = await start({consume: false})
  const user = randomUUID()
  const task = await add(pipeline, user)
  await complete(pipeline, user, task.id)
  const stranger = randomUUID()
  const database = await pipeline.open('recurring')
  const made = await database.asUsers([stranger, user], async (tx) =>
    ensureSuccessor(
      tx,
      [
        {id: task.id, userId: stranger},
        {id: task.id, userId: user},
      ],
      {traceparent: null},
    ),
  )
  expect(made).toHaveLength(1)
})

test('a series whose rule cannot be computed is counted and logged, and the others of its batch go on', async () => {
  const {pipeline, admin} = await start({consume: false})
  const user = randomUUID()
  const [broken, sound] = [await add(pipeline, user), await add(pipeline, user)]
  for (const task of [broken, sound]) await complete(pipeline, user, task.id)
  await admin.query(`update todo.series set rule = 'FREQ=NEVER' where id = $1`, [broken.series_id])
  const events = [await publishedEvent(admin, broken.id), await publishedEvent(admin, sound.id)]
  const answers = await pipeline.recurring.subscriptions[0]!.handle(
    events.map((event) => ({topic: 'task-events', key: user, event, traceparent: null})),
  )
  expect(answers).toEqual(['done', 'done'])
  expect((await open(pipeline, user)).map((task) => task.predecessor_id)).toEqual([sound.id])
  expect(await pipeline.recurring.metrics.registry.getSingleMetricAsString('next_occurrence_failures_total')).toContain(
    '} 1',
  )
})

test('two transactions that ensure the same successors wait for each other and make one', async () => {
  const {pipeline} = await start({consume: false})
  const user = randomUUID()
  const tasks = await Promise.all(Array.from({length: 10}, async () => add(pipeline, user)))
  for (const task of tasks) await complete(pipeline, user, task.id)
  const database = await pipeline.open('recurring')
  const ids = tasks.map((task) => ({id: task.id, userId: user}))
  const made = await Promise.all(
    Array.from({length: 6}, async (_, n) =>
      database.asUser(user, async (tx) =>
        ensureSuccessor(tx, n % 2 === 0 ? ids : ids.toReversed(), {traceparent: null}),
      ),
    ),
  )
  expect(made.flat()).toHaveLength(10)
  expect(await open(pipeline, user)).toHaveLength(10)
})

test('what lies ahead is counted by day, over all users, without what is done', async () => {
  const {pipeline} = await start({sweep: {everyMs: 50, olderThanSeconds: 60}})
  const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString()
  for (const due_at of [inHours(-30), inHours(12), inHours(84), inHours(85), inHours(24 * 30)]) {
    await add(pipeline, randomUUID(), {due_at})
  }
  await call(pipeline.tasks, randomUUID(), 'POST', '/v1/tasks', {body: {title: 'once', due_at: inHours(12)}})
  const counts = async () =>
    [
      ...(await pipeline.recurring.metrics.registry.metrics()).matchAll(
        /^open_occurrences\{day="(.+?)",.*\} (\d+)$/gmu,
      ),
    ].map(([, day, count]) => `${day}: ${count}`)
  const wanted = ['-1: 1', '0: 1', '1: 0', '2: 0', '3: 2', '4: 0', '5: 0', '6: 0', '7: 1']
  await expect.poll(counts, {timeout: 90_000}).toEqual(wanted)
})
