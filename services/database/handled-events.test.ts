import {Client} from 'pg'
import {v4 as uuidv4, v7 as uuidv7} from 'uuid'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createDatabase} from '../../test/support/postgres.ts'
import {serviceUrl} from '../../test/support/template.ts'
import {type Database, openDatabase} from './database.ts'
import {type HandledEvents, openHandledEvents} from './handled-events.ts'
import {claimInbox} from './statements/claim-inbox.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let url: string
let database: Database
let handled: HandledEvents
beforeAll(async () => {
  url = (await createDatabase()).url
  database = await openDatabase({
    url: serviceUrl(url, 'recurring'),
    poolSize: 1,
    applicationName: 'a consumer of a test',
  })
  handled = await openHandledEvents(url, (error) => error)
})
afterAll(async () => {
  await handled.close()
  await database.close()
})

const claim = async (consumer: string, ids: readonly string[]): Promise<number> =>
  (await database.acrossUsers(async (tx) => await claimInbox(tx, consumer, ids))).size

test('exactly the events named are forgotten, of this consumer, whatever their day is', async () => {
  const now = Date.now()
  const yesterday = uuidv7({msecs: now - DAY_MS})
  const other = [uuidv7(), uuidv4(), uuidv7({msecs: Date.UTC(2031, 0, 1)})]
  const again = [yesterday, uuidv7(), uuidv7({msecs: now - 40 * DAY_MS})]
  expect(await claim('one', [...again, ...other])).toBe(6)
  expect(await claim('two', again)).toBe(3)

  expect(await handled.count('one', [...again, uuidv7()])).toBe(3)
  expect(await handled.forget('one', [...again, uuidv7()])).toBe(3)
  expect(await handled.forget('one', again)).toBe(0)
  expect(await claim('one', [...again, ...other])).toBe(3)
  expect(await claim('two', again)).toBe(0)
  // An id that says no day was noted under the day on which it came.
  expect(await handled.count('one', [other[1]!, yesterday])).toBe(2)
  expect(await handled.count('one', [])).toBe(0)
})

test('what goes wrong is explained', async () => {
  const explained = new Error('explained')
  const away = 'postgres://nobody@127.0.0.1:1/none'
  await expect(openHandledEvents(away, () => explained)).rejects.toBe(explained)
  const strict = await openHandledEvents(url, () => explained)
  await expect(strict.count('one', ['no id'])).rejects.toBe(explained)
  await strict.close()
})

test('services may neither count nor forget', async () => {
  for (const login of ['task', 'recurring', 'notification', 'audit', 'chat', 'bus'] as const) {
    const client = new Client({connectionString: serviceUrl(url, login)})
    await client.connect()
    for (const name of ['handled_events', 'forget_handled_events']) {
      await expect(
        client.query(`select todo.${name}('one', '{}', '-infinity', 'infinity')`),
        `${name} as ${login}`,
      ).rejects.toMatchObject({code: '42501'})
    }
    await client.end()
  }
})
