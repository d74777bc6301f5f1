import {mkdtemp, writeFile} from 'node:fs/promises'
import {connect, createServer, type Server, type Socket} from 'node:net'
import {join} from 'node:path'
import {inTurn} from './in-turn.ts'

const HOST = '127.0.0.1'

/**
 * Stands between a client and a Kafka broker. The broker tells its clients where it is, by its own port; in what it
 * answers that port is replaced, so that clients come back here.
 */
export class KafkaProxy {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #brokerPort: () => Promise<number>
  /** Connections that were opened through it. */
  opened = 0
  #refusing = false
  #delayMs = 0

  private constructor(brokerPort: () => Promise<number>) {
    this.#brokerPort = brokerPort
    this.#server = createServer((client) => void this.#accept(client))
  }

  static async start(brokerPort: () => Promise<number>): Promise<KafkaProxy> {
    const proxy = new KafkaProxy(brokerPort)
    await new Promise<void>((resolve) => proxy.#server.listen(0, HOST, resolve))
    return proxy
  }

  get port(): number {
    return (this.#server.address() as {port: number}).port
  }

  /** Every connection breaks, and new ones break at once, until `restore`. */
  cut(): void {
    this.#refusing = true
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Every connection stays open and says nothing more; new ones do not get an answer, until `cut` or `restore`. */
  silence(): void {
    for (const socket of this.#sockets) {
      socket.unpipe()
      socket.removeAllListeners('data').pause()
    }
  }

  /** What the broker says comes so much later, until `restore`. */
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
    client.on('error', () => client.destroy())
    if (this.#refusing) {
      client.resetAndDestroy()
      return
    }
    this.opened++
    this.#sockets.add(client)
    const brokerPort = await this.#brokerPort()
    const broker = connect(brokerPort, HOST)
    this.#sockets.add(broker)
    const end = (): void => {
      for (const socket of [client, broker]) {
        this.#sockets.delete(socket)
        socket.destroy()
      }
    }
    broker.on('error', end).on('close', end)
    client.on('close', end)
    client.pipe(broker)
    const answers = new Answers(address(brokerPort), address(this.port))
    broker.on(
      'data',
      inTurn(
        () => this.#delayMs,
        (bytes) => client.write(answers.take(bytes)),
      ),
    )
  }
}

/** As it stands in Metadata and FindCoordinator: the host's letters, then the port in four bytes. */
function address(port: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(port)
  return Buffer.concat([Buffer.from(HOST), bytes])
}

/** Whole answers, each four bytes of length and so many more, in which an address may stand at any place. */
class Answers {
  readonly #from: Buffer
  readonly #to: Buffer
  #rest: Buffer = Buffer.alloc(0)

  constructor(from: Buffer, to: Buffer) {
    this.#from = from
    this.#to = to
  }

  take(bytes: Buffer): Buffer {
    const all = Buffer.concat([this.#rest, bytes])
    let whole = 0
    while (all.length >= whole + 4 && all.length >= whole + 4 + all.readInt32BE(whole))
      whole += 4 + all.readInt32BE(whole)
    this.#rest = all.subarray(whole)
    const answers = Buffer.from(all.subarray(0, whole))
    for (let at = answers.indexOf(this.#from); at >= 0; at = answers.indexOf(this.#from, at + 1))
      this.#to.copy(answers, at)
    return answers
  }
}

/** A daprd that finds Kafka at other ports, by the name of the sidecar. */
export async function daprdBehind(
  daprd: string,
  ports: Readonly<Record<string, number>>,
  base: string,
): Promise<string> {
  const cases = Object.entries(ports).map(([sidecar, port]) => `  ${sidecar}) port=${port} ;;\n`)
  const path = join(await mkdtemp(join(base, 'daprd-')), 'daprd')
  const script = `#!/bin/sh
case "\${PWD##*/}" in
${cases.join('')}  *) port= ;;
esac
if [ -n "$port" ]; then
  sed -i.bak "s/value: 127\\.0\\.0\\.1:[0-9]*$/value: 127.0.0.1:$port/" resources/*pubsub*.yaml
fi
exec '${daprd}' "$@"
`
  await writeFile(path, script, {mode: 0o755})
  return path
}
