import {createServer, type Server} from 'node:net'

export const LOOPBACK = '127.0.0.1'

/** So many different ports that were free a moment ago. Whoever takes one may find it taken, and asks again. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = []
  try {
    // All are held until the last one is found, or the system could name one twice.
    for (let index = 0; index < count; index++) servers.push(await listen(0))
    return servers.map((server) => (server.address() as {port: number}).port)
  } finally {
    await Promise.all(servers.map(close))
  }
}

const listen = async (port: number): Promise<Server> =>
  await new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({port, host: LOOPBACK, exclusive: true}, () => resolve(server))
  })

const close = async (server: Server): Promise<void> => {
  await new Promise<void>((resolve) => server.close(() => resolve()))
}
