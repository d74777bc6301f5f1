import {Client} from 'pg'
import {expect, test} from 'vitest'
import {createDatabase} from '../../test/support/postgres.ts'
import {run} from './migrate.ts'

const quiet = {write: () => undefined}
const stop = new AbortController().signal
const loginOf = (url: string, name: string): string => {
  const login = new URL(url)
  login.username = name
  login.password = `secret of ${name}`
  return login.href
}
async function as<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({connectionString: url})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

test('an empty database gets the schema, the logins of the services, and room for conversations', async () => {
  const {url} = await createDatabase('template1')
  const [task, chat] = [loginOf(url, `task ${process.pid}`), loginOf(url, `chat ${process.pid}`)]
  const environment = {DATABASE_URL: url, TASK_SERVICE_DATABASE_URL: task, CHAT_API_DATABASE_URL: chat}
  // Twice: an upgrade finds all of it.
  for (const _ of [1, 2]) await run({environment, stop, log: quiet})
  await as(task, async (client) => {
    const {rows} = await client.query(`select pg_has_role('todo5_task', 'usage') as may`)
    expect(rows).toEqual([{may: true}])
    await expect(client.query('select * from auth.user')).rejects.toThrow('permission denied')
    await expect(client.query('create table dapr.mine (id int)')).rejects.toThrow('permission denied')
  })
  await as(chat, async (client) => await client.query('create table dapr.state (key text)'))
  await as(url, async (client) => {
    await client.query('drop schema dapr cascade')
    for (const login of [task, chat]) {
      const name = decodeURIComponent(new URL(login).username)
      await client.query(`drop owned by "${name}"`)
      await client.query(`drop role "${name}"`)
    }
  })
})

test('a new login of chat-api gets at the conversations of the one before, which goes on with them', async () => {
  const {url} = await createDatabase('template1')
  const [before, after] = [loginOf(url, `before ${process.pid}`), loginOf(url, `after ${process.pid}`)]
  const by = async (chat: string): Promise<void> =>
    await run({environment: {DATABASE_URL: url, CHAT_API_DATABASE_URL: chat}, stop, log: quiet})
  const add = async (chat: string, table: string): Promise<unknown> =>
    await as(chat, async (client) => await client.query(`insert into dapr.${table} values ('x')`))
  await by(before)
  await as(before, async (client) => await client.query('create table dapr.state (key text)'))
  for (const _ of [1, 2]) await by(after)
  await add(after, 'state')
  await add(before, 'state')
  await as(after, async (client) => await client.query('create table dapr.later (key text)'))
  // Back again: each cannot be a member of the other, and that is no reason to fail.
  await by(before)
  await add(before, 'state')
  const {rows} = await as(after, async (client) => await client.query('select count(*)::int as lines from dapr.state'))
  expect(rows).toEqual([{lines: 3}])
  await as(url, async (client) => {
    await client.query('drop schema dapr cascade')
    for (const login of [after, before]) {
      const name = decodeURIComponent(new URL(login).username)
      await client.query(`drop owned by "${name}"`)
      await client.query(`drop role "${name}"`)
    }
  })
})

test('what is wrong with its environment is said at once, without a password', async () => {
  const environment = {DATABASE_URL: 'mysql://root:hidden@db/x', CHAT_API_DATABASE_URL: 'x', WAIT_SECONDS: '-1'}
  const failure = await run({environment, stop, log: quiet}).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'invalid_configuration',
    faults: [{field: 'DATABASE_URL'}, {field: 'CHAT_API_DATABASE_URL'}, {field: 'WAIT_SECONDS'}],
  })
  expect(JSON.stringify(failure)).not.toContain('hidden')
})
