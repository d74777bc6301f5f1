import {spawn} from 'node:child_process'
import {appendFile, mkdtemp, rename, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {ProcessEntry} from '../supervisor/machine.ts'
import {fakeMachine, runningState} from '../supervisor/testing/fake-machine.ts'
import {bringUp, takeBackIfInterrupted} from './bring-up.ts'
import {localStatus} from './local-status.ts'
import {openPage} from './open-page.ts'
import {parseSince} from './parse-since.ts'
import {planUp} from './plan-up.ts'
import {followLogs, type LogLine, readLogs} from './read-logs.ts'
import {takeDown} from './take-down.ts'

const entry: ProcessEntry = {script: '/app/local-process.js', stateDir: '/s', dataDir: '/d', env: {}, timeZone: 'UTC'}
const options = {port: null, database_url: null, smtp_url: null, mail_to: null, notify_command: null, model: null}
const running = fakeMachine({
  readState: async () => await Promise.resolve(runningState),
  isAlive: async () => await Promise.resolve(true),
  hasState: async () => await Promise.resolve(true),
})
const orphaned = fakeMachine({
  findServer: async () => await Promise.resolve({state: 'ours', pid: 4130, port: 5433, processes: [4130, 4131]}),
})
const never = new AbortController().signal

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-logs-'))
})
afterEach(async () => await rm(folder, {recursive: true, force: true}))

test('up --dry-run names the steps, and nothing secret', async () => {
  const plan = async (machine = fakeMachine({}), more = {}) =>
    await planUp({machine, entry, options: {...options, ...more}, version: '1.0.0'})
  const fresh = await plan()
  expect(fresh.join('\n')).toMatch(
    /run .*local-process\.js \/s.*\n.*lock.*\n.*PostgreSQL 18 in \/d\/postgres.*\n.*migrate/,
  )
  expect(await plan(running)).toEqual(['nothing: todo5 1.0.0 runs (pid 4127)'])
  expect((await plan(running, {port: 9000}))[0]).toBe('stop todo5 1.0.0 (pid 4127): other options')
  expect((await plan(orphaned))[0]).toBe('stop the PostgreSQL that a killed todo5 left (pid 4130, 4131)')
  expect((await plan(fakeMachine({}), {database_url: 'postgres://me:secret@h/d'})).join()).not.toContain('secret')
  const taken = fakeMachine({isPortFree: async () => await Promise.resolve(false)})
  expect((await plan(taken)).join()).toContain('the next free port (8636 is used by')
})

test('down --dry-run names the steps; a foreign database is kept', async () => {
  const request = {entry, signal: never, confirm: async () => await Promise.resolve(), dryRun: true}
  expect(await takeDown({...request, machine: fakeMachine({}), deleteData: false})).toMatchObject({
    steps: ['nothing: nothing runs'],
  })
  const own = {...runningState, options: {...options, database_url: 'postgres://me:secret@h/d'}}
  const machine = {...running, readState: async () => await Promise.resolve(own)}
  const {steps} = (await takeDown({...request, machine, deleteData: true})) as {dry_run: true; steps: string[]}
  expect(steps[0]).toBe('send SIGTERM to todo5 (pid 4127) and wait until it has drained')
  expect(steps.join('\n')).toMatch(/delete \/d .*\n.*\nkeep postgres:\/\/me:\*\*\*@h\/d/)
})

test('down ends what was left behind, under the lock, and deletes only after a yes', async () => {
  const calls: string[] = []
  const machine = fakeMachine({
    hasRemains: async () => await Promise.resolve(true),
    takeLock: async () => {
      calls.push('lock')
      return await Promise.resolve({release: () => void calls.push('release')})
    },
    endRemains: async () => void (await Promise.resolve(calls.push('end'))),
    deleteData: async () => {
      calls.push('delete')
      return await Promise.resolve(['/d'])
    },
  })
  const request = {machine, entry, signal: never, dryRun: false, deleteData: true}
  const no = async () => await Promise.reject(new Error('no'))
  await expect(takeDown({...request, confirm: no})).rejects.toThrow('no')
  expect(calls).toEqual([])
  expect(await takeDown({...request, confirm: async () => await Promise.resolve()})).toMatchObject({
    found: 'leftovers',
    deleted: ['/d'],
  })
  expect(calls).toEqual(['lock', 'end', 'delete', 'release'])
})

test('status when nothing runs, when only PostgreSQL does, and when todo5 does not answer', async () => {
  expect(await localStatus(fakeMachine({}), entry)).toMatchObject({state: 'stopped', processes: [], version: null})
  expect(await localStatus(orphaned, entry)).toMatchObject({
    state: 'left_behind',
    processes: [{name: 'postgresql', state: 'left_behind', pid: 4130, port: 5433}],
  })
  const status = await localStatus(running, entry)
  expect(status).toMatchObject({
    state: 'degraded',
    services: [],
    processes: [
      {name: 'todo5', state: 'running', pid: 4127, port: 8636},
      {name: 'postgresql', state: 'down', pid: null, port: 5433},
    ],
  })
  expect(JSON.stringify(status)).not.toContain('secret')
})

