import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {chown, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {findServer, stopLeftover} from './ownership.ts'
import {isAlive, processesByLsof, serverProcesses} from './processes.ts'
import {busyBackend, ClusterMaker, query} from './testing/temp-cluster.ts'

let clusters: ClusterMaker
beforeAll(async () => {
  clusters = await ClusterMaker.create()
})
afterAll(async () => await clusters.root.dispose())

test('nothing, a server, nothing again', async () => {
  const from = await clusters.copy()
  expect(await findServer(from)).toEqual({state: 'none'})
  expect(await stopLeftover(from)).toEqual({stopped: 'nothing'})
  const {options, server} = await clusters.start(from)
  expect(await findServer(options)).toEqual({state: 'ours', pid: server.pid, port: options.port})
  expect(await stopLeftover(options)).toEqual({stopped: 'server'})
  expect(await server.exited).toEqual({code: 0, signal: null})
  expect(await findServer(options)).toEqual({state: 'none'})
})

test('a server that refuses our password is left alone', async () => {
  const {options, server} = await clusters.start()
  const stranger = {...options, password: 'another'}
  expect(await findServer(stranger)).toEqual({state: 'foreign', pid: server.pid})
  await expect(stopLeftover(stranger)).rejects.toMatchObject({code: 'wrong_password'})
  expect(await query(server.url(), 'select 1 as one')).toEqual([{one: 1}])
  await server.stop()
})

test('postmaster.pid names an unrelated live process of the same account: it lives, the file goes', async () => {
  const options = await clusters.copy()
  const sleeper = spawn('sleep', ['600'], {
    stdio: 'ignore',
    ...(options.account && {uid: options.account.uid, gid: options.account.gid}),
  })
  await writePidFile(options, sleeper)
  expect(await findServer(options)).toEqual({state: 'stale', leftBehind: []})
  expect(await stopLeftover(options)).toEqual({stopped: 'nothing'})
  const {server} = await clusters.start(options)
  await server.stop()
  expect(isAlive(sleeper.pid!)).toBe(true)
  sleeper.kill()
  await once(sleeper, 'exit')
})

test('postmaster.pid names the PostgreSQL of another folder: that one runs on', async () => {
  const other = await clusters.start()
  const options = await clusters.copy()
  await writePidFile(options, {pid: other.server.pid}, other.options.port)
  expect(await findServer(options)).toEqual({state: 'stale', leftBehind: []})
  await stopLeftover(options)
  const {server} = await clusters.start(options)
  await server.stop()
  expect(await query(other.server.url(), 'select 1 as one')).toEqual([{one: 1}])
  await other.server.stop()
})

test.each(['', 'nonsense\n', '-17\n'])('a postmaster.pid that holds %j is stale', async (content) => {
  const options = await clusters.copy()
  await writeFile(join(options.dataDir, 'postmaster.pid'), content)
  expect(await stopLeftover(options)).toEqual({stopped: 'nothing'})
  const {server} = await clusters.start(options)
  await server.stop()
})

test('a backend that survived its postmaster gets time, then is ended by pid', async () => {
  const {options, server} = await clusters.start()
  const busy = await busyBackend(server.url())
  process.kill(server.pid, 'SIGKILL')
  await server.exited
  expect(await findServer(options)).toMatchObject({
    state: 'stale',
    leftBehind: expect.arrayContaining([busy.pid]) as number[],
  })
  const before = performance.now()
  expect(await stopLeftover({...options, patienceMs: 400})).toEqual({stopped: 'remains'})
  expect(performance.now() - before).toBeGreaterThan(390)
  expect(await serverProcesses(options.dataDir)).toEqual([])
  expect(await busy.failed).toBeInstanceOf(Error)
  const second = await clusters.start(options)
  await second.server.stop()
})

test('a server that gives no answer is not stopped before its time', async () => {
  const {options, server} = await clusters.start()
  process.kill(server.pid, 'SIGSTOP')
  const abort = new AbortController()
  const stopping = stopLeftover({...options, patienceMs: 60_000, signal: abort.signal})
  await expect.poll(async () => await findServer(options), {timeout: 90_000}).toEqual({state: 'busy', pid: server.pid})
  abort.abort()
  await expect(stopping).rejects.toMatchObject({name: 'AbortError'})
  expect(isAlive(server.pid)).toBe(true)
  process.kill(server.pid, 'SIGCONT')
  expect(await stopLeftover(options)).toEqual({stopped: 'server'})
})

test('kill -9 of our process: the server lives on; the next start ends it and finds the data', async () => {
  const {from, pid, url} = await startAndKillParent()
  expect(await query(url, 'select answer from kept')).toEqual([{answer: 7}])
  expect(await findServer(from)).toMatchObject({state: 'ours', pid})
  expect(await stopLeftover(from)).toEqual({stopped: 'server'})
  await expectData(from)
})

test('kill -9 of both: the next start finds the data', async () => {
  const {from, pid, url} = await startAndKillParent()
  const busy = await busyBackend(url)
  process.kill(pid, 'SIGKILL')
  await expect.poll(async () => await serverProcesses(from.dataDir)).not.toContain(pid)
  expect(await stopLeftover({...from, patienceMs: 100})).toEqual({stopped: 'remains'})
  expect(await busy.failed).toBeInstanceOf(Error)
  await expectData(from)
})

async function startAndKillParent() {
  const from = await clusters.copy()
  const script = join(import.meta.dirname, 'testing', 'start-and-wait.ts')
  const parent = spawn(process.execPath, [script, JSON.stringify(from)], {stdio: ['ignore', 'pipe', 'inherit']})
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const {pid, url} = JSON.parse(line.toString()) as {pid: number; url: string}
  await query(url, 'create table kept as select 7 as answer')
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  return {from, pid, url}
}

async function expectData(from: Awaited<ReturnType<ClusterMaker['copy']>>): Promise<void> {
  expect(await serverProcesses(from.dataDir)).toEqual([])
  const {server} = await clusters.start(from)
  expect(await query(server.url(), 'select answer from kept')).toEqual([{answer: 7}])
  await server.stop()
}

test('both ways to find the processes of a folder agree', async () => {
  const {options, server} = await clusters.start()
  const byDefault = await serverProcesses(options.dataDir)
  expect(byDefault).toContain(server.pid)
  const folder = await stat(options.dataDir)
  const byLsof = await processesByLsof(folder)
  expect(byLsof).toContain(server.pid)
  await server.stop()
})

async function writePidFile(
  {dataDir, account}: {dataDir: string; account: {uid: number; gid: number} | undefined},
  {pid}: Pick<ChildProcess, 'pid'>,
  port = 5432,
): Promise<void> {
  const file = join(dataDir, 'postmaster.pid')
  await writeFile(file, `${pid}\n${dataDir}\n1\n${port}\n\n127.0.0.1\n\nready   \n`, {mode: 0o600})
  if (account) await chown(file, account.uid, account.gid)
  expect(await readFile(file, 'utf8')).toContain(String(pid))
}
