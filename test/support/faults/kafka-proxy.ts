import {mkdtemp, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {TcpProxy} from './tcp-proxy.ts'

const HOST = '127.0.0.1'

/**
 * Stands between a client and a Kafka broker. The broker tells its clients where it is, by its own port; in what it
 * answers that port is replaced, so that clients come back here.
 */
export const startKafkaProxy = async (brokerPort: () => Promise<number>): Promise<TcpProxy> =>
  TcpProxy.start({
    serverPort: brokerPort,
    rewrite: ({server, proxy}) => {
      const answers = new Answers(address(server), address(proxy))
      return (bytes) => answers.take(bytes)
    },
  })

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