test('up --attach is refused while it runs in the background; a page is found only when it runs', async () => {
  const request = {machine: running, entry, options, logLevel: 'info', version: '1.0.0', typedAs: 'todo5'} as const
  await expect(bringUp({...request, attached: true, signal: never, onStep: () => undefined})).rejects.toMatchObject({
    code: 'already_running',
    exit: 4,
  })
  expect(await openPage(running, {browse: false, env: {}})).toEqual({url: runningState.mailbox_url, opened: false})
  await expect(openPage(fakeMachine({}), {browse: false, env: {}})).rejects.toMatchObject({
    code: 'not_running',
    exit: 6,
  })
})

test('Ctrl-C just as it became ready ends what was started, not what ran before', async () => {
  const controller = new AbortController()
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'ignore'})
  let alive = true
  child.once('exit', () => (alive = false))
  const machine = fakeMachine({isAlive: async () => await Promise.resolve(alive)})
  const request = {machine, entry, options, logLevel: 'info', version: '1', typedAs: 'todo5', attached: false} as const
  const all = {...request, signal: controller.signal, onStep: () => undefined}
  const state = {...runningState, pid: child.pid!}
  const up = {state, already: false, restarted: null, seconds: 1, portTakenBy: null}
  await takeBackIfInterrupted(up, all)
  controller.abort()
  await takeBackIfInterrupted({...up, already: true}, all)
  expect(alive).toBe(true)
  await expect(takeBackIfInterrupted(up, all)).rejects.toMatchObject({code: 'interrupted'})
  expect(child.signalCode).toBe('SIGTERM')
})

const line = (message: string, more: object = {}): string =>
  `${JSON.stringify({timestamp: '2026-11-21T09:00:00.000Z', level: 'INFO', service: 'todo5', user_id: null, event_id: null, message, ...more})}\n`
const messages = (lines: readonly LogLine[]): string[] => lines.map(({message}) => message)

test('the log is read over its generations and filtered', async () => {
  const files = [join(folder, 'log'), join(folder, 'log.1'), join(folder, 'log.2')]
  await writeFile(files[1]!, line('one', {level: 'DEBUG'}) + line('two', {service: 'task-service', user_id: 'u'}))
  await writeFile(
    files[0]!,
    `${line('three', {level: 'ERROR', event_id: 'e'})}a crash said this\n${line('four', {timestamp: '2026-11-21T10:00:00.000Z'})}`,
  )
  const read = async (filter: object, limit = 100) => messages(await readLogs(files, filter, limit))
  expect(await read({})).toEqual(['one', 'two', 'three', 'a crash said this', 'four'])
  expect(await read({}, 2)).toEqual(['a crash said this', 'four'])
  expect(await read({service: 'task-service'})).toEqual(['two'])
  expect(await read({level: 'WARN'})).toEqual(['three'])
  expect(await read({user: 'u'})).toEqual(['two'])
  expect(await read({event: 'e'})).toEqual(['three'])
  const now = Date.parse('2026-11-21T10:00:30Z')
  expect(await read({since: parseSince('1m', now)})).toEqual(['four'])
  expect(await read({since: parseSince('2026-11-21T10:00Z', now)})).toEqual(['four'])
  for (const wrong of ['soon', '2026-99-99']) expect(() => parseSince(wrong, now)).toThrow()
})

test('a log is followed through a rotation, to the last words', async () => {
  const file = join(folder, 'log')
  await writeFile(file, line('before'))
  const seen: string[] = []
  const stop = new AbortController()
  const following = (async () => {
    for await (const {message} of followLogs(file, {}, stop.signal)) seen.push(message)
  })()
  // It has looked once when it sees what is added after that.
  await expect
    .poll(async () => {
      await appendFile(file, line('again'))
      return seen.length
    })
    .toBeGreaterThan(0)
  const whole = line('in two parts')
  await appendFile(file, whole.slice(0, 20))
  await appendFile(file, whole.slice(20))
  await expect.poll(() => seen).toContain('in two parts')
  await appendFile(file, line('just before it'))
  await rename(file, `${file}.1`)
  await writeFile(file, line('after the rotation'))
  await expect.poll(() => seen).toContain('after the rotation')
  await appendFile(file, line('last words'))
  stop.abort()
  await following
  expect(seen.at(-1)).toBe('last words')
  expect(seen).toContain('just before it')
  expect(seen).not.toContain('before')
})
