import {chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {create} from 'tar'
import {takeLock} from '../../../services/local/instance-lock.ts'
import {BUNDLES} from '../program-table.ts'
import type {Toolchain} from '../toolchain.ts'
import type {ReleaseServer} from './release-server.ts'

/** A machine of its own: an empty toolchain folder, and a PATH with nothing but the programs that a test puts there. */
export class TestMachine {
  readonly root: string
  readonly bin: string
  mirror: string | undefined = 'http://127.0.0.1:1'

  private constructor(root: string) {
    this.root = root
    this.bin = join(root, 'bin')
  }

  static async make(): Promise<TestMachine> {
    const machine = new TestMachine(await mkdtemp(join(tmpdir(), 'todo5-toolchain-')))
    await mkdir(machine.bin)
    return machine
  }

  get toolchain(): Toolchain {
    const folder = join(this.root, 'toolchain')
    return {
      folder,
      searchPath: this.bin,
      javaHome: undefined,
      platform: 'linux',
      arch: 'x64',
      mirror: this.mirror,
      takeLock: async (options) => await takeLock(folder, {...options, name: 'toolchain.lock'}),
    }
  }

  /** A program of JavaScript, which sees `argv`, `log(line)` and node's modules through `require`. */
  async program(name: string, body: string, folder = this.bin): Promise<string> {
    const path = join(folder, name)
    await mkdir(dirname(path), {recursive: true})
    const log = JSON.stringify(join(this.root, 'log'))
    const head = `const argv = process.argv.slice(2); const fs = require('node:fs'); const path = require('node:path')
const log = (line) => fs.appendFileSync(${log}, line + '\\n')`
    await writeFile(path, `#!${process.execPath}\n${head}\n${body}\n`)
    await chmod(path, 0o755)
    return path
  }

  async java(version = '17.0.15'): Promise<void> {
    await this.program('java', `process.stderr.write('openjdk version "${version}" 2025-04-15\\n')`)
  }

  /** `go`, as far as a build of Dapr needs it. */
  async go(build = ''): Promise<void> {
    const upstream = join(this.root, 'upstream')
    await mkdir(upstream, {recursive: true})
    await writeFile(join(upstream, 'go.mod'), 'module github.com/dapr/dapr\n\ngo 1.26.6\n')
    await writeFile(join(upstream, 'go.sum'), 'sums\n')
    await this.program(
      'go',
      `log('go ' + argv.join(' '))
if (argv[0] === 'mod') console.log(JSON.stringify({Dir: ${JSON.stringify(upstream)}}))
else {
  console.error('go: downloading example.com/x v1.0.0')
  console.error('example.com/x')
  ${build}
  log(fs.readFileSync('go.mod', 'utf8'))
  fs.writeFileSync(argv[argv.indexOf('-o') + 1], '#!/bin/sh\\n', {mode: 0o755})
}`,
    )
  }

  /** `mvn`, as far as it is asked for. */
  async maven(): Promise<void> {
    const jars = `kafka_2.13-${BUNDLES.kafka.registry!}.jar`
    await this.program(
      'mvn',
      `log('mvn ' + argv.join(' '))
const to = argv.find((arg) => arg.startsWith('-DoutputDirectory=')).split('=')[1]
fs.mkdirSync(to, {recursive: true})
console.log('[INFO] Copying it')
fs.writeFileSync(path.join(to, argv.some((arg) => arg.includes('zipkin')) ? 'zipkin-server-exec.jar' : '${jars}'), 'jar')`,
    )
  }

  /** All lines that programs have logged. */
  async log(): Promise<string> {
    try {
      return await readFile(join(this.root, 'log'), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
      throw error
    }
  }

  /** What is in the toolchain folder, without the lock. */
  async folders(): Promise<string[]> {
    const names = await readdir(this.toolchain.folder)
    return names.filter((name) => name !== 'toolchain.lock').toSorted()
  }

  async remove(): Promise<void> {
    await rm(this.root, {recursive: true, force: true})
  }
}

const DAPR = BUNDLES.dapr.release!
const KAFKA = BUNDLES.kafka.release!
export const daprPath = (program: string): string => `/dapr/v${DAPR}/${program}_linux_amd64.tar.gz`
export const KAFKA_PATH = `/kafka/${KAFKA}/kafka_2.13-${KAFKA}.tgz`

/** Puts the releases of Dapr and Kafka on a server, packed as their publishers pack them. */
export async function publish(server: ReleaseServer): Promise<void> {
  for (const program of BUNDLES.dapr.programs)
    server.putWithChecksum(daprPath(program), await packed({[program]: `#!/bin/sh\n# ${program}\n`}), 'sha256')
  const folder = `kafka_2.13-${KAFKA}`
  const files = {
    [`${folder}/libs/kafka_2.13-${KAFKA}.jar`]: 'jar',
    [`${folder}/libs/other.jar`]: 'x'.repeat(300_000),
    [`${folder}/bin/kafka-server-start.sh`]: 'not wanted',
    [`${folder}/LICENSE`]: 'not wanted',
  }
  server.putWithChecksum(KAFKA_PATH, await packed(files), 'sha512')
}

/** A .tar.gz; of random enough content not to shrink to nothing. */
export async function packed(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'todo5-pack-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), {recursive: true})
      await writeFile(join(folder, path), text, {mode: 0o755})
    }
    const names = Object.keys(files)
    const chunks: Buffer[] = []
    for await (const chunk of create({gzip: {level: 0}, cwd: folder}, names)) chunks.push(chunk)
    return Buffer.concat(chunks)
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}
