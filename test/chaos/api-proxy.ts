import {connect, createServer, type Server, type Socket} from 'node:net'
import {inTurn} from '../support/faults/in-turn.ts'

const HOST = '127.0.0.1'

/** Stands between the clients and the API, which may be away or come back at another port. */
export class ApiProxy {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #port: () => number
  #refusing = false
  #delayMs = 0

  private constructor(port: () => number) {
    this.#port = port
    this.#server = createServer((client) => this.#accept(client))
  }

  static async start(port: () => number): Promise<ApiProxy> {
    const proxy = new ApiProxy(port)
    await new Promise<void>((resolve) => proxy.#server.listen(0, HOST, resolve))
    return proxy
  }

  get port(): number {
    return (this.#server.address() as {port: number}).port
  }

  /** Every connection breaks, whatever is under way on it. */
  breakAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** New connections break at once, too, until `restore`. */
  cut(): void {
    this.#refusing = true
    this.breakAll()
  }

  /** Whatever passes in either direction comes so much later, until `restore`. */
  slow(ms: number): void {
    this.#delayMs = ms
  }

  restore(): void {
    this.#refusing = false
    this.#delayMs = 0
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #accept(client: Socket): void {
    // Whatever goes wrong ends the connection, which its two ends see by themselves.
    client.on('error', () => client.destroy())
    if (this.#refusing) {
      client.resetAndDestroy()
      return
    }
    const server = connect(this.#port(), HOST)
    server.on('error', () => client.resetAndDestroy())
    this.#pass(client, server)
    this.#pass(server, client)
  }

  #pass(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.on(
      'data',
      inTurn(
        () => this.#delayMs,
        (bytes) => to.write(bytes),
      ),
    )
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
