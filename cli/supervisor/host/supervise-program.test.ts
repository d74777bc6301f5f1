import {mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {answersOk, kafkaAnswers} from './answers.ts'
import {endRemains} from './end-remains.ts'
import {processesIn} from './folder-processes.ts'
import {scrapeConfiguration, writeTargets} from './observers.ts'
import {freePorts} from './ports.ts'
import {asArguments, type Program, ProgramFailure, startProgram} from './program.ts'
import {rotateLogs} from './rotate-logs.ts'
import {onFreePorts, Supervision} from './supervise-program.ts'

let root: string
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'todo5-programs-')))
})
afterEach(async () => {
  await endRemains(root, 0)
  await rm(root, {recursive: true, force: true})
})

const never = new AbortController().signal
const poll = {timeout: 90_000}

/** Ready as soon as it has written a file, which its code does. */
function program(name: string, code: string, more: Partial<Program> = {}): Program {
  const folder = join(root, name)
  return {
    name,
    command: process.execPath,
    args: ['-e', code],
    env: {READY: join(folder, 'ready')},
    folder,
    logFile: join(root, `${name}.log`),
    readyWithinMs: 60_000,
    stopWithinMs: 20_000,
    isReady: async () =>
      await stat(join(folder, 'ready')).then(
        () => true,
        () => false,
      ),
    ...more,
  }
}
const RUNS = `require('fs').writeFileSync(process.env.READY, ''); setInterval(() => {}, 1000)`

const options = (seen: string[] = [], signal = never) => ({
  signal,
  changed: () => undefined,
  ended: (name: string, {signal: by}: {signal: string | null}) => void seen.push(`${name} ${by}`),
  failed: (error: unknown) => void seen.push((error as Error).message.split('\n')[0]!),
})

test('a program that ends is started again, until it is stopped', async () => {
  const seen: string[] = []
  const supervision = new Supervision(program('worker', RUNS), options(seen))
  await supervision.start()
  const first = supervision.facts()
  expect(first).toMatchObject({name: 'worker', state: 'running', restarts: 0})
  process.kill(first.pid!, 'SIGKILL')
  await expect.poll(() => supervision.facts(), poll).toMatchObject({state: 'running', restarts: 1})
  expect(supervision.facts().pid).not.toBe(first.pid)
  expect(seen).toEqual(['worker SIGKILL'])
  await Promise.all([supervision.stop(), supervision.stop()])
  expect(supervision.facts()).toEqual({name: 'worker', state: 'stopped', pid: null, restarts: 1})
  expect(await processesIn(root)).toEqual([])
  expect(seen).toEqual(['worker SIGKILL'])
})

test('a restart that fails is tried again; a stop between two tries ends it', async () => {
  const seen: string[] = []
  let broken = false
  const prepare = async (): Promise<void> => {
    if (broken) throw new Error('no room')
  }
  const supervision = new Supervision(program('worker', RUNS, {prepare}), options(seen))
  await supervision.start()
  broken = true
  process.kill(supervision.facts().pid!, 'SIGKILL')
  await expect.poll(() => seen.length, poll).toBeGreaterThan(2)
  expect(seen.slice(0, 3)).toEqual(['worker SIGKILL', 'no room', 'no room'])
  expect(supervision.facts()).toMatchObject({state: 'restarting', pid: null})
  await supervision.stop()
  expect(supervision.facts().state).toBe('stopped')
})

test('what does not become ready is ended, and says its last words', async () => {
  const words = `console.error('listen EADDRINUSE: address already in use'); process.exit(3)`
  const failure = await startProgram(program('worker', words)).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ProgramFailure)
  expect((failure as ProgramFailure).portTaken).toBe(true)
  expect((failure as Error).message).toMatch(/^worker ended \(3\): listen EADDRINUSE/u)
  const error = {message: 'and why'}
  const json = ['info', 'fatal'].map((level) => JSON.stringify({level, msg: `${level} words`, error}))
  const speaks = `console.log(${JSON.stringify(json.join('\n'))}); process.exit(1)`
  await expect(startProgram(program('json', speaks))).rejects.toThrow(/^json ended \(1\): fatal words: and why$/u)
  const slow = program('slow', 'setInterval(() => {}, 1000)', {readyWithinMs: 200})
  await expect(startProgram(slow)).rejects.toThrow('slow was not ready within 0 s')
  await expect(startProgram(program('none', '', {command: join(root, 'none')}))).rejects.toThrow('could not be started')
  const stop = new AbortController()
  const pids: number[] = []
  const starting = startProgram(program('late', 'setInterval(() => {}, 1000)'), {
    signal: stop.signal,
    started: (pid) => {
      pids.push(pid)
      stop.abort(new Error('Ctrl-C'))
    },
  })
  await expect(starting).rejects.toThrow('Ctrl-C')
  expect(pids).toHaveLength(1)
  expect(await processesIn(root)).toEqual([])
})

