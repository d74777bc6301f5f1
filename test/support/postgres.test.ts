import {Client} from 'pg'
import {expect, test} from 'vitest'
import {createDatabase} from './postgres.ts'

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({connectionString: url})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('each database is a copy of its template', async () => {
  const first = await createDatabase()
  await query(first.url, 'create table kept as select 1 as one')
  const second = await createDatabase(first.name)
  expect(await query(second.url, 'select * from kept')).toEqual([{one: 1}])
  const empty = await createDatabase('template1')
  expect(await query(empty.url, "select to_regclass('kept') as found")).toEqual([{found: null}])
})

test('a dropped database is gone, and dropping it twice is harmless', async () => {
  const database = await createDatabase()
  await database.drop()
  await database.drop()
  await expect(query(database.url, 'select 1')).rejects.toMatchObject({code: '3D000'})
})

test('an open connection is named when its database is dropped', async () => {
  const database = await createDatabase()
  const forgotten = new Client({connectionString: database.url, application_name: 'forgotten'})
  const errors: Error[] = []
  forgotten.on('error', (error) => errors.push(error))
  await forgotten.connect()
  await forgotten.query('select 42 as answer')
  await expect(database.drop()).rejects.toThrow(/1 connection\(s\).*forgotten.*select 42 as answer/)
  await expect.poll(() => errors[0]).toMatchObject({code: '57P01'})
})

test('twenty databases at once', async () => {
  const databases = await Promise.all(Array.from({length: 20}, async () => await createDatabase()))
  expect(new Set(databases.map((database) => database.name)).size).toBe(20)
  await Promise.all(databases.map(async (database) => await database.drop()))
})
