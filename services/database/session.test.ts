import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createDatabase} from '../../test/support/postgres.ts'
import {serviceUrl} from '../../test/support/template.ts'
import {type Database, openDatabase} from './database.ts'
import {post, query} from './query.ts'
import {prepared} from './session.ts'

const user = randomUUID()
const other = randomUUID()
let database: Database
beforeAll(async () => {
  const {url} = await createDatabase()
  // One connection: what one transaction leaves behind, the next would find.
  database = await openDatabase({url: serviceUrl(url, 'task'), poolSize: 1, applicationName: 'session'})
})
afterAll(async () => {
  await database.close()
})

const INSERT = prepared(`insert into todo.tasks (user_id, title) values ($1, $2)`)
const titles = async (): Promise<string[]> =>
  database.readAsUser(user, async (tx) =>
    (await query<{title: string}>(tx, 'select title from todo.tasks order by id')).map(({title}) => title),
  )

test('statements that nobody waits for are part of the transaction, in their order', async () => {
  const seen = await database.asUser(user, async (tx) => {
    post(tx, INSERT, [user, 'first'])
    post(tx, INSERT, [user, 'second'])
    const rows = query(tx, 'select title from todo.tasks order by id')
    post(tx, INSERT, [user, 'third'])
    return rows
  })
  expect(seen).toEqual([{title: 'first'}, {title: 'second'}])
  expect(await titles()).toEqual(['first', 'second', 'third'])
})

test('counts what its connections do', async () => {
  let release!: () => void
  const held = new Promise<void>((resolve) => (release = resolve))
  const first = database.asUser(user, async () => held)
  const second = database.asUser(user, async () => undefined)
  await expect.poll(() => database.connections()).toEqual({idle: 0, busy: 1, waiting: 1})
  release()
  await Promise.all([first, second])
  expect(database.connections()).toEqual({idle: 1, busy: 0, waiting: 0})
})

test('one that fails fails the transaction by its own error, and nothing stays', async () => {
  const before = await titles()
  const late = database.asUser(user, async (tx) => {
    post(tx, INSERT, [user, 'lost'])
    post(tx, INSERT, [other, 'not theirs'])
  })
  await expect(late).rejects.toMatchObject({code: '42501'})
  const early = database.asUser(user, async (tx) => {
    post(tx, INSERT, [other, 'not theirs'])
    await query(tx, 'select 1')
  })
  await expect(early).rejects.toMatchObject({code: '42501'})
  expect(await titles()).toEqual(before)
})

test('a failure that the work keeps to itself is no success', async () => {
  const before = await titles()
  const silent = database.asUser(user, async (tx) => {
    post(tx, INSERT, [user, 'lost'])
    await query(tx, 'select 1 / 0').catch(() => undefined)
  })
  await expect(silent).rejects.toThrow('rolled back')
  expect(await titles()).toEqual(before)
})

test('work that throws takes back what was sent', async () => {
  const before = await titles()
  const refused = database.asUser(user, async (tx) => {
    post(tx, INSERT, [user, 'lost'])
    throw new Error('refused')
  })
  await expect(refused).rejects.toThrow('refused')
  expect(await titles()).toEqual(before)
})

test('what a reader asks for after its answer has no user', async () => {
  const late = database.readAsUser(user, async (tx) => {
    await query(tx, 'select title from todo.tasks')
    return query(tx, 'select title from todo.tasks')
  })
  await expect(late).rejects.toThrow()
  expect(await titles()).not.toEqual([])
})

test('no user reaches the next transaction, nor does a broken connection', async () => {
  await titles()
  await expect(database.acrossUsers(async (tx) => query(tx, 'select title from todo.tasks'))).rejects.toThrow()
  const ended = database.asUser(user, async (tx) => query(tx, 'select pg_terminate_backend(pg_backend_pid())'))
  await expect(ended).rejects.toThrow()
  expect(await titles()).not.toEqual([])
})
