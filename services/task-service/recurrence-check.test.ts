import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type Pipeline, call, startPipeline} from '../../test/support/pipeline.ts'
import type {RecurrenceCheckResponse} from '../contracts/recurrence-check.ts'
import type {TaskResponse} from '../contracts/tasks.ts'
import {ROLE_HEADER} from '../ports/service-invoker.ts'

let pipeline: Pipeline
let admin: Client
const operator = randomUUID()

beforeAll(async () => {
  pipeline = await startPipeline({consume: false})
  admin = new Client({connectionString: pipeline.database.url})
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await pipeline.stop()
})

const add = async (user: string, pattern = 'daily') =>
  (
    await call<TaskResponse>(pipeline.tasks, user, 'POST', '/v1/tasks', {
      body: {title: 'a', due_at: '2036-12-01T09:00Z', recurring_pattern: pattern},
    })
  ).body

const asOperator = async (method: string, path: string) =>
  call<RecurrenceCheckResponse>(pipeline.tasks, operator, method, `/v1/operator/recurrence${path}`, {
    headers: {[ROLE_HEADER]: 'operator'},
  })

test('wrong next occurrences of all users are found, and put right with an event', async () => {
  const [first, second] = [randomUUID(), randomUUID()]
  const [wrong, missing, sound] = [await add(first), await add(second), await add(second)]
  await admin.query(`update todo.tasks set next_occurrence = '2040-01-01Z' where id = $1`, [wrong.id])
  await admin.query(`update todo.tasks set next_occurrence = null where id = $1`, [missing.id])
  const found = await asOperator('GET', '')
  expect(found.body).toMatchObject({
    checked: 3,
    next_after: null,
    differences: [
      {
        kind: 'next_occurrence',
        task_id: wrong.id,
        user_id: first,
        stored: '2040-01-01T00:00:00Z',
        computed: '2036-12-02T09:00:00Z',
        repaired: false,
      },
      {
        kind: 'next_occurrence',
        task_id: missing.id,
        user_id: second,
        stored: null,
        computed: '2036-12-02T09:00:00Z',
        repaired: false,
      },
    ],
  })
  const repaired = await asOperator('POST', '/repair')
  expect(repaired.body.differences.map((difference) => difference.repaired)).toEqual([true, true])
  expect((await asOperator('GET', '')).body).toMatchObject({checked: 3, differences: []})
  expect((await call<TaskResponse>(pipeline.tasks, first, 'GET', `/v1/tasks/${wrong.id}`)).body).toMatchObject({
    next_occurrence: '2036-12-02T09:00:00Z',
    version: 2,
  })
  expect((await call<TaskResponse>(pipeline.tasks, second, 'GET', `/v1/tasks/${sound.id}`)).body.version).toBe(1)
  const events = async () =>
    (
      await admin.query(
        `select event -> 'payload' -> 'changed' as changed from jobs.event_log where event ->> 'event_type' = 'task.updated' order by position`,
      )
    ).rows
  await expect.poll(events, {timeout: 90_000}).toEqual([{changed: ['next_occurrence']}, {changed: ['next_occurrence']}])
})

test('an occurrence that nothing followed is found once it is no longer on its way, and followed', async () => {
  const user = randomUUID()
  const task = await add(user)
  await call(pipeline.tasks, user, 'POST', `/v1/tasks/${task.id}/complete`)
  const mine = (answer: {body: RecurrenceCheckResponse}) =>
    answer.body.differences.filter((difference) => difference.task_id === task.id)
  expect(mine(await asOperator('GET', ''))).toEqual([])
  await admin.query(`update todo.tasks set completed_at = completed_at - interval '5 minutes' where id = $1`, [task.id])
  expect(mine(await asOperator('POST', '/repair'))).toMatchObject([{kind: 'missing_successor', repaired: true}])
  expect(mine(await asOperator('GET', ''))).toEqual([])
})

test('a series that cannot be computed is listed with its reason, and the others go on', async () => {
  const user = randomUUID()
  const [broken, wrong] = [await add(user), await add(user)]
  await admin.query(`update todo.series set rule = 'FREQ=NEVER' where id = $1`, [broken.series_id])
  await admin.query(`update todo.tasks set next_occurrence = null where id = $1`, [wrong.id])
  const {body} = await asOperator('POST', '/repair')
  const mine = body.differences.filter((difference) => difference.user_id === user)
  expect(mine).toMatchObject([
    {kind: 'failed', task_id: broken.id, reason: expect.stringContaining('FREQ'), repaired: false},
    {kind: 'next_occurrence', task_id: wrong.id, repaired: true},
  ])
})

test('the check goes page by page', async () => {
  const seen: number[] = []
  let after: number | null = 0
  while (after !== null) {
    const page: RecurrenceCheckResponse = (await asOperator('GET', `?after=${after}&limit=2`)).body
    seen.push(page.checked)
    after = page.next_after
  }
  expect(seen.length).toBeGreaterThan(2)
  expect(seen.slice(0, -1).every((checked) => checked === 2)).toBe(true)
})

test('only operators may look', async () => {
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/repair'],
  ] as const) {
    const answer = await call(pipeline.tasks, operator, method, `/v1/operator/recurrence${path}`, {
      headers: {[ROLE_HEADER]: 'user'},
    })
    expect(answer).toMatchObject({status: 403, body: {code: 'operators_only'}})
  }
})
