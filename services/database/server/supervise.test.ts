import {once} from 'node:events'
import {access, readdir} from 'node:fs/promises'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {freePort} from './port.ts'
import {serverProcesses} from './processes.ts'
import {superviseServer} from './supervise.ts'
import {busyBackend, ClusterMaker, fast, password, query, TempRoot} from './testing/temp-cluster.ts'

let clusters: ClusterMaker
beforeAll(async () => {
  clusters = await ClusterMaker.create()
})
afterAll(async () => await clusters.root.dispose())

test('a killed server is back by itself, on its port, with its data', async () => {
  const {dataDir} = await clusters.copy()
  const port = await freePort()
  const server = await superviseServer({dataRoot: clusters.root.path, dataDir, port, password, settings: fast})
  const seen: string[] = []
  for (const name of ['down', 'failed', 'ready', 'stopped'] as const) server.events.on(name, () => seen.push(name))
  await query(server.url(), 'create table kept as select 1 as one')
  for (const restarts of [1, 2]) {
    const killed = server.pid()!
    const ready = once(server.events, 'ready')
    process.kill(killed, 'SIGKILL')
    expect(await ready).toMatchObject([{port, restarts}])
    expect(server.pid()).not.toBe(killed)
    expect(await query(server.url(), 'select one from kept')).toEqual([{one: 1}])
  }
  await server.stop()
  await server.stop()
  expect(seen).toEqual(['down', 'ready', 'down', 'ready', 'stopped'])
  expect(server.pid()).toBeUndefined()
  expect(await serverProcesses(dataDir)).toEqual([])
})

test('a restart that fails is reported, and tried again', async () => {
  const {dataDir} = await clusters.copy()
  const port = await freePort()
  const server = await superviseServer({dataRoot: clusters.root.path, dataDir, port, password, settings: fast})
  const thief = createServer()
  server.events.once('down', () => thief.listen(port, '127.0.0.1'))
  const failed = once(server.events, 'failed')
  process.kill(server.pid()!, 'SIGKILL')
  expect(await failed).toEqual([expect.objectContaining({code: 'port_in_use'}), 500])
  const ready = once(server.events, 'ready')
  thief.close()
  await ready
  expect(await query(server.url(), 'select 1 as one')).toEqual([{one: 1}])
  await server.stop()
})

test('stop() while it is down ends the attempts, and what holds them back', async () => {
  const {dataDir} = await clusters.copy()
  const port = await freePort()
  const server = await superviseServer({dataRoot: clusters.root.path, dataDir, port, password, settings: fast})
  const busy = await busyBackend(server.url())
  const down = once(server.events, 'down')
  process.kill(server.pid()!, 'SIGKILL')
  await down
  expect(await serverProcesses(dataDir)).toContain(busy.pid)
  await server.stop()
  expect(server.pid()).toBeUndefined()
  expect(await serverProcesses(dataDir)).toEqual([])
})

test('aborted at 20 moments of the first start: no process, no lock, and the next start works', async () => {
  const root = await TempRoot.create()
  const dataDir = root.join('state', 'data')
  const options = {dataRoot: root.path, dataDir, port: await freePort(), password, settings: fast, sync: false}
  const outcomes: unknown[] = []
  try {
    for (let moment = 0; moment < 20; moment++) {
      const abort = new AbortController()
      // 37 is coprime to 20: early and late moments alternate
      setTimeout(() => abort.abort(), ((moment * 37) % 20) * 30)
      outcomes.push(
        await superviseServer({...options, signal: abort.signal}).then(
          async (server) => await server.stop().then(() => 'stopped'),
          (error: unknown) => (error as Error).name,
        ),
      )
      expect(await root.processes()).toEqual([])
      // after the first few ms there is the parent folder, after some 100 ms the data, and never anything else
      const left = (await readdir(root.path, {recursive: true})).filter((path) => !path.startsWith('state/data/'))
      expect(['', 'state', 'state,state/data']).toContain(left.join(','))
      await expect(access(join(dataDir, 'postmaster.pid'))).rejects.toMatchObject({code: 'ENOENT'})
    }
    expect(outcomes.filter((outcome) => outcome !== 'stopped' && outcome !== 'AbortError')).toEqual([])
    expect(outcomes).toContain('AbortError')
    const server = await superviseServer(options)
    expect(await query(server.url(), 'select 1 as one')).toEqual([{one: 1}])
    await server.stop()
  } finally {
    await root.dispose()
  }
}, 60_000)
