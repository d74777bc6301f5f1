import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../../../test/support/embedded-todo5.ts'
import {createDatabase} from '../../../test/support/postgres.ts'
import {migrate} from '../migrator.ts'
import {MIGRATIONS} from '../migrations/index.ts'
import {giveConversationsToDapr} from './conversations.ts'
import {type DumpFacts, keptTables, quoted} from './contents.ts'
import {dumpDatabase} from './dump.ts'
import {knownSchema} from './known-schema.ts'
import {loadDump} from './load.ts'
import {installationOf, restoreInto} from './restore-database.ts'

const {signal} = new AbortController()
let folder: string
let todo5: EmbeddedTodo5

/** Each table as one text; what a restore begins anew is left out. */
async function rowsOf(url: string): Promise<Record<string, string>> {
  const client = new Client({connectionString: url})
  await client.connect()
  try {
    const found: Record<string, string> = {}
    for (const {table} of await keptTables(client)) {
      const {rows} = await client.query<{text: string}>(
        `select coalesce(string_agg(row, E'\\n' order by row), '') as text
         from (select (to_jsonb(t) - 'job_revision' - 'lease_until')::text as row from ${quoted(table)} t) rows`,
      )
      found[table] = rows[0]!.text
    }
    return found
  } finally {
    await client.end()
  }
}

const sql = async <Row extends object>(url: string, statement: string): Promise<Row[]> => {
  const client = new Client({connectionString: url})
  await client.connect()
  try {
    return (await client.query<Row>(statement)).rows
  } finally {
    await client.end()
  }
}

const dump = async (url: string, name: string): Promise<{folder: string; dump: DumpFacts}> => {
  const own = await mkdtemp(join(folder, `${name}-`))
  return {folder: own, dump: await dumpDatabase(url, own, signal)}
}

const HARD = [
  'plain',
  'tab\there',
  'back\\slash \\N \\.',
  'two\nlines',
  '💧 مرحبا',
  `'; drop table todo.tasks; --`,
  '"""',
]

async function live(rounds: number): Promise<void> {
  const titled = (title: string, more: object = {}) => ({
    title,
    due_at: '2030-01-07T09:00:00Z',
    reminders: [{offset_seconds: 3600}],
    ...more,
  })
  for (let round = 0; round < rounds; round++) {
    const description = `${HARD[round % HARD.length]!} ${round}`
    const repeats = round % 2 === 0 ? {recurring_pattern: 'weekly on mon,thu'} : {}
    const {body, status} = await todo5.api(
      'POST',
      '/tasks',
      titled(`Task ${round}`, {...repeats, description, tags: ['ü', 'home']}),
    )
    expect(status, JSON.stringify(body)).toBe(201)
    const id = body.id as number
    if (round % 3 === 0) await todo5.api('POST', `/tasks/${id}/complete`)
    if (round % 5 === 0) await todo5.api('DELETE', `/tasks/${id}`)
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-backup-test-'))
  todo5 = await startEmbeddedTodo5()
  await live(30)
})
afterAll(async () => {
  await todo5.stop()
  await rm(folder, {recursive: true, force: true})
})

test('what is restored is what was there at one moment, while others went on writing', async () => {
  const before = await todo5.api('GET', '/tasks?view=all&limit=100')
  const [taken] = await Promise.all([dump(todo5.databaseUrl, 'under-load'), live(30)])
  const {url} = await createDatabase('template1')
  await restoreInto(url, {...taken, madeBy: '0.1.0', bus: 'log', signal})
  const restored = await sql<{id: string}>(url, 'select id from todo.tasks')
  expect(restored.length).toBeGreaterThanOrEqual(before.body.tasks.length as number)
  // The half of a change would be a task without its series, a reminder without its task, an event without its effect.
  const [halves] = await sql<{n: string}>(
    url,
    `select count(*) as n from todo.tasks t where t.version = 1
     and not exists (select 1 from todo.outbox o where o.task_id = t.id)
     and not exists (select 1 from jobs.event_log e where (e.event->>'task_id')::bigint = t.id)`,
  )
  expect(halves).toEqual({n: '0'})
})

test('every table is the same after it, and the ids go on', {timeout: 240_000}, async () => {
  await todo5.restart(async () => {
    const taken = await dump(todo5.databaseUrl, 'at-rest')
    expect(taken.dump.migrations).toEqual(MIGRATIONS.map(({name}) => name))
    const {url} = await createDatabase('template1')
    await restoreInto(url, {...taken, madeBy: '0.1.0', bus: 'log', signal})
    expect(await rowsOf(url)).toEqual(await rowsOf(todo5.databaseUrl))
    const highest = 'select max(id) as id from todo.tasks'
    const [{id}] = (await sql<{id: string}>(url, highest)) as [{id: string}]
    const [{next}] = (await sql<{next: string}>(url, `select nextval('todo.tasks_id_seq') as next`)) as [{next: string}]
    expect(Number(next)).toBeGreaterThan(Number(id))
    // Whatever the old one has on a bus is not of this installation.
    expect(await installationOf(url)).toMatch(/^[0-9a-f-]{36}$/u)
    expect(await installationOf(url)).not.toBe(await installationOf(todo5.databaseUrl))
    // All rules of the schema hold again.
    const rules =
      'select conrelid::regclass || conname as name, pg_get_constraintdef(oid) from pg_constraint order by 1'
    expect(await sql(url, rules)).toEqual(await sql(todo5.databaseUrl, rules))
    const off = `select tgname from pg_trigger where tgenabled = 'D'`
    expect(await sql(url, off)).toEqual([])
  })
})

