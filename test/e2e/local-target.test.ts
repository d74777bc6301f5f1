import {createServer} from 'node:net'
import {readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test, vi} from 'vitest'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {type Account, blockedFolder, parseAccounts} from '../../services/database/server/account.ts'
import {freePort} from '../../services/database/server/port.ts'
import {hasState, stateFile} from '../../services/local/state-file.ts'
import {packagePath} from '../../services/package-root.ts'
import {createDatabase} from '../support/postgres.ts'
import {LocalTarget, portOf, type Up} from '../support/local-target.ts'

const accounts = process.getuid?.() === 0 ? parseAccounts(await readFile('/etc/passwd', 'utf8')) : []
const ordinary = accounts.find(({name}) => name === 'nobody')
// A clone below /root is out of an ordinary user's reach; the packed package is tried as one elsewhere.
const reachable = ordinary && (await blockedFolder(packagePath('bin'), ordinary)) === undefined

type Run = (target: LocalTarget) => Promise<void>
/** With a todo5 of its own, which is gone afterwards. */
const withTarget =
  (run: Run, user?: Account): (() => Promise<void>) =>
  async () => {
    const target = await LocalTarget.create(user ? {user} : {})
    try {
      await run(target)
    } finally {
      await target.dispose()
    }
  }

const add = async (target: LocalTarget, title: string): Promise<void> => {
  const task = await target.call<TaskResponse>('POST', '/tasks', {title, due_at: '2030-01-01T09:00:00Z'})
  expect(task).toMatchObject({title})
}
const titles = async (target: LocalTarget): Promise<string[]> => {
  const {tasks} = (await target.call<{tasks: TaskResponse[]}>('GET', '/tasks')) as {tasks: TaskResponse[]}
  return tasks.map((task) => task.title)
}

