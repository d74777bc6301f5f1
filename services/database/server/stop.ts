import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import type {Binaries} from './binaries.ts'
import {PostgresError} from './errors.ts'
import {readPostmasterFile} from './postmaster-file.ts'
import {sendSignal, serverProcesses} from './processes.ts'

const steps = [
  // "fast": sessions are ended, everything is written
  {signal: 'SIGINT', waitMs: 10_000},
  // "immediate": the next start recovers from the log
  {signal: 'SIGQUIT', waitMs: 10_000},
  {signal: 'SIGKILL', waitMs: 10_000},
] as const

/** Stops a postmaster by ever stronger means. `gone(ms)` waits for its end for at most that long. */
export async function stopPostmaster(
  pid: number,
  binaries: Binaries,
  gone: (limitMs: number) => Promise<boolean>,
): Promise<void> {
  for (const step of steps) {
    if (await gone(0)) return
    await signalPostmaster(pid, binaries, step.signal)
    if (await gone(step.waitMs)) return
  }
  throw new PostgresError('cannot_stop', `PostgreSQL (pid ${pid}) does not end.`, `End process ${pid} yourself.`)
}

/** Windows has no signals; PostgreSQL brings its own there, which pg_ctl sends. */
async function signalPostmaster(
  pid: number,
  binaries: Binaries,
  signal: (typeof steps)[number]['signal'],
): Promise<void> {
  if (process.platform !== 'win32' || signal === 'SIGKILL') {
    sendSignal(pid, signal)
    return
  }
  const program = join(binaries.binDir, 'pg_ctl.exe')
  const child = spawn(program, ['kill', signal.slice('SIG'.length), String(pid)], {stdio: 'ignore', windowsHide: true})
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  })
}

/**
 * Waits until no process of a server on `dataDir` whose postmaster is gone is left; after `limitMs` the rest is ended
 * by pid. When a living postmaster owns the folder, its processes are not remains, and nothing is touched.
 */
export async function endRemains(dataDir: string, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs
  for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
    const owner = await readPostmasterFile(dataDir)
    const left = await serverProcesses(dataDir, owner?.pid)
    if (left.length === 0 || (owner && left.includes(owner.pid))) return
    const late = performance.now() - deadline
    // Their postmaster is gone and its shared memory is made anew, so nothing that they could still tidy up matters.
    for (const pid of left) if (late > 0) sendSignal(pid, late > 2000 ? 'SIGKILL' : 'SIGQUIT')
    if (late > 10_000) {
      const pids = left.join(', ')
      throw new PostgresError(
        'cannot_stop',
        `Processes of PostgreSQL do not end: ${pids}.`,
        `End them yourself: ${pids}`,
      )
    }
    await delay(pause)
  }
}
