import {rm} from 'node:fs/promises'
import {setTimeout as delay} from 'node:timers/promises'
import {processesIn} from '../../../services/database/server/testing/temp-cluster.ts'

// Run beside a test run, whose pipe is our standard input: when that closes, however the run ended, everything that
// still works in the run's folder, or names it (a supervisor works elsewhere), is killed and the folder removed.
const folder = process.argv[2]!
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined)
process.stdin.resume()
await new Promise((settled) => process.stdin.once('close', settled))
for (let left = await processesIn(folder); left.length > 0; left = await processesIn(folder)) {
  for (const {pid} of left) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  await delay(20)
}
await rm(folder, {recursive: true, force: true, maxRetries: 5})
