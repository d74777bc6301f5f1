import {type AddressInfo, createServer} from 'node:net'
import {expect, test} from 'vitest'
import {listenersOf} from './listening-sockets.ts'

test('who listens for this machine alone, and who for everybody', async () => {
  const servers = ['127.0.0.1', '0.0.0.0', '::1', '::'].map((host) => ({host, server: createServer()}))
  try {
    for (const {host, server} of servers) {
      await new Promise<void>((resolve) => server.listen({host, port: 0, ipv6Only: true}, resolve))
    }
    const found = (await listenersOf([process.pid]))!
    const loopback = servers.map(({server}) => {
      const {port} = server.address() as AddressInfo
      return found.find((socket) => socket.port === port)?.loopback
    })
    expect(loopback).toEqual([true, false, true, false])
  } finally {
    for (const {server} of servers) server.close()
  }
})

test('a process that is not there listens nowhere', async () => {
  expect(await listenersOf([2 ** 22 + 1])).toEqual([])
})
