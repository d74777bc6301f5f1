import {createServer, type AddressInfo} from 'node:net'
import {expect, test} from 'vitest'
import {serverUrl} from '../../test/support/postgres.ts'
import {freePorts} from '../supervisor/host/ports.ts'
import {databaseClock} from './database-clock.ts'

test('the time of a database lies between question and answer, on one machine', async () => {
  const {asked, database, answered} = await databaseClock(await serverUrl())
  expect(database).toBeGreaterThanOrEqual(asked - 1)
  expect(database).toBeLessThanOrEqual(answered + 1)
})

test('nobody there', async () => {
  const [port] = await freePorts(1)
  await expect(databaseClock(`postgres://me:x@127.0.0.1:${port}/db`)).rejects.toMatchObject({code: 'ECONNREFUSED'})
})

test('somebody who does not answer', {timeout: 300_000}, async () => {
  const sockets = new Set<{destroy(): void}>()
  const server = createServer((socket) => void sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  await expect(databaseClock(`postgres://me:x@127.0.0.1:${port}/db`)).rejects.toMatchObject({
    code: 'database_unreachable',
  })
  for (const socket of sockets) socket.destroy()
  server.close()
})
