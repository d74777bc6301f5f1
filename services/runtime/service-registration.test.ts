import {Client} from 'pg'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {quietLogger} from '../../test/support/pipeline.ts'
import {type TestDatabase, createDatabase} from '../../test/support/postgres.ts'
import {serviceUrl} from '../../test/support/template.ts'
import {type Database, openDatabase} from '../database/database.ts'
import {rollback} from '../database/migrator.ts'
import {registerServices} from './service-registration.ts'

let testDatabase: TestDatabase
let database: Database
let admin: Client

beforeEach(async () => {
  testDatabase = await createDatabase()
  database = await openDatabase({
    url: serviceUrl(testDatabase.url, 'task'),
    poolSize: 2,
    applicationName: 'registration',
  })
  admin = new Client({connectionString: testDatabase.url})
  await admin.connect()
})
afterEach(async () => {
  await database.close()
  await admin.end()
})

const register = () =>
  registerServices({database, services: ['task-service', 'audit-service'], logger: quietLogger().logger})

test('while services are registered the schema cannot be taken from under them', async () => {
  const registration = register()
  await registration.start()
  await expect(rollback(testDatabase.url)).rejects.toMatchObject({
    code: 'schema_in_use',
    message: expect.stringContaining('audit-service, task-service'),
  })
  await registration.stop()
  expect(await rollback(testDatabase.url)).toHaveLength(1)
})

test('a database without the newest migration is refused, with the command that brings it', async () => {
  await rollback(testDatabase.url)
  await expect(register().start()).rejects.toMatchObject({
    code: 'schema_too_old',
    hint: expect.stringContaining('todo5 db migrate'),
  })
})

const newer = async (oldest: string) =>
  admin.query(`insert into todo.schema_versions (name, kind, oldest_application) values ('999', 'contract', $1)`, [
    oldest,
  ])

test('a newer schema that only has more is fine, and nothing stays registered after a stop', async () => {
  await newer('0.0.9')
  const registration = register()
  await registration.start()
  await registration.stop()
  expect((await admin.query('select * from todo.running_services')).rows).toEqual([])
})

test('a newer schema that took something away is refused', async () => {
  await newer('9.9.9')
  await expect(register().start()).rejects.toMatchObject({
    code: 'schema_too_new',
    message: expect.stringContaining('9.9.9'),
  })
})
