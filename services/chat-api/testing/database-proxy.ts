import {once} from 'node:events'
import {type AddressInfo, type Server, type Socket, connect, createServer} from 'node:net'

/** Stands between a service and PostgreSQL, and can be cut, as when the server stops and starts. */
export interface DatabaseProxy {
  readonly url: string
  /** Ends all connections and refuses new ones. */
  cut(): Promise<void>
  restore(): Promise<void>
  stop(): Promise<void>
}

export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const serve = (): Server =>
    createServer((inner) => {
      const outer = connect(Number(target.port), target.hostname)
      for (const [socket, other] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        sockets.add(socket)
        socket.pipe(other)
        // A cut connection ends with an error on either side; the end of the one is the end of the other.
        socket.on('error', () => other.destroy())
        socket.on('close', () => {
          sockets.delete(socket)
          other.destroy()
        })
      }
    })
  let server = serve().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.resetAndDestroy()
    await closed
  }
  return {
    url: url.href,
    cut,
    restore: async () => {
      server = serve().listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    stop: cut,
  }
}
