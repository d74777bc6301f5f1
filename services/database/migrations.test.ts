import {MikroORM} from '@mikro-orm/postgresql'
import {Client} from 'pg'
import {expect, test} from 'vitest'
import {createDatabase} from '../../test/support/postgres.ts'
import {ormOptions} from './database.ts'
import {MIGRATIONS} from './migrations/index.ts'
import {migrate, migrationStates, rollback} from './migrator.ts'

const ALL = MIGRATIONS.map((migration) => migration.name)

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({connectionString: url})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

test('an empty database is migrated, and a second time finds nothing to do', async () => {
  const {url} = await createDatabase('template1')
  expect(await migrate(url)).toEqual(ALL)
  expect(await migrate(url)).toEqual([])
  expect((await migrationStates(url)).every((state) => state.appliedAt !== null)).toBe(true)
})

test('of twenty migrators at once each finds the schema complete, and each migration ran once', async () => {
  const {url} = await createDatabase('template1')
  const applied = await Promise.all(Array.from({length: 20}, async () => migrate(url)))
  expect(applied.flat().sort()).toEqual(ALL)
  expect(await migrate(url)).toEqual([])
})

test('all migrations can be taken back and applied again', async () => {
  const {url} = await createDatabase()
  expect((await rollback(url, '0')).sort()).toEqual(ALL)
  await withClient(url, async (client) => {
    const {rows} = await client.query(`select count(*)::int as n from pg_tables where schemaname in ('jobs', 'auth')`)
    expect(rows).toEqual([{n: 0}])
  })
  expect(await migrate(url)).toEqual(ALL)
})

test('006 down keeps the values of its columns and up restores them', async () => {
  const {url} = await createDatabase()
  const user = '018f0000-0000-7000-8000-000000000001'
  await withClient(url, async (client) => {
    await client.query(
      `insert into todo.tasks (user_id, title, recurring_pattern, recurring_end_date, next_occurrence, reminder_at, reminder_sent)
       values ($1, 'kept', 'FREQ=DAILY', '2027-01-01Z', '2026-12-02T09:00Z', '2026-12-01T08:00Z', true), ($1, 'plain', null, null, null, null, false)`,
      [user],
    )
  })
  const columns = `select title, recurring_pattern, recurring_end_date, next_occurrence, reminder_at, reminder_sent from todo.tasks order by id`
  const before = await withClient(url, async (client) => (await client.query(columns)).rows)
  expect(await rollback(url, '005')).toEqual(ALL.slice(5).toReversed())
  await withClient(url, async (client) => {
    const {rows} = await client.query(
      `select column_name from information_schema.columns where table_schema = 'todo' and table_name = 'tasks' and column_name = 'recurring_pattern'`,
    )
    expect(rows).toEqual([])
    expect((await client.query('select title from todo.tasks order by id')).rows).toEqual([
      {title: 'kept'},
      {title: 'plain'},
    ])
  })
  expect(await migrate(url)).toEqual(ALL.slice(5))
  expect(await withClient(url, async (client) => (await client.query(columns)).rows)).toEqual(before)
})

test('006 up computes next_occurrence anew for what changed or was made while it was away', async () => {
  const {url} = await createDatabase()
  const user = '018f0000-0000-7000-8000-000000000001'
  const addOccurrence = async (client: Client, title: string): Promise<void> => {
    await client.query(
      `with s as (
         insert into todo.series (user_id, rule, start_at, template) values ($1, 'FREQ=DAILY', '2036-12-01T09:00Z', '{}') returning id
       )
       insert into todo.tasks (user_id, title, series_id, occurrence_at) select $1, $2, id, '2036-12-01T09:00Z' from s`,
      [user, title],
    )
  }
  await withClient(url, async (client) => {
    await addOccurrence(client, 'before')
    await client.query(`update todo.tasks set next_occurrence = '2020-01-01Z'`)
  })
  await rollback(url, '005')
  await withClient(url, async (client) => addOccurrence(client, 'meanwhile'))
  await migrate(url)
  const {rows} = await withClient(url, async (client) =>
    client.query('select title, next_occurrence from todo.tasks order by id'),
  )
  const next = new Date('2036-12-02T09:00Z')
  expect(rows).toEqual([
    {title: 'before', next_occurrence: next},
    {title: 'meanwhile', next_occurrence: next},
  ])
})

test('a migration that meets a lock gives way, tries again, and ends when the lock is gone', async () => {
  const {url} = await createDatabase()
  await rollback(url, '005')
  await withClient(url, async (holder) => {
    await holder.query('begin')
    await holder.query('lock table todo.tasks in access share mode')
    const migrating = migrate(url, {lockTimeoutMs: 100})
    await expect
      .poll(
        async () =>
          (await holder.query(`select 1 from pg_locks where not granted and relation = 'todo.tasks'::regclass`)).rows,
        {interval: 5, timeout: 90_000},
      )
      .toHaveLength(1)
    // Whoever comes while it has given way is not held up behind it.
    await withClient(url, async (reader) =>
      expect((await reader.query('select count(*) from todo.tasks')).rows).toHaveLength(1),
    )
    await holder.query('commit')
    expect(await migrating).toEqual(ALL.slice(5))
  })
})

test('a rollback is refused while a service that needs the migration is running', async () => {
  const {url} = await createDatabase()
  await withClient(url, async (client) => {
    await client.query(
      `insert into todo.running_services (service, instance, application_version, needs_migration)
       values ('task-service', gen_random_uuid(), '0.1.0', '${ALL.at(-1)}')`,
    )
  })
  await expect(rollback(url)).rejects.toMatchObject({
    code: 'schema_in_use',
    hint: expect.stringContaining('todo5 down'),
  })
  await withClient(url, async (client) => {
    await client.query(`update todo.running_services set seen_at = clock_timestamp() - interval '2 minutes'`)
  })
  expect(await rollback(url)).toEqual([ALL.at(-1)])
})

test('the entities and the database do not differ in any column', async () => {
  const {url} = await createDatabase()
  const orm = await MikroORM.init(ormOptions({url, poolSize: 1, applicationName: 'diff'}))
  try {
    const differences = await orm.schema.getUpdateSchemaSQL({wrap: false, dropTables: false})
    // Indexes, checks, foreign keys, policies and triggers are written in the migrations alone; the entities say nothing of them.
    const onlyInMigrations =
      /^(drop (policy|index|trigger|function) .*|alter table \S+ (drop constraint \S+|disable row level security));$/u
    const statements = differences.split('\n').filter((line) => line !== '')
    expect(statements.length).toBeGreaterThan(0)
    expect(statements.filter((statement) => !onlyInMigrations.test(statement))).toEqual([])
  } finally {
    await orm.close(true)
  }
})
