import {execFile} from 'node:child_process'
import {access, chmod, constants, mkdtemp, readdir, readFile, readlink, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {promisify} from 'node:util'
import {Client} from 'pg'
import {type Account, serverAccount} from '../account.ts'
import {type Binaries, findBinaries} from '../binaries.ts'
import {ensureCluster} from '../cluster.ts'
import {freePort} from '../port.ts'
import {sendSignal} from '../processes.ts'
import {type RunningServer, startServer, type StartOptions} from '../server.ts'

const run = promisify(execFile)

export const password = `p'w "d\\ %41`
/**
 * A commit still outlives a killed server, though not a power cut. Shared memory is in files of the data folder, so
 * that killed servers which are never started again leave nothing elsewhere.
 */
export const fast = {fsync: 'off', dynamic_shared_memory_type: 'mmap'}

/** A folder that the server's account can reach; removed, with every process that works in it, by `dispose`. */
export class TempRoot {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** In memory unless told where. */
  static async create(base?: string): Promise<TempRoot> {
    const memory = await access('/dev/shm', constants.W_OK).then(
      () => true,
      () => false,
    )
    const path = await mkdtemp(join(base ?? (memory ? '/dev/shm' : tmpdir()), 'todo5-server-'))
    await chmod(path, 0o711)
    return new TempRoot(path)
  }

  join(...parts: string[]): string {
    return join(this.path, ...parts)
  }

  /** Every process that names this folder in its command line or works in it: the tests' own view, by /proc. */
  async processes(): Promise<{pid: number; command: string}[]> {
    return await processesIn(this.path)
  }

  async dispose(): Promise<void> {
    for (let left = await this.processes(); left.length > 0; left = await this.processes()) {
      for (const {pid} of left) sendSignal(pid, 'SIGKILL')
      await delay(20)
    }
    await rm(this.path, {recursive: true, force: true})
  }
}

/** Every process that names the folder in its command line or works in it. */
export async function processesIn(path: string): Promise<{pid: number; command: string}[]> {
  const found: {pid: number; command: string}[] = []
  if (process.platform !== 'linux') {
    const {stdout} = await run('ps', ['-axo', 'pid=,command='])
    for (const line of stdout.split('\n')) {
      if (line.includes(path)) found.push({pid: Number.parseInt(line, 10), command: line})
    }
    return found
  }
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue
    try {
      const command = (await readFile(`/proc/${name}/cmdline`, 'utf8')).replaceAll('\0', ' ')
      const place = await readlink(`/proc/${name}/cwd`)
      if (command.includes(path) || place.startsWith(path)) found.push({pid: Number(name), command})
    } catch {
      continue // it has ended meanwhile, or is a zombie
    }
  }
  return found
}

/** One initdb for a test file; each test takes a copy (30 ms instead of 400). */
export class ClusterMaker {
  readonly root: TempRoot
  readonly account: Account | undefined
  readonly binaries: Binaries
  #count = 0

  private constructor(root: TempRoot, account: Account | undefined, binaries: Binaries) {
    this.root = root
    this.account = account
    this.binaries = binaries
  }

  static async create(): Promise<ClusterMaker> {
    const root = await TempRoot.create()
    const account = await serverAccount(root.join('master'))
    const binaries = await findBinaries({dataRoot: root.path, account})
    await ensureCluster({dataDir: root.join('master'), binaries, account, password, settings: fast, sync: false})
    return new ClusterMaker(root, account, binaries)
  }

  async copy(): Promise<Omit<StartOptions, 'port'>> {
    const dataDir = this.root.join(`data${++this.#count}`)
    await run('cp', ['-a', this.root.join('master'), dataDir])
    return {dataDir, binaries: this.binaries, account: this.account, password}
  }

  async start(from?: Omit<StartOptions, 'port'>): Promise<{options: StartOptions; server: RunningServer}> {
    const options = {...(from ?? (await this.copy())), port: await freePort()}
    return {options, server: await startServer(options)}
  }
}

export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({connectionString: url})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

/** A connection that stays, busy without ever looking up: such a backend survives its postmaster. */
export async function busyBackend(url: string): Promise<{pid: number; failed: Promise<unknown>}> {
  const client = new Client({connectionString: url})
  client.on('error', () => undefined) // the test kills the server under it
  await client.connect()
  const {rows} = await client.query<{pid: number}>('select pg_backend_pid() as pid')
  const failed = client.query('select count(*) from generate_series(1, 1e12::bigint)').then(
    () => undefined,
    (error: unknown) => error,
  )
  const {pid} = rows[0]!
  return {pid, failed}
}
