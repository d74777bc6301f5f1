import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createDatabase} from '../../test/support/postgres.ts'
import {freePort} from '../database/server/port.ts'
import {checkOwnDatabase} from './own-database.ts'

let url: string
const role = `own_${process.pid}`
beforeAll(async () => {
  url = (await createDatabase('template1')).url
  await run(`create role ${role} login password 'secret'`)
})
afterAll(async () => await run(`drop role ${role}`))

async function run(sql: string): Promise<void> {
  const client = new Client({connectionString: url})
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

const changed = (change: (url: URL) => void): string => {
  const copy = new URL(url)
  change(copy)
  return copy.href
}

test('a database that will do: its version', async () => {
  expect(await checkOwnDatabase(url)).toMatch(/^\d+\.\d+$/)
})

test('each thing that is wrong is said, with what to do', async () => {
  const port = String(await freePort())
  const cases: [string, string, RegExp][] = [
    [
      changed((copy) => (copy.port = port)),
      'database_unreachable',
      /does not answer at 127\.0\.0\.1:\d+: nothing listens there/,
    ],
    [changed((copy) => (copy.password = 'wrong')), 'database_login', /refuses the login of postgres/],
    [changed((copy) => (copy.pathname = '/nothing')), 'database_missing', /has no database nothing/],
    [changed((copy) => (copy.pathname = '')), 'invalid_database_url', /is no URL of a PostgreSQL database/],
    ['mysql://me@127.0.0.1/todo', 'invalid_database_url', /is no URL/],
    ['todo', 'invalid_database_url', /is no URL/],
  ]
  for (const [broken, code, message] of cases) {
    await expect(checkOwnDatabase(broken)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
  }
})

test('a user who lacks a right is told which', async () => {
  const login = changed((copy) => {
    copy.username = role
    copy.password = 'secret'
  })
  const failure = async (): Promise<string> => await checkOwnDatabase(login).catch((error: Error) => error.message)
  expect(await failure()).toContain(`${role} may not create roles`)
  await run(`alter role ${role} createrole`)
  expect(await failure()).toContain(`${role} may not create schemas`)
  const {pathname} = new URL(url)
  await run(`grant create on database ${pathname.slice(1)} to ${role}`)
  expect(await failure()).toMatch(/^\d+\.\d+$/)
  await run(`revoke create on database ${pathname.slice(1)} from ${role}`)
})
