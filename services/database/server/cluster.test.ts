import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {serverAccount} from './account.ts'
import {findBinaries} from './binaries.ts'
import {type ClusterOptions, ensureCluster} from './cluster.ts'
import {settingsText} from './settings.ts'
import {fast, password, TempRoot} from './testing/temp-cluster.ts'

let root: TempRoot
let options: ClusterOptions
beforeEach(async () => {
  root = await TempRoot.create()
  const dataDir = root.join('state', 'data')
  const account = await serverAccount(dataDir)
  const binaries = await findBinaries({dataRoot: root.path, account})
  options = {dataDir, binaries, account, password, settings: fast, sync: false}
})
afterEach(async () => await root.dispose())

test('is made once, beside nothing; its settings are written each time', async () => {
  expect(await ensureCluster(options)).toEqual({created: true})
  expect(await readdir(root.join('state'))).toEqual(['data'])
  const made = await readFile(join(options.dataDir, 'PG_VERSION'), 'utf8')
  expect(await ensureCluster({...options, settings: {work_mem: '8MB'}})).toEqual({created: false})
  expect(made).toBe('18\n')
  expect(await readFile(join(options.dataDir, 'todo5.conf'), 'utf8')).toMatch(/^work_mem = '8MB'$/m)
  expect(await readFile(join(options.dataDir, 'postgresql.conf'), 'utf8')).toMatch(
    /^include_if_exists = 'todo5.conf'$/m,
  )
})

test('an empty folder is filled; a folder with other things, or with an older PostgreSQL, is left alone', async () => {
  await mkdir(options.dataDir, {recursive: true})
  expect(await ensureCluster(options)).toEqual({created: true})
  await writeFile(join(options.dataDir, 'PG_VERSION'), '17\n')
  await expect(ensureCluster(options)).rejects.toMatchObject({code: 'other_version'})
  await rm(join(options.dataDir, 'PG_VERSION'))
  await expect(ensureCluster(options)).rejects.toMatchObject({code: 'not_a_cluster'})
})

test('initdb that fails says why and leaves nothing', async () => {
  const binaries = {...options.binaries, initdb: '/bin/false'}
  await expect(ensureCluster({...options, binaries})).rejects.toMatchObject({code: 'initdb_failed'})
  expect(await readdir(root.join('state'))).toEqual([])
})

test('kill -9 during initdb: the next start makes the cluster and removes the remains', async () => {
  const script = join(import.meta.dirname, 'testing', 'make-cluster.ts')
  const killed = spawn(process.execPath, [script, JSON.stringify(options)], {stdio: 'ignore'})
  const remains = async () => await readdir(root.join('state')).catch(() => [])
  await expect.poll(remains, {interval: 5, timeout: 90_000}).toHaveLength(1)
  expect(await remains()).toEqual([expect.stringMatching(/^data\.init-\d+-[0-9a-f]{8}$/)])
  await kill(killed)
  expect(await ensureCluster(options)).toEqual({created: true})
  expect(await remains()).toEqual(['data'])
  await expect.poll(async () => await root.processes(), {timeout: 90_000}).toEqual([])
})

test('settings are quoted as PostgreSQL wants it, and Windows gets none that it does not know', () => {
  expect(settingsText({a: `it's`})).toMatch(/^a = 'it''s'$/m)
  expect(settingsText({}, 'linux')).toContain('client_connection_check_interval')
  expect(settingsText({}, 'win32')).not.toContain('client_connection_check_interval')
})

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  expect(await ended).toEqual([null, 'SIGKILL'])
}