// Most of their time is waiting for processes.
describe.concurrent('todo5 up and down', () => {
  test(
    'up, add, down, up: the task is still there; down --delete: it is not',
    {timeout: 600_000},
    withTarget(async (target) => {
      const first = await target.up('--port', String(await freePort()))
      expect(first).toMatchObject({already_running: false, restarted: null})
      await add(target, 'Pay rent')
      const {postgres} = await target.state()
      const ports = [portOf(first.api_url), portOf((await target.state()).operations_url!), postgres!.port]
      for (const file of ['local.json', 'credentials.json', 'local.lock']) {
        expect((await stat(join(target.stateDir, file))).mode & 0o777).toBe(0o600)
      }
      expect((await stat(target.stateDir)).mode & 0o777).toBe(0o700)

      expect(await target.up()).toMatchObject({already_running: true, pid: first.pid, api_url: first.api_url})
      expect(await target.json('status')).toMatchObject({
        state: 'running',
        processes: [
          {name: 'todo5', state: 'running', pid: first.pid, port: ports[0], memory_bytes: expect.any(Number) as number},
          {name: 'postgresql', state: 'running', pid: postgres!.pid, port: ports[2]},
        ],
        services: Array.from({length: 5}, () => expect.objectContaining({status: 'ok'}) as object),
        outbox: {pending: 0},
      })
      // Neither the arguments nor the environment of a process tell a password.
      const [, password] = /postgres:([^@]+)@/.exec((await target.state()).database_url!)!
      expect(JSON.stringify(await target.root.processes())).not.toContain(password)
      expect(await readFile(`/proc/${first.pid}/environ`, 'utf8').catch(() => '')).not.toContain(password)

      expect(await target.json('down')).toMatchObject({found: 'running', killed: false, deleted: []})
      expect(await target.remains(ports)).toEqual([])
      expect(await target.json('down')).toMatchObject({found: 'nothing'})
      expect(await target.todo5('status', '--json')).toMatchObject({code: 4, stderr: ''})

      await target.up()
      expect(await titles(target)).toEqual(['Pay rent'])
      const refused = await target.todo5('down', '--delete', '--json')
      expect(refused.code).toBe(2)
      expect(refused.stdout).toContain('confirmation_needed')
      expect(await titles(target)).toEqual(['Pay rent'])
      expect(await target.json('down', '--delete', '--confirm', 'local')).toMatchObject({found: 'running'})
      expect(await target.remains()).toEqual([])
      await target.up()
      expect(await titles(target)).toEqual([])
    }),
  )

  test(
    'a second up during the first waits for it; a taken port is avoided, or named',
    {timeout: 600_000},
    withTarget(async (target) => {
      const both = await Promise.all([target.up(), target.up()])
      expect(both[0].pid).toBe(both[1].pid)
      expect(both.filter((up) => up.already_running)).toHaveLength(1)

      const holder = createServer()
      const port = await freePort()
      await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve))
      try {
        const insisted = await target.todo5('up', '--port', String(port))
        expect(insisted.code).toBe(4)
        expect(insisted.stderr).toMatch(
          new RegExp(`port ${port} is in use by .+ \\(pid ${process.pid}\\)\\.\\s+\\[port_in_use, exit 4\\]`),
        )
        expect(insisted.stderr).toContain('todo5 up        takes a free port')
      } finally {
        await new Promise((resolve) => holder.close(resolve))
      }
      // What was refused changed nothing; the same port, once it is free, moves the running one there.
      expect(await target.up()).toMatchObject({already_running: true, pid: both[0].pid})
      const moved = await target.up('--port', String(port))
      expect(moved).toMatchObject({restarted: 'other_options', api_url: `http://127.0.0.1:${port}/api/v1`})
      expect(await target.up('--port', String(port))).toMatchObject({already_running: true, pid: moved.pid})
      await target.json('down')

      // And a down during an up wins; the up says so. On a busy machine the up can be done before the down has begun.
      await vi.waitFor(
        async () => {
          const {ended} = target.start(['up', '--json'])
          // Not expect.poll: vitest cannot tell to which of several tests at once it belongs.
          await vi.waitUntil(async () => await hasState(target.stateDir), {timeout: 90_000, interval: 10})
          expect(await target.json('down')).toMatchObject({found: 'running', killed: false})
          expect(await ended).toMatchObject({code: 4, stdout: expect.stringContaining('"stopped"') as string})
        },
        {timeout: 90_000},
      )
      expect(await target.remains([port])).toEqual([])
    }),
  )

  test(
    'an older version is replaced, a newer one is not; a stale state is recognised',
    {timeout: 600_000},
    withTarget(async (target) => {
      const before = await target.up()
      await add(target, 'Kept')
      const state = await target.state()
      const pretend = async (change: object): Promise<void> =>
        await writeFile(stateFile(target.stateDir), JSON.stringify({...state, ...change}))
      await pretend({version: '999.0.0'})
      const refused = await target.todo5('up')
      expect(refused).toMatchObject({code: 4})
      expect(refused.stderr).toContain('newer_version_runs')
      await pretend({version: '0.0.1'})
      const replaced = await target.up()
      expect(replaced).toMatchObject({restarted: 'older_version'})
      expect(replaced.pid).not.toBe(before.pid)
      expect(await titles(target)).toEqual(['Kept'])

      await target.json('down')
      // A process that lives, but is another one: this test. It must not be taken for todo5, nor be ended.
      await pretend({pid: process.pid, process_start: 'long ago'})
      expect(await target.todo5('status', '--json')).toMatchObject({
        code: 4,
        stdout: expect.stringContaining('"stopped"') as string,
      })
      expect(await target.json('down')).toMatchObject({found: 'nothing'})
      await pretend({pid: process.pid, process_start: 'long ago'})
      expect(await target.up()).toMatchObject({already_running: false, restarted: null})
      expect(await titles(target)).toEqual(['Kept'])
    }),
  )

  test(
    'logs can be read, filtered and followed; up --attach shows them until Ctrl-C',
    {timeout: 600_000},
    withTarget(async (target) => {
      const {child, ended} = target.start(['up', '--attach', '--smtp-url', 'smtp://127.0.0.1:9', '--json'])
      await expect
        .poll(async () => (await target.state().catch(() => undefined))?.phase, {timeout: 90_000})
        .toBe('ready')
      const {pid} = await target.state()
      const {lines} = await target.json<{lines: {message: string; service: string}[]}>('logs', 'todo5')
      expect(lines.map((line) => line.message)).toEqual(['starting', 'migrated', 'ready'])
      expect(new Set(lines.map((line) => line.service))).toEqual(new Set(['todo5']))
      expect(await target.json('logs', '--level', 'error')).toEqual({lines: []})
      const follower = target.start(['logs', '-f', '--json'])
      let seen = ''
      follower.child.stdout!.on('data', (text: string) => (seen += text))
      await vi.waitUntil(() => seen.includes('"ready"'), {timeout: 90_000})
      process.kill(-child.pid!, 'SIGINT')
      expect(await ended).toMatchObject({code: 0})
      await vi.waitUntil(() => seen.includes('"stopped"'), {timeout: 90_000})
      process.kill(-follower.child.pid!, 'SIGINT')
      expect(await follower.ended).toMatchObject({code: 0, stderr: ''})
      expect(await target.root.processes()).not.toContainEqual(expect.objectContaining({pid}))
      expect(await target.remains()).toEqual([])
    }),
  )

  test(
    'with a PostgreSQL of your own; what is wrong with it is said',
    {timeout: 600_000},
    withTarget(async (target) => {
      const own = await createDatabase('template1')
      const up = await target.json<Up>('up', '--database-url', own.url)
      expect(up.postgres).toBeNull()
      await add(target, 'In my own database')
      const {password} = new URL(own.url)
      expect(JSON.stringify(await target.root.processes())).not.toContain(password)
      const status = await target.todo5('status')
      expect(status.stdout).toContain('***')
      expect(status.stdout).not.toContain(password)
      await target.json('down')
      await writeFile(target.root.join('url'), `${own.url}\n`)
      await target.json('up', '--database-url', `@${target.root.join('url')}`)
      expect(await titles(target)).toEqual(['In my own database'])
      await target.json('down')

      const nobody = new URL(own.url)
      nobody.port = String(await freePort())
      const unreachable = await target.todo5('up', '--database-url', nobody.href, '--json')
      expect(unreachable).toMatchObject({code: 6, stdout: expect.stringContaining('"database_unreachable"') as string})
      expect(await target.remains()).toEqual([])
    }),
  )

  test.runIf(reachable)(
    'as an ordinary user, started by root',
    {timeout: 600_000},
    withTarget(async (target) => {
      const {pid, postgres} = await target.up()
      for (const process of [pid, postgres!.pid]) expect((await stat(`/proc/${process}`)).uid).toBe(ordinary!.uid)
      await add(target, 'Mine')
      await target.json('down')
      await target.up()
      expect(await titles(target)).toEqual(['Mine'])
      expect(await target.json('down', '--delete', '--yes')).toMatchObject({found: 'running'})
      expect(await target.root.processes()).toEqual([])
    }, ordinary),
  )
})