test('a program that does not listen to SIGTERM is killed; killNow does not wait', async () => {
  const deaf = `process.on('SIGTERM', () => {}); ${RUNS}`
  const stubborn = await startProgram(program('deaf', deaf, {stopWithinMs: 100}))
  await stubborn.stop()
  expect(await stubborn.exited).toEqual({code: null, signal: 'SIGKILL'})
  const supervision = new Supervision(program('quick', RUNS), options())
  await supervision.start()
  supervision.killNow()
  await expect.poll(async () => (await processesIn(root)).length, poll).toBe(0)
  await supervision.stop()
})

test('somebody else on the port: it is tried with others', async () => {
  const tried: number[] = []
  const answer = await onFreePorts(2, async ([one, two]) => {
    expect(one).not.toBe(two)
    tried.push(one!)
    if (tried.length < 3) throw new ProgramFailure(program('x', ''), 'ended', 'bind: address already in use')
    return 'started'
  })
  expect([answer, tried.length]).toEqual(['started', 3])
  const other = onFreePorts(1, async () => await Promise.reject(new Error('something else')))
  await expect(other).rejects.toThrow('something else')
})

test('remains are found by their folder and ended: what others stand on last', async () => {
  const run = join(root, 'run')
  const log = join(root, 'order')
  const writes = (name: string) =>
    `process.on('SIGTERM', () => { require('fs').appendFileSync(${JSON.stringify(log)}, '${name}\\n'); process.exit() }); ${RUNS}`
  for (const name of ['kafka', 'task-service', 'daprd-task-service']) {
    const folder = join(run, name)
    await startProgram({
      ...program(name, writes(name)),
      folder,
      env: {READY: join(root, name, 'ready')},
      prepare: async () => void (await mkdir(join(root, name), {recursive: true})),
    })
  }
  expect((await processesIn(run)).map(({folder}) => folder).toSorted()).toEqual(
    ['daprd-task-service', 'kafka', 'task-service'].map((name) => join(run, name)),
  )
  expect(await processesIn(join(root, 'nowhere'))).toEqual([])
  await endRemains(run)
  expect(await processesIn(run)).toEqual([])
  const order = (await readFile(log, 'utf8')).trim().split('\n')
  expect(order).toHaveLength(3)
  expect(order.at(-1)).toBe('kafka')
})

test('who answers and who does not', async () => {
  const server = createServer((request, response) => void response.writeHead(request.url === '/ill' ? 503 : 204).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  expect(await answersOk(`http://127.0.0.1:${port}/`)).toBe(true)
  expect(await answersOk(`http://127.0.0.1:${port}/ill`)).toBe(false)
  // It speaks another protocol.
  expect(await kafkaAnswers(port)).toBe(false)
  await new Promise((resolve) => server.close(resolve))
  expect(await answersOk(`http://127.0.0.1:${port}/`)).toBe(false)
  expect(await kafkaAnswers(port)).toBe(false)
  expect(new Set(await freePorts(20)).size).toBe(20)
})

test('Prometheus finds its targets in a file that is replaced', async () => {
  expect(JSON.parse(scrapeConfiguration(root))).toMatchObject({
    scrape_configs: [{file_sd_configs: [{files: [join(root, 'targets.json')]}]}],
  })
  const targets = async (): Promise<unknown> => JSON.parse(await readFile(join(root, 'targets.json'), 'utf8'))
  await writeTargets(root, [{name: 'kafka', service: 'kafka', port: 9999}])
  expect(await targets()).toEqual([{targets: ['127.0.0.1:9999'], labels: {job: 'kafka', service: 'kafka'}}])
  await writeTargets(root, [])
  expect(await targets()).toEqual([])
})

test('arguments, rotation', async () => {
  expect(asArguments({port: 1, verbose: true, never: null, name: 'x y'})).toEqual([
    '--port',
    '1',
    '--verbose',
    '--name',
    'x y',
  ])
  await writeFile(join(root, 'a.log'), 'x'.repeat(100))
  await writeFile(join(root, 'b.log'), 'x')
  await writeFile(join(root, 'c.txt'), 'x'.repeat(100))
  await rotateLogs(root, 50)
  expect((await stat(join(root, 'a.log'))).size).toBe(0)
  expect((await stat(join(root, 'a.log.1'))).size).toBe(100)
  expect((await stat(join(root, 'b.log'))).size).toBe(1)
  expect((await stat(join(root, 'c.txt'))).size).toBe(100)
})
