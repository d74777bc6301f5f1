import {setTimeout as delay} from 'node:timers/promises'
import {sendSignal, serverProcesses} from '../../services/database/server/processes.ts'
import {withDatabase} from '../support/faults/compare-book.ts'
import type {Fault} from './chaos-target.ts'
import {hang} from './network-faults.ts'

export interface DatabaseServer {
  /** The folder of its files. */
  readonly cluster: string
  readonly postmaster: () => Promise<number>
  readonly url: () => Promise<string>
}

/** What can happen to a PostgreSQL, short of its end and of its disk. */
export function databaseFaults({cluster, postmaster, url}: DatabaseServer): Fault[] {
  return [
    {
      kind: 'a backend of PostgreSQL killed (-9)',
      run: async (random) => {
        const main = await postmaster()
        const backends = (await serverProcesses(cluster)).filter((pid) => pid !== main)
        if (backends.length > 0) sendSignal(random.oneOf(backends), 'SIGKILL')
      },
    },
    {kind: 'PostgreSQL hangs (SIGSTOP)', run: async (random) => await hang(await serverProcesses(cluster), random)},
    {
      kind: 'PostgreSQL crawls (stopped nine tenths of the time)',
      run: async (random) => {
        const until = performance.now() + random.between(2000, 8000)
        while (performance.now() < until) {
          const pids = await serverProcesses(cluster)
          for (const pid of pids) sendSignal(pid, 'SIGSTOP')
          await delay(90)
          for (const pid of pids) sendSignal(pid, 'SIGCONT')
          await delay(10)
        }
      },
    },
    {
      kind: 'connections to the database cut',
      run: async () =>
        await withDatabase(await url(), async (client) => {
          await client.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where backend_type = 'client backend' and pid <> pg_backend_pid()`,
          )
        }),
    },
  ]
}
