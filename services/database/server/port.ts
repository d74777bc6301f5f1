import {createServer} from 'node:net'
import {host} from './connect.ts'
import {codeOf} from './errors.ts'

/** True when a server could listen there now. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port)
    return true
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE' || codeOf(error) === 'EACCES') return false
    throw error
  }
}

/** A port that was free a moment ago; whoever uses it must be ready for `port_in_use`. */
export async function freePort(): Promise<number> {
  return await listenOnce(0)
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({port, host, exclusive: true}, resolve)
  })
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return typeof address === 'object' && address ? address.port : port
}
