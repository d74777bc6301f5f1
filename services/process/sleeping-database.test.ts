import {once} from 'node:events'
import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net'
import {Client} from 'pg'
import {afterEach, expect, test} from 'vitest'
import {createDatabase} from '../../test/support/postgres.ts'
import {run} from './migrate.ts'

/** What PostgreSQL says while it starts, as it stands on the wire. */
function starting(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0')
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}

let proxy: Server | undefined
const sockets = new Set<Socket>()
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  if (proxy?.listening) await new Promise((resolve) => proxy!.close(resolve))
})

/** The database behind an address that is asleep: nobody there, then starting, then slow to let the first one in. */
async function sleeping(url: string): Promise<{url: string; wake: () => Promise<void>; asked: string[]}> {
  const {hostname, port} = new URL(url)
  const asked: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    if (asked.length === 0) {
      asked.push('starting')
      socket.once('data', () => socket.end(starting()))
      return
    }
    asked.push('let in')
    const through = (): void => {
      const to = connect(Number(port || 5432), hostname)
      sockets.add(to)
      to.on('error', () => socket.destroy())
      socket.pipe(to).pipe(socket)
    }
    // As long as a compute takes to wake up.
    if (asked.length === 2) setTimeout(through, 3000)
    else through()
  })
  proxy = server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const at = (server.address() as AddressInfo).port
  await new Promise((resolve) => server.close(resolve))
  const own = new URL(url)
  own.hostname = '127.0.0.1'
  own.port = String(at)
  return {
    url: own.href,
    asked,
    wake: async () => {
      server.listen(at, '127.0.0.1')
      await once(server, 'listening')
    },
  }
}

test('the migration waits for a database that is asleep, and then does its work', async () => {
  const {url} = await createDatabase('template1')
  const database = await sleeping(url)
  const lines: string[] = []
  const {promise: refused, resolve} = Promise.withResolvers<void>()
  const done = run({
    environment: {DATABASE_URL: database.url, WAIT_SECONDS: '120'},
    stop: new AbortController().signal,
    log: {
      write: (line) => {
        lines.push(line)
        if (line.includes('waiting')) resolve()
      },
    },
  })
  // Nobody is at the address before it has been asked.
  await refused
  await database.wake()
  await done
  expect(database.asked.slice(0, 2)).toEqual(['starting', 'let in'])
  const said = lines.map((line) => JSON.parse(line) as {message: string; error?: {code: string}})
  expect(said.map(({message}) => message)).toEqual(['the database does not answer yet, waiting', 'migrated'])
  expect(said[0]!.error).toMatchObject({code: 'ECONNREFUSED'})
  const client = new Client({connectionString: url})
  await client.connect()
  try {
    const {rows} = await client.query(`select count(*)::int as n from todo.tasks`)
    expect(rows).toEqual([{n: 0}])
  } finally {
    await client.end()
  }
})
