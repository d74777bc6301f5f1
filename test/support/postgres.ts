import {randomBytes} from 'node:crypto'
import {Client, escapeIdentifier} from 'pg'
import {afterAll, inject} from 'vitest'
import {assertUnused, templateName} from './test-server.ts'

export interface TestDatabase {
  /** Connection string of the superuser. */
  readonly url: string
  readonly name: string
  /** Rejects when something is still connected 2 s later (and removes the database all the same). Idempotent. */
  drop(): Promise<void>
}

const open = new Set<TestDatabase>()

/**
 * A database of its own, a copy of the migrated template (about 10 ms). `createDatabase('template1')` gives an
 * empty one. It is dropped after the test file unless the test did; whatever is still connected then fails the file.
 */
export async function createDatabase(template: string = templateName): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`
  await asSuperuser(
    async (client) =>
      await client.query(
        // file_copy takes 5 ms here, the default strategy (through the log) 150 ms
        `create database ${escapeIdentifier(name)} template ${escapeIdentifier(template)} strategy file_copy`,
      ),
  )
  const url = new URL(await serverUrl())
  url.pathname = `/${name}`
  const database: TestDatabase = {
    url: url.href,
    name,
    drop: async () => {
      if (!open.delete(database)) return
      await asSuperuser(async (client) => {
        try {
          await assertUnused(client, name)
        } finally {
          await client.query(`drop database ${escapeIdentifier(name)} with (force)`)
        }
      })
    },
  }
  open.add(database)
  return database
}

afterAll(async () => {
  const results = await Promise.allSettled([...open].map((database) => database.drop()))
  const failed = results.filter((result) => result.status === 'rejected')
  if (failed.length > 0) throw new AggregateError(failed.map((result) => result.reason))
})

let url: Promise<string> | undefined

/** Connection string of the superuser, database `postgres`; starts the run's server when it is the first call. */
export async function serverUrl(): Promise<string> {
  return await (url ??= askBroker())
}

async function askBroker(): Promise<string> {
  const response = await fetch(inject('postgresBroker'))
  const text = await response.text()
  if (!response.ok) throw new Error(`The PostgreSQL server for the tests did not start: ${text}`)
  return text
}

async function asSuperuser(work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({connectionString: await serverUrl()})
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
