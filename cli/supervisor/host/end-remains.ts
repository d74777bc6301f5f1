import {basename} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {processesIn} from './folder-processes.ts'

/** These keep what the others write, and end after them. */
const LAST = new Set(['kafka', 'scheduler', 'sentry'])
/** Kafka writes down what it has; the scheduler gives up the lease of its jobs, which nobody could take for 20 s otherwise. */
const GRACE_MS = 20_000

/** Ends the programs of a supervisor that is gone, in order; only while holding the lock. */
export async function endRemains(runFolder: string, graceMs = GRACE_MS): Promise<void> {
  for (const last of [false, true]) {
    const left = async () => (await processesIn(runFolder)).filter(({folder}) => last || !LAST.has(basename(folder)))
    for (const {pid} of await left()) send(pid, 'SIGTERM')
    const deadline = performance.now() + graceMs
    for (let found = await left(); found.length > 0; found = await left()) {
      if (performance.now() > deadline) for (const {pid} of found) send(pid, 'SIGKILL')
      await delay(50)
    }
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
