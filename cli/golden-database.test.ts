import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createDatabase, type TestDatabase} from '../test/support/postgres.ts'
import {runCli, transcript} from './testing/run-cli.ts'

let url: string
let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  url = database.url
})
afterAll(async () => {
  await database.drop()
})

const db = async (...line: string[]) => await runCli(['db', ...line, '--database-url', url])

test('status, rollback, migrate', async () => {
  const before = JSON.parse((await db('status', '--json')).stdout) as {
    migrations: {name: string; applied_at: string | null}[]
  }
  const names = before.migrations.map((migration) => migration.name)
  expect(names.slice(0, 6)).toEqual(['001', '002', '003', '004', '005', '006'])
  expect(before.migrations.every((migration) => migration.applied_at !== null)).toBe(true)
  const newest = names.at(-1)!
  expect(transcript(await db('migrate'))).toBe('Nothing to do: the schema is the newest.\n(exit 0)')
  expect(JSON.parse((await db('rollback', '--json')).stdout)).toEqual({rolled_back: [newest]})
  expect(transcript(await db('migrate'))).toBe(`Applied ${newest}\n(exit 0)`)
  expect(transcript(await db('rollback'))).toBe(`Took back ${newest}\n(exit 0)`)
  const {stdout, stderr} = await db('status')
  expect(stdout).toMatch(new RegExp(`^${newest} +not yet$`, 'mu'))
  expect(stderr).toBe('todo5 db migrate        applies what is missing\n')
  expect(JSON.parse((await db('migrate', '--json')).stdout)).toEqual({applied: [newest]})
})

test('whether this todo5 works with the schema', async () => {
  const conflict = async (): Promise<unknown> => JSON.parse((await db('status', '--json')).stdout).conflict
  expect(await conflict()).toBe(null)
  const client = new Client({connectionString: url})
  await client.connect()
  try {
    const {rows} = await client.query<{name: string}>('select max(name) as name from todo.schema_versions')
    await client.query(
      `insert into todo.schema_versions (name, kind, oldest_application) values ('900', 'expand', '0.1.0'), ('901', 'contract', '99.1.0'), ('902', 'expand', '99.1.0')`,
    )
    expect(rows[0]!.name < '900').toBe(true)
    expect(await conflict()).toEqual({
      kind: 'schema_too_new',
      migration: '901',
      needs_version: '99.1.0',
      back_to: '900',
    })
    expect((await db('status')).stderr).toBe(`! Migration 901 needs todo5 99.1.0; this is 0.1.0.
todo5 db rollback --to 900        by todo5 99.1.0, takes it back
`)
    await client.query(`delete from todo.schema_versions where name >= '900'`)
  } finally {
    await client.end()
  }
  const {
    rolled_back: [newest],
  } = JSON.parse((await db('rollback', '--json')).stdout)
  expect(await conflict()).toEqual({kind: 'schema_too_old', migration: newest, needs_version: null, back_to: null})
  expect((await db('migrate')).code).toBe(0)
})

test('a database that is not there, or refuses', async () => {
  const line = async (databaseUrl: string): Promise<string> =>
    transcript(await runCli(['db', 'status', '--database-url', databaseUrl]))
  expect(await line('postgres://nobody:x@127.0.0.1:1/x')).toContain('[database_unreachable, exit 6]')
  expect(await line('postgres://[')).toContain('[invalid_url, exit 2]')
  expect(await line(`${url}_gone`)).toContain('[database_refused, exit 4]')
  const {code, stdout, stderr} = await runCli(['db', 'migrate', '--database-url', 'postgres://127.0.0.1:1/x', '--json'])
  expect([code, stderr, JSON.parse(stdout).error.code]).toEqual([6, '', 'database_unreachable'])
})
