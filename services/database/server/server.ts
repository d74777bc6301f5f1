import {type ChildProcess, spawn} from 'node:child_process'
import {chown, mkdir, open} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import type {Account} from './account.ts'
import type {Binaries} from './binaries.ts'
import {ask, host, serverUrl} from './connect.ts'
import {PostgresError} from './errors.ts'
import {startLogName, watchLog} from './log.ts'
import {isPortFree} from './port.ts'
import {endRemains, stopPostmaster} from './stop.ts'

export interface StartOptions {
  /** An existing cluster, see ensureCluster. */
  readonly dataDir: string
  readonly binaries: Binaries
  readonly account: Account | undefined
  readonly port: number
  /** Of the superuser `postgres`. */
  readonly password: string
  /** Aborting ends what was started and rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Recovery after a crash is part of it; 120,000 ms unless given. */
  readonly startTimeoutMs?: number
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface RunningServer {
  readonly pid: number
  readonly port: number
  /** Resolves when the postmaster has ended, however it did. */
  readonly exited: Promise<Exit>
  /** The superuser's connection string. */
  url(database?: string): string
  /** SIGINT (sessions are ended, everything is written); SIGQUIT after 10 s; SIGKILL after 20 s. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts the server in a process group of its own, so that neither Ctrl-C nor the end of this process ends it,
 * and waits until it lets our password in.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const {dataDir, port, password, signal} = options
  signal?.throwIfAborted()
  if (!(await isPortFree(port))) throw portInUse(port)
  const newLog = await watchLog(dataDir)
  const {child, exited} = await spawnServer(options)
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= endServer(child, options, exited))
  try {
    await untilReady(options, exited, newLog)
  } catch (error) {
    await stop()
    throw error
  }
  return {pid: child.pid!, port, exited, url: (database) => serverUrl(port, password, database), stop}
}

async function spawnServer({
  dataDir,
  binaries,
  account,
  port,
  signal,
}: StartOptions): Promise<{child: ChildProcess; exited: Promise<Exit>}> {
  const logs = join(dataDir, 'log')
  await mkdir(logs, {recursive: true, mode: 0o700})
  if (account) await chown(logs, account.uid, account.gid)
  const output = await open(join(logs, startLogName), 'w', 0o600)
  try {
    signal?.throwIfAborted()
    const child = spawn(
      binaries.postgres,
      ['-D', dataDir, '-c', `listen_addresses=${host}`, '-c', `port=${port}`, '-c', 'unix_socket_directories='],
      {
        // Also before it has written postmaster.pid a server can be found by the folder it works in.
        cwd: dataDir,
        env: {LC_ALL: 'C', TZ: 'UTC'},
        stdio: ['ignore', output.fd, output.fd],
        detached: true,
        windowsHide: true,
        ...(account && {uid: account.uid, gid: account.gid}),
      },
    )
    // At once: a server that cannot start can end before the log is closed here.
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, by) => resolve({code, signal: by}))
      child.once('error', () => resolve({code: -1, signal: null}))
    })
    return {child, exited}
  } finally {
    await output.close()
  }
}

async function untilReady(options: StartOptions, exited: Promise<Exit>, newLog: () => Promise<string>): Promise<void> {
  const {dataDir, port, password, signal} = options
  const deadline = performance.now() + (options.startTimeoutMs ?? 120_000)
  let exit: Exit | undefined
  const ended = exited.then((value) => (exit = value))
  for (let pause = 10; ; pause = Math.min(pause * 1.5, 250)) {
    signal?.throwIfAborted()
    if (exit) throw await startFailure(options, exit, newLog)
    const answer = await ask({port, password, dataDir, timeoutMs: 3000})
    if (answer === 'ready') return
    if (answer === 'other') throw portInUse(port)
    if (answer === 'wrong_password' && !exit) {
      throw new PostgresError(
        'wrong_password',
        `The database in ${dataDir} does not accept the password that todo5 keeps for it.`,
        'Restore the password file, or start with empty data: todo5 down --delete',
      )
    }
    if (performance.now() > deadline) {
      throw new PostgresError(
        'start_timeout',
        `PostgreSQL did not become ready within ${Math.round((options.startTimeoutMs ?? 120_000) / 1000)} s: ${await newLog()}`,
        `Look at ${join(dataDir, 'log')}.`,
      )
    }
    await Promise.race([delay(pause), ended])
  }
}

async function startFailure({dataDir, port}: StartOptions, exit: Exit, newLog: () => Promise<string>): Promise<Error> {
  const log = await newLog()
  if (/could not bind .*(?:in use|permission denied)/i.test(log)) return portInUse(port)
  if (/lock file "postmaster\.pid" already exists|pre-existing shared memory block/.test(log)) {
    return new PostgresError(
      'already_running',
      `Another PostgreSQL server runs on ${dataDir}.`,
      'Stop it first: todo5 down',
    )
  }
  return new PostgresError(
    'start_failed',
    `PostgreSQL ended (${exit.signal ?? exit.code}) before it was ready: ${log || 'it said nothing'}`,
    `Look at ${join(dataDir, 'log')}.`,
  )
}

function portInUse(port: number): PostgresError {
  return new PostgresError('port_in_use', `Port ${port} is in use by another program.`, 'Choose another port.')
}

async function endServer(child: ChildProcess, options: StartOptions, exited: Promise<Exit>): Promise<void> {
  if (child.pid === undefined) return
  await stopPostmaster(child.pid, options.binaries, async (ms) => await within(exited, ms))
  // The log collector ends some ms after the postmaster; backends of one that was killed by then, too.
  await endRemains(options.dataDir, 5000)
}

async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController()
  try {
    return await Promise.race([promise.then(() => true), delay(ms, false, {signal: timer.signal})])
  } finally {
    timer.abort()
  }
}
