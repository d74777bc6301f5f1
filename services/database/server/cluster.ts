import {spawn} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {appendFile, chmod, chown, mkdir, open, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {type Account, blockedFolder} from './account.ts'
import type {Binaries} from './binaries.ts'
import {codeOf, PostgresError} from './errors.ts'
import {makePassable} from './folders.ts'
import {isAlive} from './processes.ts'
import {dynamicSharedMemory, type Settings, settingsText} from './settings.ts'

export interface ClusterOptions {
  readonly dataDir: string
  readonly binaries: Binaries
  readonly account: Account | undefined
  /** Of the superuser `postgres`. It reaches initdb in a file that is gone afterwards, never as an argument. */
  readonly password: string
  readonly settings?: Settings
  /** False leaves out initdb's fsync; for tests. */
  readonly sync?: boolean
  readonly signal?: AbortSignal
}

/**
 * Makes the data directory if there is none, and writes the settings of this version of todo5.
 * A new cluster is made beside its place and renamed, so a kill leaves no half of one; what it left is removed here.
 */
export async function ensureCluster(options: ClusterOptions): Promise<{created: boolean}> {
  const {dataDir, binaries, account} = options
  await makePassable(dirname(dataDir))
  await assertReachable(dirname(dataDir), account)
  await removeRemains(dataDir)
  const major = await majorOf(dataDir)
  if (major === undefined) await createCluster(options)
  else if (major !== binaries.major) {
    throw new PostgresError(
      'other_version',
      `The data in ${dataDir} belong to PostgreSQL ${major}; this todo5 brings ${binaries.major}.`,
      `Use the todo5 that made them and \`todo5 backup\`, then restore with this one.`,
    )
  }
  await writeSettings(options)
  return {created: major === undefined}
}

/** Undefined when there is no cluster yet (no folder, or an empty one). */
async function majorOf(dataDir: string): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(join(dataDir, 'PG_VERSION'), 'utf8'), 10)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  try {
    if ((await readdir(dataDir)).length === 0) return undefined
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  throw new PostgresError(
    'not_a_cluster',
    `${dataDir} holds files, but no PostgreSQL data.`,
    'Move that folder away, or choose another state folder.',
  )
}

async function createCluster(options: ClusterOptions): Promise<void> {
  const {dataDir, account} = options
  const partial = `${dataDir}.init-${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    await mkdir(partial, {mode: 0o700})
    const passwordFile = join(partial, 'password')
    await writeFile(passwordFile, options.password, {mode: 0o600})
    const data = join(partial, 'data')
    await mkdir(data, {mode: 0o700})
    if (account) for (const path of [partial, passwordFile, data]) await chown(path, account.uid, account.gid)
    await runInitdb(options, data, passwordFile)
    await appendFile(join(data, 'postgresql.conf'), "\ninclude_if_exists = 'todo5.conf'\n")
    // An empty folder at the place is replaced by rename, except on Windows.
    await rm(dataDir, {recursive: true, force: true})
    await rename(data, dataDir)
    await syncFolder(dirname(dataDir))
  } finally {
    await rm(partial, {recursive: true, force: true, maxRetries: 5})
  }
}

async function runInitdb(options: ClusterOptions, data: string, passwordFile: string): Promise<void> {
  const {signal, account} = options
  signal?.throwIfAborted()
  const child = spawn(
    options.binaries.initdb,
    [
      ['--pgdata', data],
      ['--username', 'postgres', '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      // The builtin provider sorts by code point and knows upper and lower case of all of Unicode, the same everywhere.
      ['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
      ['--data-checksums', '--text-search-config', 'simple', '--no-instructions'],
      process.platform === 'win32' ? [] : ['--set', `dynamic_shared_memory_type=${dynamicSharedMemory}`],
      options.sync === false ? ['--no-sync'] : [],
    ].flat(),
    {
      cwd: dirname(data),
      env: {LC_ALL: 'C', TZ: 'UTC'},
      stdio: ['ignore', 'ignore', 'pipe'],
      // Its own process group: Ctrl-C in the terminal ends it only through `signal`, and its children with it.
      detached: process.platform !== 'win32',
      windowsHide: true,
      ...(account && {uid: account.uid, gid: account.gid}),
    },
  )
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const closed = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, by) => resolve(code ?? by ?? 'unknown'))
  })
  const killAll = (name: NodeJS.Signals) => {
    if (child.pid === undefined) return
    if (process.platform === 'win32') child.kill()
    else killGroup(child.pid, name)
  }
  let force: NodeJS.Timeout | undefined
  const abort = () => {
    // SIGTERM first, so that the bootstrap backend gives its shared memory back to the system.
    killAll('SIGTERM')
    force = setTimeout(() => killAll('SIGKILL'), 2000)
  }
  signal?.addEventListener('abort', abort, {once: true})
  try {
    const status = await closed
    signal?.throwIfAborted()
    if (status === 0) return
    throw new PostgresError(
      'initdb_failed',
      `PostgreSQL could not make its data folder (initdb ended with ${status}): ${stderr.trim().slice(-2000)}`,
      'Check that the disk has 100 MB free and that the state folder can be written.',
    )
  } finally {
    clearTimeout(force)
    signal?.removeEventListener('abort', abort)
  }
}

function killGroup(leader: number, name: NodeJS.Signals): void {
  try {
    process.kill(-leader, name)
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error
  }
}

async function writeSettings({dataDir, account, settings}: ClusterOptions): Promise<void> {
  const file = join(dataDir, 'todo5.conf')
  const partial = `${file}.${process.pid}`
  await writeFile(partial, settingsText(settings), {mode: 0o600})
  if (account) await chown(partial, account.uid, account.gid)
  await rename(partial, file)
  await chmod(dataDir, 0o700)
}

async function assertReachable(folder: string, account: Account | undefined): Promise<void> {
  const blocked = account && (await blockedFolder(folder, account))
  if (blocked === undefined) return
  throw new PostgresError(
    'folder_unreachable',
    `PostgreSQL runs as ${account?.name}, which may not enter ${blocked}.`,
    `Choose a state folder outside of it (as root the default is /var/lib/todo5), or: chmod o+x ${blocked}`,
  )
}

/** Folders that a killed initdb left; those of a process that is still at it stay. */
async function removeRemains(dataDir: string): Promise<void> {
  const prefix = `${basename(dataDir)}.init-`
  for (const name of await readdir(dirname(dataDir))) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue
    // An orphaned initdb may still write there for a moment; it fails when its files go.
    await rm(join(dirname(dataDir), name), {recursive: true, force: true, maxRetries: 10})
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // cannot open a folder
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
