import {randomUUID} from 'node:crypto'
import {once} from 'node:events'
import {chmod, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {CompleteTaskResponse, TaskResponse} from '../../services/contracts/tasks.ts'
import {provisionLogins} from '../../services/database/logins.ts'
import {migrate} from '../../services/database/migrator.ts'
import {freePort} from '../../services/database/server/port.ts'
import {type SupervisedServer, superviseServer} from '../../services/database/server/supervise.ts'
import {type Embedded, startEmbedded} from '../../services/embedded.ts'
import {quietLogger} from '../support/pipeline.ts'

const CLIENTS = 8
const TASKS_EACH = 12

let folder: string
let postgres: SupervisedServer
let todo5: Embedded

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-outage-'))
  await chmod(folder, 0o711)
  postgres = await superviseServer({
    dataRoot: folder,
    dataDir: join(folder, 'postgresql'),
    port: await freePort(),
    password: 'test',
    sync: false,
  })
  await migrate(postgres.url())
  todo5 = await startEmbedded({
    databaseUrls: await provisionLogins(postgres.url(), 'outage'),
    dataDir: folder,
    port: 0,
    operationsPort: 0,
    smtpPort: 0,
    authSecret: 'a secret of the tests, 32 characters long',
    pushSecret: 'another secret of the tests, as long as that',
    localUser: {email: 'local@localhost.example', name: 'Local', timeZone: 'UTC'},
    logger: (service) => quietLogger(service).logger,
  })
}, 300_000)

afterAll(async () => {
  await todo5?.stop()
  await postgres?.stop()
  await rm(folder, {recursive: true, force: true})
}, 60_000)

const refusals: {status: number; retryAfter: string | null; code: unknown}[] = []

/** As a careful client does it: the same key until there is an answer. */
async function insist<T>(path: string, body?: unknown): Promise<T> {
  const key = randomUUID()
  for (;;) {
    const answer = await fetch(`${todo5.apiUrl}${path}`, {
      method: 'POST',
      headers: {
        'x-api-key': todo5.localApiKey,
        'idempotency-key': key,
        ...(body === undefined ? {} : {'content-type': 'application/json'}),
      },
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    })
    const json = (await answer.json()) as T & {code?: unknown}
    if (answer.ok) return json
    refusals.push({status: answer.status, retryAfter: answer.headers.get('retry-after'), code: json.code})
    if (answer.status !== 503) return json
    await delay(100)
  }
}

test('PostgreSQL killed twice under load: 503 with Retry-After, then everything goes on by itself, nothing lost or doubled', async () => {
  let stopKilling = false
  const killer = (async () => {
    for (let n = 0; n < 2 && !stopKilling; n++) {
      await delay(700)
      const back = once(postgres.events, 'ready')
      process.kill(postgres.pid()!, 'SIGKILL')
      await back
    }
  })()
  const added = await Promise.all(
    Array.from({length: CLIENTS}, async (_, client) => {
      const ids: number[] = []
      for (let n = 0; n < TASKS_EACH; n++) {
        const task = await insist<TaskResponse>('/tasks', {
          title: `${client}.${n}`,
          due_at: '2036-12-01T09:00Z',
          recurring_pattern: 'daily',
        })
        const done = await insist<CompleteTaskResponse>(`/tasks/${task.id}/complete`)
        expect(done.completed.id).toBe(task.id)
        ids.push(task.id)
        // Spread over the kills, so that some fall before, into and after each outage.
        await delay(100)
      }
      return ids
    }),
  )
  stopKilling = true
  await killer
  expect(refusals.length).toBeGreaterThan(0)
  for (const refusal of refusals)
    expect(refusal).toMatchObject({status: 503, retryAfter: expect.stringMatching(/^\d+$/u)})

  const admin = new Client({connectionString: postgres.url()})
  await admin.connect()
  try {
    const count = async (sql: string) => Number((await admin.query<{n: string}>(sql)).rows[0]!.n)
    const wanted = CLIENTS * TASKS_EACH
    await expect
      .poll(async () => count('select count(*) as n from todo.tasks where predecessor_id is not null'), {
        timeout: 90_000,
      })
      .toBe(wanted)
    await expect.poll(async () => count('select count(*) as n from todo.outbox'), {timeout: 90_000}).toBe(0)
    await expect
      .poll(
        async () =>
          count(`select count(distinct event_id) as n from todo.audit_logs where event_type = 'task.completed'`),
        {timeout: 90_000},
      )
      .toBe(wanted)
    // Look again that nothing more came.
    expect(await count('select count(*) as n from todo.tasks')).toBe(2 * wanted)
    expect(
      await count('select count(distinct predecessor_id) as n from todo.tasks where predecessor_id is not null'),
    ).toBe(wanted)
    expect(new Set(added.flat()).size).toBe(wanted)
  } finally {
    await admin.end()
  }
  expect((await fetch(`${todo5.operationsUrl}/healthz`)).status).toBe(200)
}, 300_000)
