import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Client} from 'pg'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {createDatabase, serverUrl} from '../../test/support/postgres.ts'
import {installationOf, unfinishedDatabases} from '../database/backup/restore-database.ts'
import {settleRestore} from './restore.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'todo5-settle-'))
  await writeFile(join(dataDir, 'auth-secret'), 'old')
  await writeFile(join(dataDir, 'auth-secret.restored'), 'new', {mode: 0o600})
})
afterEach(async () => await rm(dataDir, {recursive: true, force: true}))

/** What a restore leaves that is killed at its end: a note, secrets that lie ready, a database that nobody needs. */
async function killed(installation: (live: string) => Promise<string | undefined>): Promise<void> {
  const {name, url} = await createDatabase()
  const base = await serverUrl()
  const client = new Client({connectionString: base})
  await client.connect()
  await client.query('create database todo5_replaced_0a1b2c3d')
  await client.end()
  await writeFile(join(dataDir, 'restore.json'), JSON.stringify({installation: await installation(url)}))
  const urlOf = (database?: string): string => {
    const of = new URL(base)
    if (database !== undefined) of.pathname = `/${database}`
    return of.href
  }
  await settleRestore({dataDir, urlOf, database: name})
  expect(await unfinishedDatabases(base)).toEqual([])
}

test('killed after the new database took its place: its secrets follow', async () => {
  await killed(installationOf)
  expect(await readdir(dataDir)).toEqual(['auth-secret'])
  expect(await readFile(join(dataDir, 'auth-secret'), 'utf8')).toBe('new')
})

test('killed before that: the secrets of the old one stay', async () => {
  await killed(async () => await Promise.resolve('018f0000-0000-7000-8000-000000000001'))
  expect(await readdir(dataDir)).toEqual(['auth-secret'])
  expect(await readFile(join(dataDir, 'auth-secret'), 'utf8')).toBe('old')
})
