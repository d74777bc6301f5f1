import {type RequestListener, type Server, createServer} from 'node:http'
import type {AddressInfo} from 'node:net'

export interface Listener {
  readonly port: number
  /** Requests that come before answer 503. */
  serve(handler: RequestListener): void
  /** Takes no new requests, waits for those under way, at most `graceMs`. */
  close(graceMs: number): Promise<void>
}

const starting: RequestListener = (_request, response) => {
  response.writeHead(503, {'retry-after': '1', 'content-type': 'application/problem+json'})
  response.end(
    JSON.stringify({
      type: 'about:blank',
      title: 'todo5 is starting.',
      status: 503,
      detail: 'Try again in a moment.',
      code: 'starting',
    }),
  )
}

/** Listens on a port (0: any free one) before the application is built, since that needs to know its own address. */
export async function listen(host: string, port: number): Promise<Listener> {
  let current = starting
  // 64 clients at once and more must not wait for each other's headers; slow ones are cut off.
  const server = createServer(
    {requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 65_000},
    (request, response) => current(request, response),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    serve(handler) {
      current = handler
    },
    close: async (graceMs) => closeServer(server, graceMs),
  }
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(timer)
}
