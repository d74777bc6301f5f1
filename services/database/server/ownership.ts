import {setTimeout as delay} from 'node:timers/promises'
import type {Binaries} from './binaries.ts'
import {ask} from './connect.ts'
import {PostgresError} from './errors.ts'
import {readPostmasterFile, removeStaleFile} from './postmaster-file.ts'
import {serverProcesses} from './processes.ts'
import {endRemains, stopPostmaster} from './stop.ts'

/** What runs on a data directory. */
export type Found =
  | {readonly state: 'none'}
  /** The postmaster is gone, whatever process has its pid now; backends of it may be left. */
  | {readonly state: 'stale'; readonly leftBehind: readonly number[]}
  /** A PostgreSQL of this data directory that lets our password in. */
  | {readonly state: 'ours'; readonly pid: number; readonly port: number}
  /** A PostgreSQL of this data directory that gives no clear answer: it starts, stops, is full or hangs. */
  | {readonly state: 'busy'; readonly pid: number}
  /** A PostgreSQL of this data directory with another password: not ours. */
  | {readonly state: 'foreign'; readonly pid: number}

export interface OwnershipOptions {
  readonly dataDir: string
  readonly password: string
}

/** Looks, changes nothing. Takes some ms; up to 3 s when the server hangs. */
export async function findServer({dataDir, password}: OwnershipOptions): Promise<Found> {
  const file = await readPostmasterFile(dataDir)
  const pids = await serverProcesses(dataDir, file?.pid)
  if (file === undefined) {
    if (pids.length === 0) return {state: 'none'}
    // Without the file it is a server that starts or has just ended, or what a killed one left.
    return {state: 'stale', leftBehind: pids}
  }
  if (!pids.includes(file.pid)) return {state: 'stale', leftBehind: pids}
  const {pid, port} = file
  // The port is written some ms after the pid.
  const answer = port === undefined ? 'starting' : await ask({port, password, dataDir})
  if (answer === 'ready') return {state: 'ours', pid, port: port!}
  return {state: answer === 'wrong_password' ? 'foreign' : 'busy', pid}
}

/**
 * Ends what an earlier run left on this data directory, so that a new server can start: a server of ours (fast),
 * backends of a killed one (they get `patienceMs`, 10,000 unless given, then are ended by pid), a stale postmaster.pid.
 * A server that gives no clear answer for `patienceMs` is stopped too: the kernel says that it works on our folder.
 * Rejects with `wrong_password`, touching nothing, when a server there refuses our password.
 */
export async function stopLeftover(
  options: OwnershipOptions & {
    readonly binaries: Binaries
    readonly signal?: AbortSignal
    readonly patienceMs?: number
  },
): Promise<{stopped: 'nothing' | 'server' | 'remains'}> {
  const {dataDir, binaries, signal, patienceMs = 10_000} = options
  const deadline = performance.now() + patienceMs
  for (;;) {
    signal?.throwIfAborted()
    const found = await findServer(options)
    if (found.state === 'none') return {stopped: 'nothing'}
    if (found.state === 'foreign') throw foreign(dataDir, found.pid)
    const patient = performance.now() < deadline
    if (found.state === 'ours' || (found.state === 'busy' && !patient)) {
      await stopPostmaster(found.pid, binaries, async (ms) => await isGone(dataDir, found.pid, ms))
      await endRemains(dataDir, patienceMs)
      await removeStaleFile(dataDir)
      return {stopped: 'server'}
    }
    if (found.state === 'stale' && (found.leftBehind.length === 0 || !patient)) {
      await endRemains(dataDir, 0)
      await removeStaleFile(dataDir)
      return {stopped: found.leftBehind.length === 0 ? 'nothing' : 'remains'}
    }
    await delay(50, undefined, {signal})
  }
}

async function isGone(dataDir: string, pid: number, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs
  for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
    if (!(await serverProcesses(dataDir, pid)).includes(pid)) return true
    if (performance.now() >= deadline) return false
    await delay(pause)
  }
}

function foreign(dataDir: string, pid: number): PostgresError {
  return new PostgresError(
    'wrong_password',
    `A PostgreSQL server (pid ${pid}) runs on ${dataDir} and refuses the password that todo5 keeps for it.`,
    `It is left alone. Restore the password file, or end process ${pid} yourself.`,
  )
}
