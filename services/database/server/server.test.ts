import {createServer} from 'node:net'
import {readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {freePort} from './port.ts'
import {isAlive, serverProcesses} from './processes.ts'
import {startServer} from './server.ts'
import {ClusterMaker, password, query} from './testing/temp-cluster.ts'

let clusters: ClusterMaker
beforeAll(async () => {
  clusters = await ClusterMaker.create()
})
afterAll(async () => await clusters.root.dispose())

test('starts as promised, keeps its data, leaves nothing running', async () => {
  const {options, server} = await clusters.start()
  const [settings] = await query(
    server.url(),
    `select current_setting('data_checksums') as checksums, current_setting('listen_addresses') as listen,
       current_setting('unix_socket_directories') as sockets, current_setting('max_connections') as connections,
       current_setting('timezone') as zone, current_setting('server_encoding') as encoding,
       upper('straße ñ') as upper, (select datlocprovider::text || datlocale from pg_database where datname = 'template0') as locale`,
  )
  expect(settings).toEqual({
    checksums: 'on',
    listen: '127.0.0.1',
    sockets: '',
    connections: '120',
    zone: 'UTC',
    encoding: 'UTF8',
    upper: 'STRASSE Ñ'.replace('SS', 'ß'),
    locale: 'bC.UTF-8',
  })
  await query(server.url(), 'create table kept as select 42 as answer')
  await server.stop()
  expect(await server.exited).toEqual({code: 0, signal: null})
  expect(await serverProcesses(options.dataDir)).toEqual([])
  await expect(stat(join(options.dataDir, 'postmaster.pid'))).rejects.toMatchObject({code: 'ENOENT'})

  const second = await clusters.start(options)
  expect(await query(second.server.url(), 'select answer from kept')).toEqual([{answer: 42}])
  await Promise.all([second.server.stop(), second.server.stop()])
})

test('the password is on no command line, the folder is closed to others', async () => {
  const {options, server} = await clusters.start()
  for (const {command} of await clusters.root.processes()) expect(command).not.toContain(password)
  expect((await stat(options.dataDir)).mode & 0o777).toBe(0o700)
  expect((await stat(options.dataDir)).uid).toBe(options.account?.uid ?? process.getuid?.())
  await expect(query(server.url().replace(/:[^:@]*@/, ':wrong@'), 'select 1')).rejects.toMatchObject({code: '28P01'})
  await server.stop()
})

test('a wrong password: an error of its own, and the server does not stay', async () => {
  const options = {...(await clusters.copy()), password: 'another', port: await freePort()}
  await expect(startServer(options)).rejects.toMatchObject({code: 'wrong_password'})
  expect(await serverProcesses(options.dataDir)).toEqual([])
})

test('a taken port: an error of its own, nothing is started', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const options = {...(await clusters.copy()), port}
  await expect(startServer(options)).rejects.toMatchObject({
    code: 'port_in_use',
    message: `Port ${port} is in use by another program.`,
  })
  expect(await serverProcesses(options.dataDir)).toEqual([])
  other.close()
})

test('a second server on the same data says so', async () => {
  const {options, server} = await clusters.start()
  await expect(clusters.start(options)).rejects.toMatchObject({code: 'already_running'})
  expect(await query(server.url(), 'select 1 as one')).toEqual([{one: 1}])
  await server.stop()
})

test('a server that cannot start tells why', async () => {
  const options = await clusters.copy()
  await writeFile(join(options.dataDir, 'todo5.conf'), 'no_such_setting = 1\n')
  await expect(clusters.start(options)).rejects.toMatchObject({
    code: 'start_failed',
    message: expect.stringContaining('unrecognized configuration parameter "no_such_setting"') as string,
  })
})

test('kill -9 of the postmaster: it is noticed, and the next start recovers', async () => {
  const {options, server} = await clusters.start()
  await query(server.url(), 'create table kept as select generate_series(1, 1000) as n')
  process.kill(server.pid, 'SIGKILL')
  expect(await server.exited).toEqual({code: null, signal: 'SIGKILL'})
  await server.stop() // nothing to signal any more; waits for what is left of it
  expect(await serverProcesses(options.dataDir)).toEqual([])
  const second = await clusters.start(options)
  expect(await query(second.server.url(), 'select count(*)::int as n from kept')).toEqual([{n: 1000}])
  await second.server.stop()
})

test.runIf(process.platform === 'linux')(
  'the server has its own session, so that neither Ctrl-C nor a closed terminal reaches it',
  async () => {
    const {server} = await clusters.start()
    const [, , processGroup, session] = (await readFile(`/proc/${server.pid}/stat`, 'utf8')).split(') ')[1]!.split(' ')
    expect([Number(processGroup), Number(session)]).toEqual([server.pid, server.pid])
    await server.stop()
    expect(isAlive(server.pid)).toBe(false)
  },
)
