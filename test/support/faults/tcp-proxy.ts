import {connect, createServer, type Server, type Socket} from 'node:net'
import {inTurn} from './in-turn.ts'

const HOST = '127.0.0.1'

export interface TcpProxyOptions {
  /** Where the server is now; it may be away, or come back at another port. */
  readonly serverPort: () => number | Promise<number>
  /** Made for each connection: what becomes of the bytes that the server answers. */
  readonly rewrite?: (ports: {server: number; proxy: number}) => (answer: Buffer) => Buffer
}

/** Stands between clients and a server, and makes the faults of a network. */
export class TcpProxy {
  readonly #options: TcpProxyOptions
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Connections that were opened through it. */
  opened = 0
  #refusing = false
  #delayMs = 0

  private constructor(options: TcpProxyOptions) {
    this.#options = options
    this.#server = createServer((client) => void this.#accept(client))
  }

  static async start(options: TcpProxyOptions): Promise<TcpProxy> {
    const proxy = new TcpProxy(options)
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

  /** Every connection breaks, and new ones break at once, until `restore`. */
  cut(): void {
    this.#refusing = true
    this.breakAll()
  }

  /** Every connection stays open and says nothing more, until it is broken. */
  silence(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('data').pause()
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

  async #accept(client: Socket): Promise<void> {
    // Whatever goes wrong ends the connection, which its two ends see by themselves.
    client.on('error', () => client.destroy())
    if (this.#refusing) {
      client.resetAndDestroy()
      return
    }
    this.opened++
    this.#sockets.add(client)
    client.on('close', () => this.#sockets.delete(client))
    const port = await this.#options.serverPort()
    if (client.destroyed) return
    const server = connect(port, HOST)
    server.on('error', () => client.resetAndDestroy())
    this.#pass(client, server)
    this.#pass(server, client, this.#options.rewrite?.({server: port, proxy: this.port}))
  }

  #pass(from: Socket, to: Socket, rewrite = (bytes: Buffer): Buffer => bytes): void {
    this.#sockets.add(from)
    from.on(
      'data',
      inTurn(
        () => this.#delayMs,
        (bytes) => to.write(rewrite(bytes)),
      ),
    )
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
