import {spawn} from 'node:child_process'
import {createServer} from 'node:net'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import type {LocalState} from '../../services/contracts/local.ts'
import {CliError} from '../errors.ts'
import {commandWords} from '../command-words.ts'
import {confirmation} from '../confirmation.ts'
import {exitOfFailure} from './failure-exit.ts'
import {fileOrValue} from '../file-or-value.ts'
import {isHealthy, outboxLag, serviceHealth} from './health.ts'
import {hiddenPassword} from './hidden-password.ts'
import {mailAddress} from '../mail-address.ts'
import {interruptible, untilInterrupted} from '../interruption.ts'
import {ownerText, portOwner} from './port-owner.ts'
import {memoryOf} from './process-memory.ts'
import {compareVersions, restartReason} from './restart-reason.ts'
import {stopProcess} from './stop-process.ts'
import {fakeMachine, runningState} from './testing/fake-machine.ts'

test('a command line becomes words as a shell would split it', () => {
  expect(commandWords(undefined)).toBeNull()
  expect(commandWords('notify-send todo5')).toEqual(['notify-send', 'todo5'])
  expect(commandWords(String.raw`  sh -c 'echo "$1"' "two words" a\ b "say \"hi\"" ''`)).toEqual([
    'sh',
    '-c',
    'echo "$1"',
    'two words',
    'a b',
    'say "hi"',
    '',
  ])
  for (const wrong of ['', '  ', 'say "hi', "it's"]) expect(() => commandWords(wrong)).toThrow(CliError)
})

test('versions are ordered; a running one stays unless it is older, another build or asked to be otherwise', () => {
  const ordered = ['0.9.10', '1.0.0-beta.2', '1.0.0-beta.10', '1.0.0', '1.0.1', '1.10.0']
  for (const [index, version] of ordered.entries()) {
    expect(ordered.map((other) => Math.sign(compareVersions(other, version)))).toEqual(
      ordered.map((_, place) => Math.sign(place - index)),
    )
  }
  const none = {port: null, database_url: null, smtp_url: null, mail_to: null, notify_command: null, model: null}
  const state: LocalState = {...runningState, version: '1.0.0', build: 'b1', options: {...none, smtp_url: 'smtp://a'}}
  const reason = (change: {version?: string; build?: string | null; options?: object}) =>
    restartReason(state, {version: '1.0.0', build: 'b1', ...change, options: {...none, ...change.options}})
  expect(reason({})).toBeUndefined()
  expect(reason({version: '1.1.0'})).toBe('older_version')
  expect(() => reason({version: '0.9.0'})).toThrow('todo5 1.0.0 runs here; this is 0.9.0.')
  expect(reason({build: 'b2'})).toBe('other_build')
  expect(reason({build: null})).toBeUndefined()
  expect(reason({options: {smtp_url: 'smtp://a'}})).toBeUndefined()
  expect(reason({options: {smtp_url: 'smtp://b'}})).toBe('other_options')
  expect(reason({options: {mail_to: 'you@example.com'}})).toBe('other_options')
  // It has that port already, although nobody asked for it then.
  expect(reason({options: {port: 8636}})).toBeUndefined()
  expect(reason({options: {port: 9000}})).toBe('other_options')
})

test('a mail address is one plain address', () => {
  expect(mailAddress('you@example.com')).toBe('you@example.com')
  expect(mailAddress(undefined)).toBeNull()
  for (const text of [
    'you',
    'you@',
    'a@b@c',
    'you@example.com, me@example.com',
    'You <you@example.com>',
    'you@example.com\r\nBcc: x@y',
  ]) {
    expect(() => mailAddress(text)).toThrow('is no mail address')
  }
})

test('who listens on a port, and how much memory processes take', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as {port: number}
  const owner = await portOwner(port)
  expect(owner?.pid).toBe(process.pid)
  expect(ownerText(owner)).toBe(`${owner!.name} (pid ${process.pid})`)
  await new Promise((resolve) => server.close(resolve))
  expect(await portOwner(port)).toBeUndefined()
  expect(ownerText(undefined)).toBe('another program')
  expect(await memoryOf([process.pid])).toBeGreaterThan(10 * 1024 * 1024)
  expect(await memoryOf([])).toBeNull()
})

