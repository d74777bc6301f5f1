import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

export interface MetricsServer {
  /** Ends with /metrics. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Answers GET /metrics with what `read` gives, and with 503 and the reason when it rejects. Who asks while an answer is
 * being made gets the same one. Port 0 is one that is free.
 */
export async function serveMetrics(
  {host, port}: {readonly host: string; readonly port: number},
  read: () => Promise<string>,
): Promise<MetricsServer> {
  let reading: Promise<string> | undefined
  const readOnce = async (): Promise<string> => {
    reading ??= read().finally(() => (reading = undefined))
    return await reading
  }
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, text: string): void =>
      void response.writeHead(status, {'content-type': type}).end(request.method === 'HEAD' ? undefined : text)
    if (request.url?.split('?', 1)[0] !== '/metrics') return answer(404, PLAIN, 'There is /metrics.\n')
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, PLAIN, 'GET it.\n')
    readOnce().then(
      (text) => answer(200, PROMETHEUS, text),
      (error: unknown) => answer(503, PLAIN, `${error instanceof Error ? error.message : String(error)}\n`),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)))
    server.listen(port, host, resolve)
  })
  const {port: taken} = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/metrics`,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

const PLAIN = 'text/plain; charset=utf-8'
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  if (!['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES'].includes(error.code ?? '')) return error
  return new CliError(`todo5 cannot listen on ${host}:${port} (${error.code!}).`, {
    code: 'port_refused',
    exit: EXIT.refused,
    hints: ['--listen 0        takes a port that is free'],
    cause: error,
  })
}
