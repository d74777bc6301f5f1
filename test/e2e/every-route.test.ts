import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import type {Operation} from '../../services/contracts/openapi-operation.ts'
import {OPERATIONS} from '../../services/contracts/openapi-operations.ts'
import {PushBrowser} from '../support/push-browser.ts'
import {type EmbeddedAnswer, type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'

const MARK = `private-${randomUUID()}`
let running: EmbeddedTodo5
let call: EmbeddedTodo5['call']
let sql: Client
let strangerKey: string
/** What belongs to the local user. */
let taskId: number
let mailId: number
let deviceId: number
let reminderId: number
/** Statuses that each operation was seen to answer. */
const seen = new Map<string, Set<number>>()

const owner = () => ({'x-api-key': running.todo5.localApiKey})
const stranger = () => ({'x-api-key': strangerKey})

const bodies = (): Readonly<Record<string, unknown>> => ({
  createTask: {title: 'x', tags: [MARK]},
  updateTask: {title: `changed ${MARK}`},
  updateProfile: {name: 'Changed'},
  snoozeTask: {for_seconds: 3600},
  testChannel: {channel: 'webhook'},
  createAccessToken: {scopes: ['tasks:read']},
  // Nobody listens there.
  makeWebhook: {url: 'http://127.0.0.1:9/'},
  addPushDevice: {endpoint: 'https://127.0.0.1:9/push', keys: new PushBrowser().keys, label: 'Phone'},
  changeTasks: {
    operations: [
      {op: 'create', task: {title: 'made with others'}},
      {op: 'update', id: taskId, changes: {priority: 1}},
    ],
  },
})

const idFor = (path: string): number => {
  if (path.startsWith('/mailbox')) return mailId
  if (path.startsWith('/profile/devices')) return deviceId
  return path.startsWith('/reminders') ? reminderId : taskId
}

/** The operation on what belongs to the local user. */
async function run(
  {method, path, operationId}: Operation,
  headers: Record<string, string>,
  body: unknown = bodies()[operationId],
): Promise<EmbeddedAnswer> {
  const id = idFor(path)
  const query = operationId === 'deleteTask' ? '?scope=this' : ''
  const answer = await call(method.toUpperCase(), `/api/v1${path.replace('{id}', String(id))}${query}`, headers, body)
  seen.set(operationId, (seen.get(operationId) ?? new Set()).add(answer.status))
  return answer
}

beforeAll(async () => {
  running = await startEmbeddedTodo5({userName: MARK})
  call = running.call
  sql = new Client({connectionString: running.databaseUrl})
  await sql.connect()
  const due = new Date(Date.now() + 2000).toISOString()
  const made = await call('POST', '/api/v1/tasks', owner(), {
    title: MARK,
    due_at: due,
    recurring_pattern: 'daily',
    reminders: [{offset_seconds: 0}],
  })
  taskId = made.body.id
  // Until the reminder is sent and written down: from then on nothing changes by itself.
  await vi.waitFor(
    async () => {
      expect((await call('GET', `/api/v1/tasks/${taskId}`, owner())).body).toMatchObject({reminder_sent: true})
      const {mails} = (await call('GET', '/api/v1/mailbox', owner())).body as {mails: {id: number}[]}
      expect(mails).toHaveLength(1)
      mailId = mails[0]!.id
    },
    {timeout: 90_000, interval: 100},
  )
  const far = {title: MARK, due_at: '2040-01-01T09:00:00Z'}
  reminderId = (await call('POST', '/api/v1/tasks', owner(), far)).body.reminders[0].id
  deviceId = (await call('POST', '/api/v1/profile/devices', owner(), bodies()['addPushDevice'])).body.id
  const signedUp = await fetch(`${new URL(running.todo5.apiUrl).origin}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({email: 'stranger@example.com', password: 'correct horse', name: 'Stranger'}),
  })
  strangerKey = await newKey({authorization: `Bearer ${signedUp.headers.get('set-auth-token')}`})
})
afterAll(async () => {
  await running.stop()
  await sql.end()
})

async function newKey(headers: Record<string, string>): Promise<string> {
  const made = await call('POST', '/api/auth/api-key/create', headers, {name: randomUUID()})
  expect(made.status, made.text).toBe(200)
  return made.body.key as string
}

/** Everything that a request could change or make. */
async function state(): Promise<string> {
  const tables: unknown[] = []
  for (const table of ['todo.tasks', 'todo.series', 'todo.reminders', 'todo.profiles'])
    tables.push((await sql.query(`select to_jsonb(t) as row from ${table} t order by to_jsonb(t)::text`)).rows)
  return JSON.stringify(tables)
}

/** What is for operators is refused; what has an id does not exist for others; the rest is the stranger's own. */
function expectedOfStranger({path, success}: Operation): number {
  // An account is deleted with its password alone.
  if (/^\/(mailbox|operator|account)(\/|$)/u.test(path)) return 403
  return path.includes('{id}') ? 404 : success.status
}

test('nobody, with whatever keys, gets anything or changes anything', async () => {
  const expired = await newKey(owner())
  const disabled = await newKey(owner())
  const deleted = await newKey(owner())
  const hashed = async (statement: string, key: string) =>
    sql.query(
      `${statement} where start = left($1, 10) and key = rtrim(translate(encode(sha256($1::bytea), 'base64'), '+/', '-_'), '=')`,
      [key],
    )
  expect((await hashed(`update auth.apikey set "expiresAt" = now() - interval '1 s'`, expired)).rowCount).toBe(1)
  expect((await hashed(`update auth.apikey set enabled = false`, disabled)).rowCount).toBe(1)
  expect((await hashed(`delete from auth.apikey`, deleted)).rowCount).toBe(1)
  const before = await state()
  const credentials: Record<string, string>[] = [
    {},
    {'x-api-key': expired},
    {'x-api-key': disabled},
    {authorization: `Bearer ${deleted}`},
  ]
  for (const headers of credentials) {
    for (const operation of OPERATIONS) {
      const answer = await run(operation, headers)
      expect(answer, operation.operationId).toMatchObject({status: 401, body: {code: 'not_signed_in'}})
      expect(answer.text).not.toContain(MARK)
    }
  }
  expect(await state()).toBe(before)
})

test('a second user sees and changes nothing of the first', async () => {
  const owned = async () =>
    JSON.stringify((await sql.query(`select * from todo.tasks where title = $1 or $1 = any (tags)`, [MARK])).rows)
  const before = await owned()
  for (const operation of OPERATIONS) {
    if (operation.operationId === 'createTask') continue
    const answer = await run(operation, stranger())
    expect(answer.status, operation.operationId).toBe(expectedOfStranger(operation))
    expect(answer.text, operation.operationId).not.toContain(MARK)
  }
  for (const query of [`?search=${MARK}`, `?tag=${MARK}`, '?view=all', '?view=done'])
    expect((await call('GET', `/api/v1/tasks${query}`, stranger())).body).toEqual({tasks: [], next_cursor: null})
  expect((await call('GET', `/api/v1/audit?task_id=${taskId}`, stranger())).body.entries).toEqual([])
  expect(await owned()).toBe(before)
})

test('its owner can do everything, and every answer is as documented', async () => {
  const order = [...OPERATIONS].sort((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'))
  for (const operation of order) {
    if (operation.operationId === 'deleteTask')
      taskId = (await call('POST', '/api/v1/tasks', owner(), {title: 'to go'})).body.id
    // The only operator of an installation stays; the other account goes.
    const answer =
      operation.operationId === 'deleteAccount'
        ? await run(operation, stranger(), {password: 'correct horse'})
        : await run(operation, owner())
    expect(answer.status, `${operation.operationId} ${answer.text}`).toBe(operation.success.status)
  }
  const met = OPERATIONS.filter(({operationId, success}) => seen.get(operationId)?.has(success.status))
  expect(met.map(({operationId}) => operationId)).toEqual(OPERATIONS.map(({operationId}) => operationId))
})