test('into a database with accounts it does not go, into the rest of a killed one it does', async () => {
  const taken = await dump(todo5.databaseUrl, 'refused')
  const options = {...taken, madeBy: '0.1.0', bus: 'log', signal} as const
  await expect(restoreInto(todo5.databaseUrl, options)).rejects.toMatchObject({code: 'database_not_empty'})
  const {url} = await createDatabase('template1')
  await migrate(url, {to: '006'})
  await restoreInto(url, options)
  expect(await sql(url, 'select 1 from todo.tasks limit 1')).toHaveLength(1)
})

test('all or nothing: a file that breaks off leaves nothing', async () => {
  const taken = await dump(todo5.databaseUrl, 'broken')
  const file = join(taken.folder, 'todo.tasks.copy')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.slice(0, text.length / 2))
  const {url} = await createDatabase('template1')
  await expect(restoreInto(url, {...taken, madeBy: '0.1.0', bus: 'log', signal})).rejects.toThrow()
  expect(await sql(url, 'select 1 from todo.profiles')).toEqual([])
  expect(await sql(url, 'select 1 from auth."user"')).toEqual([])
})

test('a backup of an older schema is brought to the newest; one of a newer is refused', async () => {
  const {url: old} = await createDatabase('template1')
  await migrate(old, {to: '016'})
  const user = '018f0000-0000-7000-8000-000000000001'
  await sql(
    old,
    `insert into auth."user" (id, name, email, "emailVerified", "createdAt", "updatedAt", role, time_zone)
                  values ('${user}', 'Old', 'old@example.com', true, now(), now(), 'user', 'Europe/Berlin')`,
  )
  const taken = await dump(old, 'old')
  expect(taken.dump.migrations.at(-1)).toBe('016')
  const {url} = await createDatabase('template1')
  await restoreInto(url, {...taken, madeBy: '0.1.0', bus: 'log', signal})
  expect(await sql(url, 'select email, time_zone from todo.profiles')).toEqual([
    {email: 'old@example.com', time_zone: 'Europe/Berlin'},
  ])
  expect(await sql(url, 'select max(name) as name from todo.schema_versions')).toEqual([
    {name: MIGRATIONS.at(-1)!.name},
  ])
  const newer = [...taken.dump.migrations, '999']
  expect(() => knownSchema(newer, '9.9.9')).toThrow(/of todo5 9\.9\.9, whose schema has migration 999/u)
  expect(() => knownSchema(['001', '003'], '0.1.0')).toThrow(/in that order/u)
})

test('for a bus of its own, what nobody has handled waits in the outbox, before what waits there already', async () => {
  await todo5.restart(async () => {
    const url = todo5.databaseUrl
    await sql(
      url,
      `update jobs.consumer_positions set position = greatest(0, position - 1) where consumer = 'audit-service'`,
    )
    const unread = await sql<{id: string}>(
      url,
      `select e.event->>'event_id' as id from jobs.event_log e join jobs.consumer_positions p using (topic, partition)
       where p.consumer = 'audit-service' and e.position >= p.position`,
    )
    expect(unread.length).toBeGreaterThan(0)
    const waiting = await sql<{event_id: string}>(url, 'select event_id from todo.outbox order by id')
    const taken = await dump(url, 'moved')
    const {url: moved} = await createDatabase('template1')
    await restoreInto(moved, {...taken, madeBy: '0.1.0', bus: 'outbox', signal})
    const outbox = (await sql<{event_id: string}>(moved, 'select event_id from todo.outbox order by id')).map(
      (row) => row.event_id,
    )
    expect(outbox).toEqual(expect.arrayContaining(unread.map(({id}) => id)))
    expect(outbox.slice(outbox.length - waiting.length)).toEqual(waiting.map((row) => row.event_id))
    expect(new Set(outbox).size).toBe(outbox.length)
    expect(await sql(moved, 'select 1 from jobs.event_log')).toEqual([])
  })
})

test('conversations that Dapr keeps are taken by what they say', async () => {
  const {url} = await createDatabase()
  await sql(
    url,
    `
    create schema dapr;
    create table dapr.state (key text primary key, value bytea not null, etag uuid not null default gen_random_uuid(),
      created_at timestamptz not null default now(), updated_at timestamptz, expires_at timestamptz, row_id bigint);
    insert into dapr.state (key, value) values
      ('chat-api||history/1', convert_to('{"say": "back\\\\slash ü"}', 'UTF8')), ('other||x', convert_to('1', 'UTF8'))`,
  )
  const taken = await dump(url, 'dapr')
  const {url: restored} = await createDatabase('template1')
  await restoreInto(restored, {...taken, madeBy: '0.1.0', bus: 'log', signal})
  expect(await sql(restored, 'select key, value from jobs.conversations')).toEqual([
    {key: 'history/1', value: {say: 'back\\slash ü'}},
  ])
  // And back: Dapr finds them under its own names.
  const client = new Client({connectionString: restored})
  await client.connect()
  try {
    await client.query('create schema dapr')
    await giveConversationsToDapr(client, 'test_chat')
    await giveConversationsToDapr(client, 'test_chat')
  } finally {
    await client.end()
  }
  expect(await sql(restored, `select key, convert_from(value, 'UTF8')::jsonb as value from dapr.state`)).toEqual([
    {key: 'chat-api||history/1', value: {say: 'back\\slash ü'}},
  ])
  expect(await sql(restored, 'select key from jobs.conversations')).toEqual([])
})

test('a database without a todo5 has nothing to take', async () => {
  const {url} = await createDatabase('template1')
  await expect(dump(url, 'empty')).rejects.toMatchObject({code: 'no_todo5_there'})
})

test('loading asks for the schema of the dump', async () => {
  const taken = await dump(todo5.databaseUrl, 'other-schema')
  const {url} = await createDatabase('template1')
  await migrate(url, {to: '002'})
  await expect(loadDump({...taken, url, bus: 'log', signal})).rejects.toThrow()
})
