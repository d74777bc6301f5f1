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

test('a database that is not there, or refuses', async () => {
  const line = async (databaseUrl: string): Promise<string> =>
    transcript(await runCli(['db', 'status', '--database-url', databaseUrl]))
  expect(await line('postgres://nobody:x@127.0.0.1:1/x')).toContain('[database_unreachable, exit 6]')
  expect(await line('postgres://[')).toContain('[invalid_url, exit 2]')
  expect(await line(`${url}_gone`)).toContain('[database_refused, exit 4]')
  const {code, stdout, stderr} = await runCli(['db', 'migrate', '--database-url', 'postgres://127.0.0.1:1/x', '--json'])
  expect([code, stderr, JSON.parse(stdout).error.code]).toEqual([6, '', 'database_unreachable'])
})
