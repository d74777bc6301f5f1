import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'
import {eventually} from '../support/eventually.ts'
import {PushBrowser} from '../support/push-browser.ts'
import {PASSWORD, signUp, type Somebody} from '../support/sign-up.ts'

let running: EmbeddedTodo5
let sql: Client
beforeAll(async () => {
  running = await startEmbeddedTodo5()
  sql = new Client({connectionString: running.databaseUrl})
  await sql.connect()
})
afterAll(async () => {
  await sql.end()
  await running.stop()
})

/** A recurring task, its first occurrence done and the second there; a plain one, deleted; all in the audit log. */
async function live({id, headers}: Somebody, mark: string): Promise<void> {
  const api = async (method: string, path: string, body?: unknown) =>
    running.call(method, `/api/v1${path}`, {...headers, prefer: 'wait=10'}, body)
  const {body: task} = await api('POST', '/tasks', {
    title: mark,
    description: mark,
    tags: [mark],
    due_at: '2040-01-01T09:00:00Z',
    recurring_pattern: 'daily',
  })
  expect((await api('POST', `/tasks/${task.id}/complete`)).body.next).not.toBeNull()
  const {body: other} = await api('POST', '/tasks', {title: `${mark} deleted`})
  await api('DELETE', `/tasks/${other.id}`)
  await eventually('all events of the user are recorded', async () => {
    const {rows} = await sql.query(
      `select count(*) filter (where event_type = 'task.created')::int as created,
         (select count(*)::int from todo.outbox where user_id = $1) as waiting
       from todo.audit_logs where user_id = $1`,
      [id],
    )
    return rows[0].created === 3 && rows[0].waiting === 0
  })
}

/** Tables of todo and auth in which the id of the user stands anywhere. */
async function tracesOf(id: string): Promise<string[]> {
  const {rows: tables} = await sql.query<{name: string}>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('todo', 'auth') order by 1`,
  )
  const found: string[] = []
  for (const {name} of tables) {
    const {rowCount} = await sql.query(`select 1 from ${name} t where strpos(t::text, $1) > 0 limit 1`, [id])
    if (rowCount) found.push(name)
  }
  return found
}

test('the export has all of a user and nothing of another', async () => {
  const [ada, bob] = [await signUp(running, {name: 'Ada'}), await signUp(running, {name: 'Bob'})]
  const [adas, bobs] = [`ada-${randomUUID()}`, `bob-${randomUUID()}`]
  await live(ada, adas)
  await live(bob, bobs)
  const secrets: string[] = []
  for (const user of [ada, bob]) {
    const label = user === ada ? adas : bobs
    const hook = await running.call('POST', '/api/v1/profile/webhook', user.headers, {url: `https://${label}.example/`})
    const link = await running.call('POST', '/api/v1/calendar', user.headers)
    const {keys} = new PushBrowser()
    const endpoint = `https://push.example/${randomUUID()}`
    const device = await running.call('POST', '/api/v1/profile/devices', user.headers, {endpoint, keys, label})
    expect([hook.status, link.status, device.status]).toEqual([201, 201, 201])
    secrets.push(hook.body.secret, new URL(link.body.url).searchParams.get('token')!, endpoint, keys.p256dh, keys.auth)
  }
  const answer = await running.call('GET', '/api/v1/export', ada.headers)
  for (const secret of secrets) expect(answer.text).not.toContain(secret)
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="todo5-export-[\d-]{10}\.json"$/u)
  expect(answer.text).not.toContain(bobs)
  expect(answer.text).not.toContain(bob.id)
  expect(answer.body).toMatchObject({
    version: 1,
    profile: {user_id: ada.id, name: 'Ada'},
    account: {keys: [], sessions: [{}]},
    webhook: {url: `https://${adas}.example/`, created_at: expect.any(String), last_success_at: null, ended_at: null},
    devices: [{label: adas, service: 'https://push.example', created_at: expect.any(String), last_success_at: null}],
    calendar: {created_at: expect.any(String)},
    series: [{rule: 'FREQ=DAILY'}],
    tasks: [
      {title: adas, description: adas, tags: [adas], completed_at: expect.any(String)},
      {title: adas, completed_at: null, occurrence_at: '2040-01-02T09:00:00Z'},
      {title: `${adas} deleted`, deleted_at: expect.any(String)},
    ],
    complete: true,
  })
  expect(answer.body.reminders).toHaveLength(2)
  expect(answer.body.history.length).toBeGreaterThanOrEqual(5)
  expect((await running.call('GET', '/api/v1/export', {})).status).toBe(401)
})

test('a deleted account leaves nothing that leads to it, and the other one everything', async () => {
  const [ada, bob] = [await signUp(running, {name: 'Ada'}), await signUp(running, {name: 'Bob'})]
  const mark = `ada-${randomUUID()}`
  await live(ada, mark)
  await live(bob, `bob-${randomUUID()}`)
  const before = await running.call('GET', '/api/v1/export', bob.headers)
  const count = async () => (await sql.query('select count(*)::int as n from todo.audit_logs')).rows[0].n as number
  const [audited, traces] = [await count(), await tracesOf(ada.id)]
  expect(traces).toEqual(expect.arrayContaining(['todo.tasks', 'todo.series', 'todo.audit_logs', 'todo.undo_log']))

  const erased = await running.call('DELETE', '/api/v1/account', ada.headers, {password: PASSWORD})
  expect(erased).toMatchObject({
    status: 200,
    body: {removed: {tasks: 3, series: 1, reminders: 2, sessions: 1}, kept: [{what: 'audit_entries'}, {}, {}, {}]},
  })
  expect(erased.body.kept[0].count).toBeGreaterThanOrEqual(5)
  expect(await tracesOf(ada.id)).toEqual(['todo.tombstones'])
  expect(await tracesOf(mark)).toEqual([])
  expect(await count()).toBe(audited)
  expect((await running.call('GET', '/api/v1/tasks', ada.headers)).status).toBe(401)

  // What was under way is committed after it: the upkeep takes that away too.
  await sql.query(`insert into todo.tasks (user_id, title) values ($1, 'late')`, [ada.id])
  await sql.query('select todo.erase_leftovers()')
  expect(await tracesOf(ada.id)).toEqual(['todo.tombstones'])
  const after = await running.call('GET', '/api/v1/export', bob.headers)
  expect({...after.body, exported_at: ''}).toEqual({...before.body, exported_at: ''})
})

test('events of an erased user that come after it do nothing', async () => {
  const ada = await signUp(running, {name: 'Ada'})
  await live(ada, `ada-${randomUUID()}`)
  await running.call('DELETE', '/api/v1/account', ada.headers, {password: PASSWORD})
  const dead = async () =>
    (await sql.query(`select count(*)::int as n from jobs.event_log where topic like '%-dlq'`)).rows[0].n as number
  const before = await dead()
  // As when the bus delivers again what it kept: every consumer begins at its first event.
  await running.restart(async () => {
    await sql.query('update jobs.consumer_positions set position = 0')
    await sql.query('delete from todo.inbox')
  })
  await eventually('all is handled again', async () => {
    const {rows} = await sql.query(
      `select count(*)::int as n from jobs.consumer_positions c join jobs.partitions p using (topic, partition)
       where c.position < p.next_position`,
    )
    return rows[0].n === 0
  })
  expect(await tracesOf(ada.id)).toEqual(expect.not.arrayContaining(['todo.tasks', 'todo.audit_logs']))
  expect(await dead()).toBe(before)
})
