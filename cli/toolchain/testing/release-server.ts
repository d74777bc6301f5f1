import {createHash} from 'node:crypto'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'

type Trouble =
  | {readonly status: number}
  /** Nothing more comes after so many bytes, and the connection stays, until `cut`. */
  | {readonly stallAfter: number}
  /** Ranges are ignored, as small servers do. */
  | {readonly noRanges: true}

/** A publisher's server: files with their checksums, and what can go wrong with them. */
export class ReleaseServer {
  readonly #server = createServer((request, response) => this.#answer(request, response))
  readonly #files = new Map<string, Buffer>()
  readonly #troubles = new Map<string, Trouble[]>()
  /** `GET /path`, with ` from N` for a range. */
  readonly requests: string[] = []

  static async start(): Promise<ReleaseServer> {
    const server = new ReleaseServer()
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  put(path: string, content: Buffer | string): void {
    this.#files.set(path, Buffer.from(content))
  }

  /** With its checksum beside it, as Dapr and Apache publish theirs. */
  putWithChecksum(path: string, content: Buffer, algorithm: 'sha256' | 'sha512'): void {
    this.put(path, content)
    const digits = createHash(algorithm).update(content).digest('hex')
    this.put(`${path}.${algorithm}`, `${digits}  ${path.split('/').at(-1)!}\n`)
  }

  /** One for each of the next answers about this path. */
  trouble(path: string, ...troubles: Trouble[]): void {
    this.#troubles.set(path, troubles)
  }

  gets(path: string): string[] {
    return this.requests.filter((line) => line === `GET ${path}` || line.startsWith(`GET ${path} `))
  }

  /** Ends all connections. What a client has not read by then it never gets; so call it when it has got some. */
  cut(): void {
    this.#server.closeAllConnections()
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/'
    const trouble = this.#troubles.get(path)?.shift()
    const asked = /^bytes=(\d+)-$/u.exec(request.headers.range ?? '')?.[1]
    this.requests.push(`GET ${path}${asked === undefined ? '' : ` from ${asked}`}`)
    const content = this.#files.get(path)
    if (trouble !== undefined && 'status' in trouble) response.writeHead(trouble.status).end()
    else if (content === undefined) response.writeHead(404).end('not here')
    else {
      const from = trouble !== undefined && 'noRanges' in trouble ? 0 : Number(asked ?? 0)
      if (from > 0 && from >= content.length) {
        response.writeHead(416, {'content-range': `bytes */${content.length}`}).end()
        return
      }
      const part = content.subarray(from)
      const range = {'content-range': `bytes ${from}-${content.length - 1}/${content.length}`}
      response.writeHead(from > 0 ? 206 : 200, {'content-length': part.length, ...(from > 0 && range)})
      if (trouble !== undefined && 'stallAfter' in trouble) response.write(part.subarray(0, trouble.stallAfter))
      else response.end(part)
    }
  }
}
