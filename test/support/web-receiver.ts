import {once} from 'node:events'
import {type IncomingHttpHeaders, type ServerResponse, createServer} from 'node:http'
import type {AddressInfo} from 'node:net'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A server on the loopback address that keeps what it is sent, as the receiver of webhooks or a push service. */
export class WebReceiver implements AsyncDisposable {
  readonly received: Received[] = []
  /** The answer to each request: a status, or what is done with it. */
  respond: number | ((received: Received, response: ServerResponse) => void) = 200
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const received = {path: request.url!, headers: request.headers, body: Buffer.concat(chunks)}
      this.received.push(received)
      if (typeof this.respond === 'number') response.writeHead(this.respond).end('as told')
      else this.respond(received, response)
    })
  })

  static async start(): Promise<WebReceiver> {
    const receiver = new WebReceiver()
    receiver.#server.listen(0, '127.0.0.1')
    await once(receiver.#server, 'listening')
    return receiver
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
