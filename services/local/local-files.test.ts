import {spawn} from 'node:child_process'
import {existsSync} from 'node:fs'
import {chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {LocalState} from '../contracts/local.ts'
import {lockFile, takeLock} from './instance-lock.ts'
import {makeFolders} from './folders.ts'
import {logGenerations, openLogFile} from './log-file.ts'
import {isSameProcess, processStart} from './process-start.ts'
import {hasState, readApiKey, readState, removeState, stateFile, writeApiKey, writeState} from './state-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-files-'))
})
afterEach(async () => await rm(folder, {recursive: true, force: true}))

test('one holds the lock, another waits for it or goes without', async () => {
  const first = await takeLock(folder)
  expect(await takeLock(folder)).toBeUndefined()
  expect(await readdir(folder)).toEqual(['local.lock'])
  const waiting = takeLock(folder, {waitMs: 10_000})
  first!.release()
  const second = await waiting
  expect(second).toBeDefined()
  await expect(takeLock(folder, {waitMs: 10_000, signal: AbortSignal.timeout(30)})).rejects.toThrow()
  second!.release()
  expect((await stat(lockFile(folder))).mode & 0o777).toBe(0o600)
})

test('the lock of a killed process is free', async () => {
  const module = join(import.meta.dirname, 'instance-lock.ts')
  const script = `const {takeLock} = await import(${JSON.stringify(module)})
    await takeLock(process.argv[1]); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  expect(await takeLock(folder)).toBeUndefined()
  child.kill('SIGKILL')
  const lock = await takeLock(folder, {waitMs: 10_000})
  expect(lock).toBeDefined()
  lock!.release()
})

test('a process is known by its pid and its start', async () => {
  const start = (await processStart(process.pid))!
  expect(await isSameProcess(process.pid, start)).toBe(true)
  expect(await isSameProcess(process.pid, `${start}0`)).toBe(false)
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'ignore'})
  const other = (await processStart(child.pid!))!
  expect(other).not.toBe(start)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
  expect(await processStart(child.pid!)).toBeUndefined()
})

const state: LocalState = {
  pid: 1,
  process_start: 'boot:1',
  phase: 'ready',
  step: 'mailbox',
  version: '1.0.0',
  build: null,
  started_at: '2026-11-21T09:00:00.000Z',
  ready_at: null,
  api_url: null,
  operations_url: null,
  mailbox_url: null,
  smtp_port: null,
  postgres: {pid: null, port: 5432},
  postgres_version: '18.4',
  database_url: 'postgres://secret',
  options: {
    port: null,
    database_url: null,
    smtp_url: null,
    mail_to: null,
    notify_command: ['notify-send', 'todo5'],
    model: null,
  },
}

test('the state is written whole, for its owner, and read back; what nobody can read counts as none', async () => {
  expect(await readState(folder)).toBeUndefined()
  await writeState(folder, state)
  expect(await readState(folder)).toEqual(state)
  expect((await stat(stateFile(folder))).mode & 0o777).toBe(0o600)
  // A later version says more.
  await writeFile(stateFile(folder), JSON.stringify({...state, more: true}))
  expect(await readState(folder)).toEqual(state)
  for (const damaged of ['', '{', '[]', '{"pid": 1}']) {
    await writeFile(stateFile(folder), damaged)
    expect(await readState(folder)).toBeUndefined()
    expect(await hasState(folder)).toBe(true)
  }
  await removeState(folder)
  expect(await hasState(folder)).toBe(false)
})

test('the key of one context comes and goes, those of others stay', async () => {
  const file = join(folder, 'credentials.json')
  await writeApiKey(folder, 'local', 'one')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await writeApiKey(folder, 'elsewhere', 'two')
  expect([await readApiKey(folder, 'local'), await readApiKey(folder, 'elsewhere')]).toEqual(['one', 'two'])
  await writeApiKey(folder, 'local', null)
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({elsewhere: {api_key: 'two'}})
  await writeApiKey(folder, 'elsewhere', null)
  expect(existsSync(file)).toBe(false)
})

test('a full log becomes an older one, at the start and while it is written', async () => {
  const file = join(folder, 'logs', 'todo5.log')
  const log = openLogFile(file, 20)
  for (let line = 1; line <= 5; line++) log.write(`line number ${line}\n`)
  log.close()
  const texts = await Promise.all(
    logGenerations(file).map(async (name) => await readFile(name, 'utf8').catch(() => null)),
  )
  expect(texts).toEqual(['line number 5\n', 'line number 3\nline number 4\n', 'line number 1\nline number 2\n', null])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await writeFile(file, 'x'.repeat(20))
  openLogFile(file, 20).close()
  expect(await readFile(`${file}.1`, 'utf8')).toBe('x'.repeat(20))
  expect(await readFile(`${file}.3`, 'utf8')).toBe('line number 1\nline number 2\n')
})

test('PostgreSQL may pass through the folders of the data, nobody else enters the state', async () => {
  const stateDir = join(folder, 'a', 'state')
  const dataDir = join(folder, 'a', 'data')
  await makeFolders({stateDir, dataDir})
  expect((await stat(dataDir)).mode & 0o777).toBe(0o711)
  expect((await stat(stateDir)).mode & 0o777).toBe(0o700)
  await chmod(stateDir, 0o755)
  await mkdir(join(stateDir, 'more'))
  await makeFolders({stateDir, dataDir})
  expect((await stat(stateDir)).mode & 0o777).toBe(0o700)
})