test('Ctrl-C aborts the work, which may take back what it began; then it counts as interrupted', async () => {
  const seen: string[] = []
  const work = interruptible(async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    seen.push('taken back')
    throw new Error('whatever comes of it')
  })
  process.emit('SIGINT')
  await expect(work).rejects.toMatchObject({code: 'interrupted', exit: 130})
  expect(seen).toEqual(['taken back'])
  await expect(interruptible(async () => await Promise.reject(new Error('our own')))).rejects.toThrow('our own')
  const endless = untilInterrupted(async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    throw signal.reason
  })
  process.emit('SIGTERM')
  await expect(endless).resolves.toBeUndefined()
  // A late one neither ends the process nor piles up.
  process.emit('SIGINT')
  expect(process.listenerCount('SIGINT')).toBe(1)
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM').removeAllListeners('SIGHUP')
})

test('a process that does not end is killed', async () => {
  const child = spawn(process.execPath, [
    '-e',
    `process.on('SIGTERM', () => {}); console.log(1); setInterval(() => {}, 9)`,
  ])
  await new Promise((resolve) => child.stdout.once('data', resolve))
  let alive = true
  child.once('exit', () => (alive = false))
  const machine = fakeMachine({isAlive: async () => await Promise.resolve(alive)})
  expect(await stopProcess(machine, {...runningState, pid: child.pid!}, undefined, 100)).toBe('killed')
  expect(child.signalCode).toBe('SIGKILL')
})

test('what the operations listener says; nobody there is an answer too', async () => {
  const {createServer: createHttpServer} = await import('node:http')
  const service = {service: 'task-service', status: 'ok', version: '1', checks: {}}
  const server = createHttpServer((request, response) => {
    if (request.url === '/healthz') response.end(JSON.stringify({status: 'ok', services: [service]}))
    else response.end('# HELP\noutbox_pending{service="task-service"} 3\noutbox_oldest_seconds{service="x"} 1.5\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as {port: number}).port}`
  expect(await isHealthy(url)).toBe(true)
  expect(await serviceHealth(url)).toEqual([service])
  expect(await outboxLag(url)).toEqual({pending: 3, oldest_seconds: 1.5})
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  expect(await isHealthy(url)).toBe(false)
  expect(await serviceHealth(url)).toBeUndefined()
  expect(await outboxLag(url)).toBeUndefined()
})

test('secrets come from files and are not shown', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'todo5-secret-'))
  try {
    await writeFile(join(folder, 'url'), 'postgres://me:secret@host/db\n')
    expect(await fileOrValue(`@${folder}/url`)).toBe('postgres://me:secret@host/db')
    expect(await fileOrValue('smtp://host')).toBe('smtp://host')
    expect(await fileOrValue(undefined)).toBeNull()
    await expect(fileOrValue(`@${folder}/none`)).rejects.toMatchObject({
      exit: 2,
      message: `${folder}/none: there is no such file.`,
    })
  } finally {
    await rm(folder, {recursive: true})
  }
  expect(hiddenPassword('postgres://me:secret@host:5433/db')).toBe('postgres://me:***@host:5433/db')
  expect(hiddenPassword('no url secret')).not.toContain('secret')
})

test('what is lost has to be confirmed by name', async () => {
  await expect(confirmation({name: 'local', given: 'local', ask: undefined})([])).resolves.toBeUndefined()
  await expect(confirmation({name: 'local', given: 'oke', ask: async () => 'local'})([])).rejects.toMatchObject({
    code: 'wrong_name',
    exit: 2,
  })
  await expect(confirmation({name: 'local', given: undefined, ask: undefined})([])).rejects.toMatchObject({
    code: 'confirmation_needed',
    exit: 2,
  })
})

test('failures of the background process have their exit codes', () => {
  const codes = ['database_unreachable', 'invalid_database_url', 'initdb_failed', 'port_in_use', 'start_failed']
  expect(codes.map(exitOfFailure)).toEqual([6, 2, 5, 4, 1])
})
