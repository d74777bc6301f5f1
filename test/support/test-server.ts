import {rmSync} from 'node:fs'
import {access, chmod, constants, mkdtemp, readdir, rm, statfs} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {Client} from 'pg'
import {serverAccount} from '../../services/database/server/account.ts'
import {findBinaries} from '../../services/database/server/binaries.ts'
import {ensureCluster} from '../../services/database/server/cluster.ts'
import {codeOf} from '../../services/database/server/errors.ts'
import {freePort} from '../../services/database/server/port.ts'
import {isAlive, sendSignal, serverProcesses} from '../../services/database/server/processes.ts'
import {type RunningServer, startServer} from '../../services/database/server/server.ts'
import {migrateTemplate} from './template.ts'

export const templateName = 'todo5_template'
const prefix = 'todo5-test-'
const password = 'test'

/** The one PostgreSQL server of a vitest run: in memory where there is room, without fsync, gone at the end. */
export interface TestServer {
  readonly server: RunningServer
  stop(): Promise<void>
  /** For a process that is exiting and cannot wait. */
  stopNow(): void
}

export async function startTestServer(): Promise<TestServer> {
  const base = await baseFolder()
  await removeRemains(base)
  const root = await mkdtemp(join(base, `${prefix}${process.pid}-`))
  let server: RunningServer | undefined
  try {
    await chmod(root, 0o711)
    const dataDir = join(root, 'data')
    const account = await serverAccount(dataDir)
    const binaries = await findBinaries({dataRoot: root, account})
    const settings = {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      logging_collector: 'off',
      // in the data folder, so that a server that had to be killed leaves nothing elsewhere
      dynamic_shared_memory_type: 'mmap',
      // the test files of all workers share it
      max_connections: '300',
    }
    await ensureCluster({dataDir, binaries, account, password, settings, sync: false})
    server = await startOnFreePort({dataDir, binaries, account, password})
    await makeTemplate(server)
  } catch (error) {
    await server?.stop()
    await rm(root, {recursive: true, force: true})
    throw error
  }
  const running = server
  return {
    server: running,
    stop: async () => {
      await running.stop()
      await rm(root, {recursive: true, force: true})
    },
    stopNow: () => {
      sendSignal(running.pid, 'SIGQUIT')
      // The server may still write for some ms.
      rmSync(root, {recursive: true, force: true, maxRetries: 20, retryDelay: 50})
    },
  }
}

async function startOnFreePort(options: Omit<Parameters<typeof startServer>[0], 'port'>): Promise<RunningServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startServer({...options, port: await freePort()})
    } catch (error) {
      if (codeOf(error) !== 'port_in_use' || attempt === 5) throw error
    }
  }
}

async function makeTemplate(server: RunningServer): Promise<void> {
  const client = new Client({connectionString: server.url()})
  await client.connect()
  try {
    await client.query(`create database ${templateName}`)
    await migrateTemplate(server.url(templateName))
    // Nobody can connect from here on, so that `create database … template` never has to wait. Copies do not inherit it.
    await client.query(`alter database ${templateName} with is_template true allow_connections false`)
    await assertUnused(client, templateName)
  } finally {
    await client.end()
  }
}

/** Rejects, naming them, when connections to the database do not go within 2 s (an ended one needs some ms to go). */
export async function assertUnused(client: Client, database: string): Promise<void> {
  const deadline = performance.now() + 2000
  for (;;) {
    const {rows} = await client.query<{pid: number; application_name: string; state: string; query: string}>(
      `select pid, application_name, state, left(query, 200) as query from pg_stat_activity
       where datname = $1 and backend_type = 'client backend'`,
      [database],
    )
    if (rows.length === 0) return
    if (performance.now() > deadline) {
      throw new Error(`${rows.length} connection(s) to ${database} were left open: ${JSON.stringify(rows)}`)
    }
    await delay(20)
  }
}

/** Memory, where the system has it with 1 GiB free (a container has 64 MB by default), else the folder for temporary files. */
async function baseFolder(): Promise<string> {
  const memory = '/dev/shm'
  try {
    await access(memory, constants.W_OK)
    const {bavail, bsize} = await statfs(memory)
    if (bavail * bsize >= 2 ** 30) return memory
  } catch (error) {
    if (!['ENOENT', 'EACCES', 'EROFS'].includes(codeOf(error) ?? '')) throw error
  }
  return tmpdir()
}

/** Ends and removes what a killed vitest left behind. */
async function removeRemains(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const owner = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]
    if (owner === undefined || isAlive(Number(owner))) continue
    const dataDir = join(base, name, 'data')
    for (let left = await serverProcesses(dataDir); left.length > 0; left = await serverProcesses(dataDir)) {
      for (const pid of left) sendSignal(pid, 'SIGKILL')
      await delay(20)
    }
    await rm(join(base, name), {recursive: true, force: true})
  }
}
